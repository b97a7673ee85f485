// The supervisor's own rules: order, limits, cancelling, restarts, and that no host outlives its agent.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ErrorCode } from '../../src/main/domain/error-table.ts'
import { AgentError } from '../../src/main/domain/errors.ts'
import { completeProfile } from '../../src/main/voucher/library-profile.ts'
import { openVoucherLibrary } from '../../src/main/voucher/supervisor.ts'
import {
  compiledLibrary,
  nodeHostEntry,
  openTestLibrary,
  simulatedHostEntry,
  type HostKind,
} from '../support/simulated-library.ts'

const library = compiledLibrary()
const kind: HostKind = library.skip === false ? 'node' : 'simulated'

const hasCode = (expected: ErrorCode) => (error: unknown) => error instanceof AgentError && error.code === expected

/** The state and parent of a process, from Linux; undefined when it is gone or only waits to be reaped. */
const lookAt = (pid: number): { parent: number; arguments: string } | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z') return undefined
    return { parent: Number(parent), arguments: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }
  } catch {
    return undefined
  }
}

const hostsOf = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      const found = Number.isInteger(pid) ? lookAt(pid) : undefined
      return found?.parent === parent && found.arguments.includes('voucher/host-')
    })

/** Another process's end gives no event: look every 5 ms, for 5 s at most. */
const isGone = async (pid: number): Promise<boolean> => {
  const until = performance.now() + 5_000
  while (lookAt(pid) !== undefined && performance.now() < until) await wait(5)
  return lookAt(pid) === undefined
}

test('calls are answered in their order, one at a time', async (t) => {
  const { decode, status } = openTestLibrary(t, kind)
  const answered: string[] = []
  await Promise.all(
    ['SIM:slow:60:1', 'SIM:slow:20:2', '3'].map(async (code) => {
      answered.push(JSON.parse((await decode(code)).output).data.ecQrCode)
    }),
  )
  assert.deepEqual(answered, ['1', '2', '3'])
  assert.deepEqual(status(), { state: 'ready', simulated: true })
})

test('a full line refuses the next call at once, and the others are answered', async (t) => {
  const { decode } = openTestLibrary(t, kind, { limits: { waitingCalls: 2 } })
  await decode('1')
  const running = decode('SIM:slow:100:1')
  const waiting = [decode('2'), decode('3')]
  await assert.rejects(decode('4'), hasCode('DECODE_BUSY'))
  await running
  await Promise.all(waiting)
})

test('a crash fails only the call in flight: the waiting ones are answered by the next host', async (t) => {
  const { decode } = openTestLibrary(t, kind)
  const crashing = assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  const waiting = decode('2')
  await crashing
  assert.equal((await waiting).status, '0000')
})

test('cancelling kills the host, and the next call works', { skip: process.platform !== 'linux' }, async (t) => {
  const { decode, status } = openTestLibrary(t, kind)
  await decode('1')
  const [host] = hostsOf(process.pid)
  const cancel = new AbortController()
  const call = assert.rejects(decode('SIM:hang:', cancel.signal), hasCode('DECODE_CANCELLED'))
  assert.equal(status().state, 'busy')
  cancel.abort()
  await call
  assert.equal((await decode('2')).status, '0000')
  assert.ok(host !== undefined && (await isGone(host)))
})

test('a cancelled call that waits leaves the line without touching the host', async (t) => {
  const { decode } = openTestLibrary(t, kind)
  const running = decode('SIM:slow:80:1')
  const cancel = new AbortController()
  const waiting = assert.rejects(decode('SIM:segv:', cancel.signal), hasCode('DECODE_CANCELLED'))
  cancel.abort()
  await waiting
  assert.equal((await running).status, '0000')
  await assert.rejects(decode('1', cancel.signal), hasCode('DECODE_CANCELLED'))
})

test('failures in a row open the breaker; after its time one call is let through', async (t) => {
  const { decode, status } = openTestLibrary(t, kind, { limits: { breakerFailures: 3, breakerMs: 400 } })
  for (let crash = 1; crash <= 3; crash++) await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  assert.equal(status().state, 'down')
  const startedAt = performance.now()
  await assert.rejects(decode('1'), hasCode('DECODER_CRASHED'))
  assert.ok(performance.now() - startedAt < 100)
  await wait(400)
  assert.equal((await decode('1')).status, '0000')
  assert.equal(status().state, 'ready')
})

test('a patient who does not scan is no failure of the library', async (t) => {
  const { decode } = openTestLibrary(t, kind, { settings: { deadlineMs: 30 }, limits: { breakerFailures: 2 } })
  for (let call = 1; call <= 3; call++) await assert.rejects(decode('SIM:hang:'), hasCode('DECODE_TIMEOUT'))
})

test('a host that cannot be started is told in Chinese', async (t) => {
  const opened = openVoucherLibrary({
    profile: completeProfile({ url: 'http://127.0.0.1:9/', scannerOwner: 'agent' }),
    execPath: '/no/such/node',
    hostEntry: simulatedHostEntry,
    simulated: false,
  })
  t.after(() => opened.close())
  await assert.rejects(opened.call({ input: {}, signal: new AbortController().signal }), /解码进程没有启动成功/)
  assert.equal(opened.status().simulated, false)
})

test('a program that is no decoder host is found out', async (t) => {
  for (const script of [
    'process.exit(0)',
    'require("fs").writeSync(3, "hello, world")',
    'setInterval(() => 0, 1000)',
  ]) {
    const opened = openVoucherLibrary({
      profile: completeProfile({ url: 'http://127.0.0.1:9/', scannerOwner: 'agent' }),
      execPath: process.execPath,
      hostEntry: `--eval=${script}`,
      simulated: true,
      limits: { startMs: 1_000 },
    })
    t.after(() => opened.close())
    const call = opened.call({ input: {}, signal: new AbortController().signal })
    await assert.rejects(call, hasCode('DECODER_UNAVAILABLE'))
  }
})

suite('no host outlives its agent', { skip: process.platform !== 'linux' }, () => {
  test('close ends a hung host before it returns, and fails what is open', async (t) => {
    const opened = openTestLibrary(t, kind)
    await opened.decode('1')
    const [host] = hostsOf(process.pid)
    const calls = [opened.decode('SIM:hang:'), opened.decode('2')].map((call) =>
      assert.rejects(call, hasCode('DECODER_UNAVAILABLE')),
    )
    await opened.close()
    assert.ok(host !== undefined && lookAt(host) === undefined)
    await Promise.all(calls)
    await assert.rejects(opened.decode('3'), hasCode('DECODER_UNAVAILABLE'))
    await opened.close()
  })

  for (const [name, entry, path] of [
    ['C library', nodeHostEntry, library.path],
    ['simulated host', simulatedHostEntry, undefined],
  ] as const) {
    const skip = entry === nodeHostEntry ? library.skip : false
    test(`an agent that is killed while the library hangs leaves no host behind: ${name}`, { skip }, async (t) => {
      const program = join(import.meta.dirname, 'held-call.ts')
      const agent = spawn(process.execPath, [program, entry, ...(path === undefined ? [] : [path])], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      t.after(() => agent.kill('SIGKILL'))
      await once(agent.stdout, 'data')
      const [host] = hostsOf(agent.pid ?? 0)
      assert.ok(host !== undefined)
      agent.kill('SIGKILL')
      await once(agent, 'exit')
      assert.ok(await isGone(host))
    })
  }
})
