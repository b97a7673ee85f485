// Doctor on vendor libraries as hospitals have them: absent, no library, of the wrong kind, incomplete, changed, open to everybody.
import assert from 'node:assert/strict'
import { appendFileSync, chmodSync, chownSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { lookAtAnsiPage, lookAtLocale } from '../../src/main/doctor/look-at-code-page.ts'
import { readImports } from '../../src/main/voucher/library/library-imports.ts'
import { findFileFaults, openFault } from '../../src/main/voucher/library/library-file.ts'
import { findOpenPlaces, findWritersInSddl } from '../../src/main/voucher/library/library-rights.ts'
import { built } from '../support/devices/simulated-library.ts'
import { compileLibrary } from '../voucher/compile-library.ts'
import { makeElf, makePe } from '../voucher/library-headers.ts'
import { assertResult, giveToNobody, makeSite, nobody, runDoctor, skipWithoutLibrary } from './doctor-site.ts'
import { rightsMatter } from '../support/agents/other-user.ts'

describe('the file of the library', skipWithoutLibrary, () => {
  it('is not there', async (t) => {
    const { config, library } = makeSite(t)
    rmSync(library)
    const ran = await runDoctor(['--config', config])
    assertResult(ran, 'libraryFile', 'fault: missing', new RegExp(library))
    assertResult(ran, 'libraryMachine', 'skipped: skipped')
    assertResult(ran, 'hostStart', 'fault: failed', /找不到文件/)
  })

  it('is a text file', async (t) => {
    const { config, library } = makeSite(t)
    writeFileSync(library, 'download failed')
    const ran = await runDoctor(['--config', config])
    assertResult(ran, 'libraryFile', 'fault: notLibrary', /不是动态库文件/)
    assertResult(ran, 'configuration', 'fault: invalid')
  })

  for (const [what, header, words] of [
    ['Windows of 32 bit', makePe('ia32'), /Windows 32 位.*需要 Linux 64 位/],
    ['another processor', makeElf('arm64'), /arm64/],
  ] as const) {
    it(`is for ${what}`, async (t) => {
      const { config, library } = makeSite(t)
      writeFileSync(library, header)
      const ran = await runDoctor(['--config', config])
      assertResult(ran, 'libraryFile', 'ok: ok')
      assertResult(ran, 'libraryMachine', 'fault: unfit', words)
    })
  }

  it('needs a file that is not there', async (t) => {
    const { config, library, libraryFolder } = makeSite(t)
    const needed = join(libraryFolder, 'libvendorcore.so')
    compileLibrary('c', needed, 'int core(void) { return 0; }')
    compileLibrary(
      'c',
      library,
      'const char *NationEcTrans(const char *a, const char *b, char *c) { return "0000"; }',
      needed,
    )
    assertResult(await runDoctor(['--config', config]), 'libraryDependencies', 'ok: ok', /2 个都在/)
    rmSync(needed)
    const ran = await runDoctor(['--config', config])
    assertResult(ran, 'libraryDependencies', 'fault: missing', /^libvendorcore\.so \(动态库 需要\)$/)
    assertResult(ran, 'hostStart', 'fault: failed', /缺少它依赖的文件/)
  })

  it('lacks the function', async (t) => {
    const { config, library } = makeSite(t)
    compileLibrary('c', library, 'int other(void) { return 0; }')
    const ran = await runDoctor(['--config', config])
    assertResult(ran, 'librarySymbol', 'fault: missing', /NationEcTrans/)
    assertResult(ran, 'hostStart', 'fault: failed')
  })

  it('ends the host when it is loaded', async (t) => {
    const { config, library } = makeSite(t)
    const source = '#include <stdlib.h>\n__attribute__((constructor)) static void die(void) { abort(); }'
    compileLibrary('c', library, source)
    assertResult(await runDoctor(['--config', config]), 'hostStart', 'fault: failed', /解码进程没有启动成功/)
  })
})

describe('the library has changed', skipWithoutLibrary, () => {
  it('until an administrator accepts it, which is recorded', async (t) => {
    const { config, library, dataDir } = makeSite(t)
    const accepting = ['--config', config, '--accept-library', '--operator', 'A01']
    const first = await runDoctor(accepting)
    assertResult(first, 'libraryManifest', 'ok: ok')
    appendFileSync(library, ' ')
    const changed = await runDoctor(['--config', config])
    assertResult(changed, 'libraryManifest', 'fault: changed', /libNationECCode\.so 已变化/)
    assert.notEqual(changed.check('libraryManifest').fingerprint, first.check('libraryManifest').fingerprint)
    const accepted = await runDoctor(accepting)
    assert.match(accepted.err, /libNationECCode\.so 已变化/)
    assertResult(accepted, 'libraryManifest', 'ok: ok')
    const record = readFileSync(join(dataDir, 'library-manifest.json.accepted'), 'utf8').trim().split('\n')
    const lines = record.map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.equal(lines.length, 2)
    assert.equal(lines[1]?.['operator'], 'A01')
    assert.deepEqual(lines[1]['changes'], ['libNationECCode.so 已变化'])
    assert.equal(lines[1]['fingerprint'], changed.check('libraryManifest').fingerprint)
  })

  it('a manifest that is no JSON is a fault', async (t) => {
    const { config, dataDir } = makeSite(t)
    writeFileSync(join(dataDir, 'library-manifest.json'), 'oops')
    assertResult(await runDoctor(['--config', config]), 'libraryManifest', 'fault: unreadable')
  })
})

describe('a simulated library', skipWithoutLibrary, () => {
  it('is a fault in production, where the agent does not start with it, and none in a test', async (t) => {
    const trial = makeSite(t)
    assertResult(await runDoctor(['--config', trial.config]), 'libraryGenuine', 'ok: trial', /编造/)
    const { config } = makeSite(t, (draft) => (draft['environment'] = 'production'))
    const ran = await runDoctor(['--config', config])
    assertResult(ran, 'libraryGenuine', 'fault: simulated')
    assertResult(ran, 'configuration', 'fault: invalid', /voucher[.]library: 是模拟动态库/)
  })
})

describe('rights', skipWithoutLibrary, () => {
  it('a library, its folder or a folder above it that ordinary users can write is a fault', async (t) => {
    for (const open of ['library', 'libraryFolder', 'folder'] as const) {
      const site = makeSite(t)
      chmodSync(site[open], 0o777)
      const ran = await runDoctor(['--config', site.config])
      assertResult(ran, 'libraryRights', 'fault: writable', new RegExp(site[open]))
    }
  })

  it('so is one that a group of users can write; a group of administrators, or the owner alone, may', (t) => {
    if (!rightsMatter || process.getuid?.() !== 0) {
      t.skip('要 root 才能换组 (needs root to change groups)')
      return
    }
    for (const open of ['library', 'libraryFolder', 'folder'] as const) {
      const site = makeSite(t)
      chmodSync(site[open], 0o775)
      assert.deepEqual(findFileFaults(site.library), [], 'of the group 0')
      chownSync(site[open], 1_234, 1_234)
      assert.deepEqual(findFileFaults(site.library), [], "of the owner's own group")
      chownSync(site[open], 0, 100)
      assert.deepEqual(findFileFaults(site.library), [openFault])
    }
  })

  it('a working folder that the agent cannot write is a warning, one that is not there a fault', async (t) => {
    const site = makeSite(t, (draft) => Object.assign(draft.voucher, { folder: '/nowhere/at/all' }))
    assertResult(await runDoctor(['--config', site.config]), 'hostFolder', 'fault: missing')
    const closed = makeSite(t)
    giveToNobody(closed.folder)
    chmodSync(closed.libraryFolder, 0o555)
    const options = nobody === undefined ? {} : { uid: nobody }
    if (!rightsMatter) return
    assertResult(await runDoctor(['--config', closed.config], options), 'hostFolder', 'warning: unwritable', /EACCES/)
  })

  it('of Windows are read from the security descriptor, whatever the language', async () => {
    const closed = 'O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)'
    assert.deepEqual(findWritersInSddl(closed), [])
    assert.deepEqual(findWritersInSddl(`${closed}(A;OICIIO;SDGXGWGR;;;AU)`), ['AU'])
    assert.deepEqual(findWritersInSddl('D:AI(A;ID;FA;;;WD)(A;ID;0x1301bf;;;S-1-5-32-545)'), ['WD', 'S-1-5-32-545'])
    assert.deepEqual(findWritersInSddl('D:(D;;FA;;;WD)(A;;FA;;;S-1-5-21-1-2-3-1001)'), [])
    const path = join('/vendor', 'x.dll')
    assert.deepEqual(await findOpenPlaces(path, async () => closed), [])
    assert.deepEqual(await findOpenPlaces(path, async (place) => (place === path ? 'D:(A;;FA;;;WD)' : closed)), [
      `${path} (WD)`,
    ])
    assert.equal(await findOpenPlaces(path, () => Promise.reject(new Error('no PowerShell'))), undefined)
  })
})

describe('code page', () => {
  const utf8 = { inputCharset: 'utf-8', outputCharset: 'auto' }
  const gbk = { inputCharset: 'gbk', outputCharset: 'auto' }
  it('Windows: 936 for GBK, anything else is a warning', async () => {
    const page = (acp: string) => async () => `\r\nHKEY_LOCAL_MACHINE\\...\r\n    ACP    REG_SZ    ${acp}\r\n`
    assert.equal((await lookAtAnsiPage(gbk, page('936'))).result, 'ok')
    assert.equal((await lookAtAnsiPage(gbk, page('1252'))).result, 'differs')
    assert.equal((await lookAtAnsiPage(gbk, page('65001'))).result, 'differs')
    assert.equal((await lookAtAnsiPage(gbk, async () => '')).result, 'skipped')
  })
  it('Linux: the locale of the agent', () => {
    assert.equal(lookAtLocale(utf8, { LANG: 'zh_CN.UTF-8' }).result, 'ok')
    assert.equal(lookAtLocale(utf8, { LANG: 'zh_CN.UTF-8', LC_ALL: 'zh_CN.GB18030' }).result, 'differs')
    assert.equal(lookAtLocale(gbk, { LANG: 'zh_CN.GBK' }).result, 'ok')
    assert.equal(lookAtLocale(gbk, { LANG: 'zh_CN.UTF-8' }).result, 'differs')
  })
})

describe('imports of Windows libraries', () => {
  for (const system of ['win32-x64', 'win32-ia32'] as const) {
    const { path, skip } = built('nation-ec', system)
    it(`are read: ${system}`, { skip }, () => {
      const { names } = readImports(path ?? '')
      assert.ok(names.includes('KERNEL32.dll'), names.join())
      assert.ok(names.every((name) => /^[\w.-]+\.dll$/i.test(name)))
    })
  }
  it('a file that is cut short throws and does not hang', { skip: built('nation-ec', 'win32-x64').skip }, (t) => {
    const { library } = makeSite(t)
    const whole = readFileSync(built('nation-ec', 'win32-x64').path ?? '')
    for (let length = 64; length < 2_000; length += 61) {
      writeFileSync(library, whole.subarray(0, length))
      try {
        assert.ok(readImports(library).names.length < 1_001)
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error))
      }
    }
  })
})
