// Doctor on the computer: ports and devices that others hold, folders, locks, disks, clocks, dumps, a journal that was touched.
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { keyIdOf, proveKnowledge } from '../../src/main/api/callers/signed-request.ts'
import { findDeviceHolder, findInNetstat } from '../../src/main/doctor/find-holder.ts'
import { lookAtClock, lookAtDisk, lookAtRuntime } from '../../src/main/doctor/look-at-machine.ts'
import { lookAtPort } from '../../src/main/doctor/look-at-port.ts'
import type { KeyProtection } from '../../src/main/journal/keys/key-store.ts'
import { probeJournal } from '../../src/main/journal/care/probe-journal.ts'
import { findReaders } from '../../src/main/voucher/library/library-rights.ts'
import { lookAtSecrets } from '../../src/main/doctor/look-at-secrets.ts'
import { sealSecrets } from '../../src/main/wiring/secret-commands.ts'
import { lockFolder } from '../../src/main/journal/base/lock-folder.ts'
import { startAgentProcess } from '../fixtures/agent-process.ts'
import { beginUpload, journalIn, orderKey, rawDatabase, withoutTriggers } from '../support/agents/open-journal.ts'
import { freePort } from '../support/agents/free-port.ts'
import { startTestAgent, testTokens } from '../support/agents/test-agent.ts'
import { assertResult, giveToNobody, makeSite, nobody, runDoctor, skipWithoutLibrary } from './doctor-site.ts'
import { rightsMatter, skipWithoutOtherUser } from '../support/agents/other-user.ts'

/** A program of somebody else's, which says a line when it is ready and ends with the test. */
const startOther = async (t: TestContext, program: string, given: readonly string[]) => {
  const child = spawn(program, [...given], { stdio: ['ignore', 'pipe', 'ignore'] })
  t.after(async () => {
    const ended = once(child, 'exit')
    if (child.kill('SIGKILL')) await ended
  })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { pid: child.pid ?? assert.fail('it did not start'), line: line.toString().trim() }
}

