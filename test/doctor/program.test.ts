// Doctor as a program: without anything, with everything, its exit codes, its text, and that one broken thing hides no other.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkTable } from '../../src/main/doctor/tables/check-table.ts'
import { sealSecrets } from '../../src/main/wiring/secret-commands.ts'
import { startTestCenter } from '../support/agents/test-center.ts'
import { assertResult, makeSite, makeSiteAt, runDoctor, runForPeople, skipWithoutLibrary } from './doctor-site.ts'

describe('doctor', () => {
  it('without any configuration says so, checks the machine and ends with 2', async () => {
    const ran = await runDoctor([])
    assert.equal(ran.exitCode, 2)
    assert.deepEqual(
      ran.report.checks.map(({ id }) => id),
      Object.keys(checkTable),
    )
    assertResult(ran, 'configuration', 'warning: notGiven')
    assertResult(ran, 'dataFolder', 'warning: notGiven')
    assertResult(ran, 'runtime', 'ok: ok', /24/)
    assertResult(ran, 'libraryFile', 'skipped: skipped', /没有配置动态库/)
  })

  it('of a site in order ends with 0, and leaves nothing behind', skipWithoutLibrary, async (t) => {
    const center = await startTestCenter()
    t.after(center.stop)
    const { config, dataDir, folder } = makeSiteAt(t, center.url)
    sealSecrets(config)
    const before = readdirSync(folder, { recursive: true }).toSorted()
    const ran = await runDoctor(['--config', config])
    const wrong = ran.report.checks.filter(({ state }) => state === 'fault' || state === 'warning')
    assert.deepEqual(wrong, [])
    assert.equal(ran.exitCode, 0)
    assert.equal(ran.report.worst, 'ok')
    assert.equal(ran.report.environment, 'test')
    assert.match(ran.report.at, /\+08:00$/)
    assert.deepEqual(readdirSync(folder, { recursive: true }).toSorted(), before)
    assert.deepEqual(readdirSync(dataDir), [])
    // One question about an order that cannot be there, and no business.
    assert.deepEqual(center.sent(), { '6201': 0, '6202': 0, '6203': 0, '6205': 0, '6401': 0 })
    const { requests, orders } = center.ledger()
    assert.deepEqual([requests['6301'], orders.length], [1, 0])
  })

  it(
    'of a site with a fault ends with 1, and says in Chinese what to do and whom to call',
    skipWithoutLibrary,
    async (t) => {
      const { config } = makeSite(t)
      const { exitCode, out } = await runForPeople('--config', config)
      assert.equal(exitCode, 1)
      assert.match(out, /^故障 {2}到中心的网络 {10}127\.0\.0\.1:1: 中心拒绝连接/m)
      assert.match(out, /^ {6}处理: 核对 center\.baseUrl 的端口/m)
      assert.match(out, /^ {6}联系: 医保科/m)
      assert.match(out, /^结论: 故障 2, /m)
      // No colour, and nothing that a Chinese Windows console lacks.
      assert.match(out, /^[\n -~\p{Script=Han}、，。；：“”]*$/u)
    },
  )

  it('a configuration that is not there, no JSON, or wrong in places', skipWithoutLibrary, async (t) => {
    assertResult(await runDoctor(['--config', '/nowhere.json']), 'configuration', 'fault: unreadable', /nowhere/)
    const { config, library } = makeSite(t, (draft) => {
      draft.center['appSecret'] = { file: 'not-there' }
      draft['typo'] = true
    })
    const ran = await runDoctor(['--config', config])
    assertResult(ran, 'configuration', 'fault: invalid', /center\.appSecret[\s\S]*typo|typo[\s\S]*center\.appSecret/)
    // What is right is still looked at.
    assertResult(ran, 'libraryFile', 'ok: ok', new RegExp(library))
    assertResult(ran, 'hostStart', 'ok: ok')
    assertResult(ran, 'centerConnection', 'fault: refused')
    writeFileSync(config, '{"center": ')
    assertResult(await runDoctor(['--config', config]), 'configuration', 'fault: invalid', /JSON/)
  })

  it('flags that do not exist, or lack something, end with 1 and are explained', async () => {
    for (const flags of [['--jsn'], ['--accept-library'], ['--accept-library', '--operator', 'A01']]) {
      const { exitCode, out, err } = await runForPeople(...flags)
      assert.equal(exitCode, 1)
      assert.equal(out, '')
      assert.match(err, /用法见/)
    }
  })

  it('--bundle does not write over a file', async (t) => {
    const { config, folder } = makeSite(t)
    const file = join(folder, 'journal-backup.db')
    writeFileSync(file, 'precious')
    const { exitCode, err } = await runForPeople('--config', config, '--bundle', file)
    assert.equal(exitCode, 1)
    assert.match(err, /EEXIST/)
    assert.ok(existsSync(file))
  })
})
