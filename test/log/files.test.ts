// The files of the log: bounded, their owner's alone, and never a reason for the agent to stop.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { LogLevel } from '../../src/contract/log-line.ts'
import { logFileNames, logFolderOf } from '../../src/core/log/log-folder.ts'
import { openLog, type LogOptions, type OpenLog } from '../../src/core/log/open-log.ts'
import { prepareFolder } from '../../src/main/wiring/machine/prepare-folder.ts'
import { systemTimers } from '../../src/main/wiring/machine/system-timers.ts'
import { pay, type Fields } from '../support/cashier-job.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { cannotMount, diskFor } from '../support/small-disk.ts'

type Said = readonly [LogLevel, string]

const logIn = (t: TestContext, dataDir: string, more: Partial<LogOptions> = {}): { log: OpenLog; said: Said[] } => {
  const said: Said[] = []
  const log = openLog({
    dataDir,
    prepareFolder,
    process: (level, what) => said.push([level, what]),
    timers: systemTimers,
    ...more,
  })
  t.after(log.close)
  return { log, said }
}

/** Writes a line and waits for the disk. */
const write = async ({ log, readNewest }: OpenLog, count: number): Promise<void> => {
  log('info', 'sweep.done', { count })
  await readNewest({}, 1)
}

describe('the files', () => {
  it('are rotated: six at most, of some 4 MiB each, and the newest line is kept', async (t) => {
    const dataDir = folderFor(t)
    const { log } = logIn(t, dataDir)
    const paths = Array.from({ length: 20 }, () => 'x'.repeat(300))
    for (let round = 0; round < 40; round++) {
      for (let at = 0; at < 120; at++) log.log('info', 'his.bill-invalid', { count: round, paths })
      await log.readNewest({}, 1)
    }
    const folder = logFolderOf(dataDir)
    assert.deepEqual(readdirSync(folder).toSorted(), logFileNames.toSorted())
    for (const name of logFileNames) assert.ok(statSync(join(folder, name)).size < 6 * 1024 * 1024)
    assert.equal((await log.readNewest({}, 1))[0]?.count, 39)
  })

  it('hold what was logged when the process ends by an error, or by exit', (t) => {
    for (const end of ['throw new Error("x")', 'process.exit(0)']) {
      const dataDir = folderFor(t)
      const program = `
        import { openLog } from '${join(import.meta.dirname, '../../src/core/log/open-log.ts')}'
        import { mkdirSync } from 'node:fs'
        const prepareFolder = (folder) => mkdirSync(folder, { recursive: true, mode: 0o700 })
        prepareFolder(${JSON.stringify(logFolderOf(dataDir))})
        const log = openLog({ dataDir: ${JSON.stringify(dataDir)}, prepareFolder, process: () => {}, timers: { after: () => () => {} } })
        log.log('error', 'agent.not-started', { error: 'PORT_TAKEN' })
        ${end}`
      spawnSync(process.execPath, ['--input-type=module', '-e', program])
      const file = join(logFolderOf(dataDir), 'agent.log')
      assert.match(readFileSync(file, 'utf8'), /"what":"agent[.]not-started","error":"PORT_TAKEN"/)
      assert.equal(statSync(file).mode & 0o777, 0o600)
    }
  })

  it('go on in the file that is there', async (t) => {
    const dataDir = folderFor(t)
    const first = logIn(t, dataDir).log
    await write(first, 1)
    await first.close()
    const second = logIn(t, dataDir).log
    await write(second, 2)
    assert.deepEqual(
      (await second.readNewest({}, 9)).map(({ count }) => count),
      [2, 1],
    )
  })

  it('that others may read get no line: it is said once, and made right the log goes on', async (t) => {
    const dataDir = folderFor(t)
    const { log, said } = logIn(t, dataDir)
    await write(log, 1)
    await log.close()
    chmodSync(join(logFolderOf(dataDir), 'agent.log'), 0o644)
    const next = logIn(t, dataDir)
    await write(next.log, 2)
    await write(next.log, 3)
    assert.equal(next.log.fault(), 'LOG_FILE_EXPOSED')
    assert.deepEqual(
      next.said.filter(([, what]) => what.startsWith('log.')),
      [['error', 'log.unwritable']],
    )
    chmodSync(join(logFolderOf(dataDir), 'agent.log'), 0o600)
    await write(next.log, 4)
    assert.equal(next.log.fault(), '')
    assert.deepEqual(said.length, 1)
  })
})

it('debug ends after an hour by itself, and says so', async (t) => {
  const planned: { readonly delayMs: number; readonly run: () => void }[] = []
  const timers = {
    after: (delayMs: number, run: () => void) => {
      planned.push({ delayMs, run })
      return () => undefined
    },
  }
  const { log } = logIn(t, folderFor(t), { timers })
  log.setLevel('debug')
  log.log('debug', 'order.step')
  assert.deepEqual(
    planned.map(({ delayMs }) => delayMs),
    [3_600_000],
  )
  planned[0]?.run()
  log.log('debug', 'order.step')
  assert.deepEqual(log.level(), { level: 'info', untilMs: undefined })
  assert.deepEqual(
    (await log.readNewest({}, 9)).map(({ what }) => what),
    ['log.level', 'order.step'],
  )
})

describe('a disk that takes nothing', { skip: cannotMount }, () => {
  const faultOf = async ({ call }: TestAgent): Promise<unknown> =>
    ((await call('GET', '/v1/status')).data['log'] as Fields)['fault']
  const checkOf = async ({ call }: TestAgent): Promise<unknown> =>
    ((await call('GET', '/v1/doctor')).data['checks'] as readonly Fields[]).find(({ id }) => id === 'log')?.['result']

  it('full: payments go on, status and doctor say so, the process says it once; with room the log goes on', async (t) => {
    const agent = await startTestAgent()
    await agent.stop()
    const folder = logFolderOf(agent.dataDir)
    rmSync(folder, { recursive: true, force: true })
    diskFor(t, '64k', folder)
    t.after(agent.close)
    await agent.start()
    await pay(agent, 'insurance')
    await agent.call('GET', '/v1/log')
    assert.equal(await faultOf(agent), '')
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=4k'])
    for (let at = 0; at < 3; at++) {
      for (let call = 0; call < 20; call++) await agent.call('GET', '/v1/orders/GONE01')
      await pay(agent, 'insurance')
      await agent.call('GET', '/v1/log')
    }
    assert.equal(await faultOf(agent), 'ENOSPC')
    assert.equal(await checkOf(agent), 'unwritable')
    assert.equal(agent.logged.filter((line) => line.includes('log.unwritable')).length, 1)
    rmSync(join(folder, 'filler'))
    await agent.call('GET', '/v1/log')
    assert.equal(await faultOf(agent), '')
    assert.equal(await checkOf(agent), 'ok')
    const again = agent.logged.find((line) => line.includes('log.written-again')) ?? ''
    assert.ok(Number(/"count":(\d+)/.exec(again)?.[1]) > 0)
    await agent.stop()
    assert.ok(existsSync(join(folder, 'agent.log')))
    await agent.start()
  })
})