const listener = `const http = require('node:http')
const server = http.createServer((_request, response) => response.end(process.argv[1]))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

describe('the port of the local API', () => {
  it('held by another program is a fault that names it', async (t) => {
    const { pid, line } = await startOther(t, process.execPath, ['-e', listener, '{}'])
    const { finding } = await lookAtPort(Number(line), [])
    assert.equal(finding.result, 'held')
    assert.match(finding.detail, new RegExp(`进程 ${pid}`))
  })

  it('held by what only says that it is an agent is a warning', async (t) => {
    const { line } = await startOther(t, process.execPath, ['-e', listener, '{"code":"0","data":{"version":"9.9.9"}}'])
    const [token] = testTokens
    assert.ok(token !== undefined)
    const expect = (port: number, challenge: string) => ({
      keyId: keyIdOf(token),
      proof: proveKnowledge(token, port, challenge),
    })
    assert.equal((await lookAtPort(Number(line), [expect])).finding.result, 'unproven')
    const agent = await startTestAgent()
    t.after(agent.close)
    const port = Number(new URL(agent.url).port)
    const { finding, agentPid } = await lookAtPort(port, [expect])
    assert.equal(finding.result, 'own')
    assert.equal(agentPid, process.pid)
  })

  it('of Windows: the listener is found in netstat and named by tasklist', async () => {
    const netstat = [
      '  协议  本地地址          外部地址        状态           PID',
      '  TCP    127.0.0.1:17600        127.0.0.1:50000        ESTABLISHED     4',
      '  TCP    127.0.0.1:17600        0.0.0.0:0              LISTENING       4242',
      '  TCP    [::1]:17601            [::]:0                 LISTENING       77',
    ].join('\r\n')
    const run = async (program: string, given: readonly string[]) =>
      program === 'netstat.exe' ? netstat : `"old agent.exe","${given[1]?.slice(7) ?? ''}","Console","1","50,000 K"\r\n`
    assert.deepEqual(await findInNetstat(17_600, run), { pid: 4242, name: 'old agent.exe' })
    assert.deepEqual(await findInNetstat(17_601, run), { pid: 77, name: 'old agent.exe' })
    assert.equal(await findInNetstat(1_760, run), undefined)
  })
})

/** A terminal whose far end alone is open: nobody holds what the agent would open. */
const terminal = `import os, time
master, slave = os.openpty()
path = os.ttyname(slave)
os.close(slave)
print(path, flush=True)
time.sleep(60)`
const withoutPython =
  spawnSync('python3', ['--version']).status === 0
    ? false
    : '没有 python3 (python3 is missing: apt-get install python3)'

describe('the scanner', { skip: withoutPython || skipWithoutLibrary.skip }, () => {
  it('is free, held by a process that is named, missing', async (t) => {
    const { line: path } = await startOther(t, 'python3', ['-c', terminal])
    const { config } = makeSite(t, (draft) => (draft['scanners'] = [{ name: '测试', kind: 'serial', path }]))
    assertResult(await runDoctor(['--config', config]), 'scannerPort', 'ok: ok', /空闲/)
    const { pid } = await startOther(t, 'sh', ['-c', 'exec 5<>"$0"; echo ready; exec sleep 60', path])
    assert.deepEqual(findDeviceHolder(path)?.pid, pid)
    const held = await runDoctor(['--config', config])
    assertResult(held, 'scannerPort', 'fault: held', new RegExp(`占用者 sleep \\(进程 ${pid}\\)`))
    const missing = makeSite(
      t,
      (draft) => (draft['scanners'] = [{ name: '测试', kind: 'serial', path: '/dev/tty-not-there' }]),
    )
    assertResult(await runDoctor(['--config', missing.config]), 'scannerPort', 'fault: missing')
  })

  it('of USB HID that is not plugged in, or on a machine without HID, is a fault that names it', async (t) => {
    const absent = { name: '自助机扫码枪', kind: 'hid', vendorId: 'fffe', productId: 'fffe' }
    const { config } = makeSite(t, (draft) => (draft['scanners'] = [absent]))
    const ran = await runDoctor(['--config', config])
    // `failed` where the machine has no HID at all.
    const result = ran.check('scannerPort').result === 'failed' ? 'fault: failed' : 'fault: missing'
    assertResult(ran, 'scannerPort', result, /自助机扫码枪: .*HID/)
  })

  it('cannot be opened without rights', { skip: skipWithoutOtherUser }, async (t) => {
    const { line: path } = await startOther(t, 'python3', ['-c', terminal])
    const { config, folder } = makeSite(t, (draft) => (draft['scanners'] = [{ name: '测试', kind: 'serial', path }]))
    giveToNobody(folder)
    const options = nobody === undefined ? {} : { uid: nobody }
    assertResult(await runDoctor(['--config', config], options), 'scannerPort', 'fault: denied')
  })
})

describe('data folder and lock', skipWithoutLibrary, () => {
  it('absent, a file, unwritable, or locked by an agent that is not ours', async (t) => {
    const absent = makeSite(t)
    rmSync(absent.dataDir, { recursive: true })
    assertResult(await runDoctor(['--config', absent.config]), 'dataFolder', 'warning: absent')
    const file = makeSite(t)
    assertResult(
      await runDoctor(['--config', file.config, '--data-dir', file.config]),
      'dataFolder',
      'fault: notFolder',
    )
    const closed = makeSite(t)
    giveToNobody(closed.folder)
    chmodSync(closed.dataDir, 0o500)
    const options = nobody === undefined ? {} : { uid: nobody }
    if (rightsMatter) {
      assertResult(await runDoctor(['--config', closed.config], options), 'dataFolder', 'fault: unwritable', /EACCES/)
    }
    const locked = makeSite(t)
    const release = lockFolder(locked.dataDir)
    const ran = await runDoctor(['--config', locked.config])
    assertResult(ran, 'otherAgent', 'fault: held')
    // A library in use is left alone.
    assertResult(ran, 'hostStart', 'skipped: skipped', /助手正在运行/)
    release()
    assertResult(await runDoctor(['--config', locked.config]), 'otherAgent', 'ok: ok')
  })

  it('a disk with too little room', async () => {
    const at = async (lowBytes: number, fullBytes: number) =>
      (await lookAtDisk(tmpdir(), { lowBytes, fullBytes })).map(({ result }) => result)
    assert.deepEqual(await at(0, 0), ['ok'])
    assert.deepEqual(await at(Number.MAX_SAFE_INTEGER, 0), ['low'])
    assert.deepEqual(await at(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), ['full'])
  })
})

describe('the journal', skipWithoutLibrary, () => {
  it('holds, was changed from outside, is no journal, is gone', async (t) => {
    const { config, dataDir } = makeSite(t)
    const journal = journalIn(t, dataDir)
    for (const number of ['A1', 'A2', 'A3']) beginUpload(journal, orderKey(number))
    await journal.durable()
    // Beside the agent that has it open.
    assertResult(await runDoctor(['--config', config]), 'journal', 'ok: ok', /3 条, 校验通过/)
    withoutTriggers(rawDatabase(t, dataDir)).exec('UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 2')
    assertResult(await runDoctor(['--config', config]), 'journal', 'fault: findings', /校验不通过/)
    journal.close()
    for (const name of ['journal.db-wal', 'journal.db-shm']) rmSync(join(dataDir, name), { force: true })
    writeFileSync(join(dataDir, 'journal.db'), 'not a journal at all, but long enough to be read as one'.repeat(100))
    assertResult(await runDoctor(['--config', config]), 'journal', 'fault: unopenable', /JOURNAL_NOT_SQLITE/)
    rmSync(join(dataDir, 'journal.db'))
    assertResult(await runDoctor(['--config', config]), 'journal', 'fault: unopenable', /JOURNAL_GONE/)
  })
})

describe('the key of a journal', () => {
  const turned: KeyProtection = {
    name: 'dpapi',
    protect: (plain) => plain.map((byte) => byte ^ 7),
    unprotect: (sealed) => sealed.map((byte) => byte ^ 7),
  }
  const refusing: KeyProtection = {
    ...turned,
    unprotect: () => {
      throw new Error('another account')
    },
  }

  it('that the system keeps is opened by doctor too; for another account that is no fault of the journal', async (t) => {
    const { config, dataDir } = makeSite(t)
    journalIn(t, dataDir, { protection: turned }).close()
    assert.deepEqual(await probeJournal(dataDir, 5_000, turned), { state: 'holds', entries: 0, isWhole: true })
    for (const protection of [refusing, { ...turned, name: 'safeStorage' }, undefined]) {
      assert.deepEqual(await probeJournal(dataDir, 5_000, protection), { state: 'otherAccount', by: 'dpapi' })
    }
    assertResult(await runDoctor(['--config', config]), 'journal', 'warning: otherAccount', /dpapi/)
  })
})

describe('the address of the callback listener', skipWithoutLibrary, () => {
  it('that another program holds, or that is not on this machine, is a fault before the agent starts; a free one is not', async (t) => {
    const other = await startOther(t, process.execPath, ['-e', listener, 'other'])
    const free = await freePort()
    const cases = [
      ['127.0.0.1', Number(other.line), 'fault: notListening', /端口已被占用/],
      ['192.0.2.1', free, 'fault: notListening', /监听地址不在本机/],
      ['127.0.0.1', free, 'ok: ok', /^127/],
    ] as const
    const look = async ([host, port, result, words]: (typeof cases)[number]): Promise<void> => {
      const callbacks = { host, port, peers: ['127.0.0.1'], pathSecret: { file: 'path' } }
      const { config, folder } = makeSite(t, (draft) => Object.assign(draft, { callbacks }))
      writeFileSync(join(folder, 'path'), 'path-secret-of-a-test', { mode: 0o600 })
      assertResult(await runDoctor(['--config', config]), 'callbackListener', result, words)
    }
    await Promise.all(cases.map(look))
  })
})

describe('secrets', skipWithoutLibrary, () => {
  it('that other users can read are a fault that names each file and the command, and the agent refuses to start', async (t) => {
    const { config, folder, dataDir } = makeSite(t)
    const before = await runDoctor(['--config', config])
    const plain = `明文: ${join(folder, 'secret')}; ${join(folder, 'key')}`
    assertResult(before, 'secretFiles', 'warning: plain', new RegExp(plain))
    assert.match(before.check('secretFiles').remedy, /secrets seal --config/)
    sealSecrets(config)
    assertResult(await runDoctor(['--config', config]), 'secretFiles', 'ok: ok', /3 个文件/)
    writeFileSync(join(dataDir, 'tokens.json'), '{}', { mode: 0o640 })
    for (const name of ['agent.json', 'secret', 'key']) chmodSync(join(folder, name), 0o644)
    const ran = await runDoctor(['--config', config])
    for (const path of [config, join(folder, 'secret'), join(folder, 'key')]) {
      assertResult(ran, 'secretFiles', 'fault: readable', new RegExp(`${path} 的权限是 0644, .*chmod 600 '${path}'`))
      assertResult(ran, 'configuration', 'fault: invalid', new RegExp(`chmod 600 '${path}'`))
    }
    assertResult(ran, 'secretFiles', 'fault: readable', /tokens[.]json 的权限是 0640/)
    chmodSync(dataDir, 0o755)
    assertResult(await runDoctor(['--config', config]), 'dataFolder', 'fault: exposed', /chmod 700 '/)
  })

  it('lie in a folder that others may write to: a fault, and the agent refuses to start', async (t) => {
    const { config, folder } = makeSite(t)
    sealSecrets(config)
    for (const [mode, shown] of [
      [0o777, '0777'],
      [0o702, '0702'],
    ] as const) {
      chmodSync(folder, mode)
      const ran = await runDoctor(['--config', config])
      const words = new RegExp(`${folder} 的权限是 ${shown}, 其他用户能换掉其中的文件, .*chmod go-w '${folder}'`)
      assertResult(ran, 'secretFiles', 'fault: replaceable', words)
      assertResult(ran, 'configuration', 'fault: invalid', words)
    }
    chmodSync(folder, 0o1777)
    assertResult(await runDoctor(['--config', config]), 'secretFiles', 'ok: ok')
  })

  it('of Windows are judged by the security descriptor of each file', async (t) => {
    const { config } = makeSite(t)
    const closed = 'D:PAI(A;;FA;;;SY)(A;;FA;;;S-1-5-21-1-2-3-1001)'
    const readersIn = (sddl: string) => (path: string) => findReaders(path, async () => sddl)
    assert.equal((await lookAtSecrets([config], readersIn(closed))).result, 'ok')
    for (const open of ['(A;ID;0x1200a9;;;BU)', '(A;;FR;;;WD)', '(A;;GR;;;S-1-5-11)']) {
      const found = await lookAtSecrets([config], readersIn(`${closed}${open}`))
      assert.equal(found.result, 'readable', open)
      assert.match(found.detail, /icacls/)
    }
    assert.equal((await lookAtSecrets([config], readersIn(''))).result, 'unknown')
    assert.equal((await lookAtSecrets([], undefined)).result, 'skipped')
  })
})

describe('the computer', () => {
  it('a time zone or a date that is not the hospital’s', async () => {
    const ran = await runDoctor([], { environment: { TZ: 'America/New_York' } })
    assertResult(ran, 'clock', 'warning: zone', /UTC-[45]/)
    assert.equal(lookAtClock(Date.parse('2001-01-01T00:00:00Z')).result, 'wrong')
  })

  it('a Node.js that is too old', () => {
    assert.equal(lookAtRuntime('22.1.0').result, 'tooOld')
    assert.equal(lookAtRuntime('26.0.0').result, 'ok')
  })

  it('options that write reports with secrets are a warning', async () => {
    const ran = await runDoctor([], { node: ['--report-on-fatalerror'] })
    assertResult(ran, 'coreDumps', 'warning: on', /--report-on-fatalerror/)
  })

  it('an agent, and a host, started where dumps are on have them off', { skip: skipWithoutLibrary.skip }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mip-dumps-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const agent = await startAgentProcess([
      'src/main/programs/headless/headless.ts',
      '--sandbox',
      '--port',
      '0',
      '--data-dir',
      folder,
    ])
    t.after(agent.stop)
    const limits = readFileSync(`/proc/${agent.child.pid ?? 0}/limits`, 'utf8')
    assert.match(limits, /^Max core file size +[01] +[01] /m)
  })
})
