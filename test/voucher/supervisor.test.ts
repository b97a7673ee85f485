// The supervisor's own rules: order, limits, cancelling, restarts, heartbeats, and that closing ends the host.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ErrorCode } from '../../src/core/domain/errors/error-table.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { nodeHost } from '../../src/main/wiring/machine/host-programs.ts'
import { completeProfile } from '../../src/main/voucher/library/library-profile.ts'
import { openVoucherLibrary } from '../../src/main/voucher/supervisor.ts'
import { childrenOf, isAlive, isGone } from '../support/agents/processes.ts'
import { until } from '../support/agents/test-center.ts'
import { hostFor, openTestLibrary, skipOf, type HostKind } from '../support/devices/simulated-library.ts'

const kind: HostKind = skipOf('c') === false ? 'c' : 'simulated'

const input = { orgId: '', transType: 'ec.query', data: {} }

const hasCode = (expected: ErrorCode) => (error: unknown) => error instanceof AgentError && error.code === expected

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

test('a call that no frame holds is refused to its caller alone: the host and who waits behind him are not touched', async (t) => {
  const { decode, transact, status } = openTestLibrary(t, kind)
  const running = decode('SIM:slow:100:1')
  const long = assert.rejects(
    transact('cn.nhsa.cert.get', { businessInfo: 'x'.repeat(7_000_000) }),
    hasCode('INVALID_FIELDS'),
  )
  const waiting = decode('2')
  await long
  assert.equal((await running).status, '0000')
  assert.equal((await waiting).status, '0000')
  assert.equal(status().state, 'ready')
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
  const [host] = childrenOf(process.pid)
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

test('failures in a row open the breaker; after its time one call is tried, and decides', async (t) => {
  const breakerMs = 1_000
  const { decode, status } = openTestLibrary(t, kind, { limits: { breakerFailures: 3, breakerMs } })
  for (let crash = 1; crash <= 3; crash++) await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  for (let trial = 1; trial <= 2; trial++) {
    assert.equal(status().state, 'down')
    // At once means that nothing outside this process is asked.
    const refused = decode('1').catch((error: unknown) => error)
    const first = await Promise.race([refused, new Promise((resolve) => setImmediate(resolve))])
    assert.ok(hasCode('DECODER_CRASHED')(first))
    // A timer of Node may be a little early.
    await wait(breakerMs + 10)
    if (trial === 1) await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  }
  assert.equal((await decode('1')).status, '0000')
  assert.equal(status().state, 'ready')
})

test('the host is there before the first patient, and again after a crash', async (t) => {
  const { decode, status } = openTestLibrary(t, kind)
  const isReady = () => until('a ready host', () => status().state === 'ready')
  await isReady()
  await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  await isReady()
})

test('restarts are paused longer and longer, and a call waits for its host meanwhile', async (t) => {
  const { decode } = openTestLibrary(t, kind, { limits: { backOffMs: 300 } })
  await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  // The pause had begun when the clock is read: less of it is left the longer this took.
  const startedAt = performance.now()
  await assert.rejects(decode('SIM:segv:'), hasCode('DECODER_CRASHED'))
  assert.ok(performance.now() - startedAt >= 200)
  assert.equal((await decode('1')).status, '0000')
  assert.ok(performance.now() - startedAt >= 800)
})

test('a patient who does not scan is no failure of the library', async (t) => {
  const { decode } = openTestLibrary(t, kind, { settings: { deadlineMs: 30 }, limits: { breakerFailures: 2 } })
  for (let call = 1; call <= 3; call++) await assert.rejects(decode('SIM:hang:'), hasCode('DECODE_TIMEOUT'))
})

test('a host that cannot be started is told in Chinese', async (t) => {
  const opened = openVoucherLibrary({
    profile: completeProfile({ url: 'http://127.0.0.1:9/', scannerOwner: 'agent' }),
    hosts: [{ ...hostFor('simulated'), program: '/no/such/node' }],
    simulated: false,
  })
  t.after(() => opened.close())
  await assert.rejects(opened.call({ input, signal: new AbortController().signal }), /解码进程没有启动成功/)
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
      hosts: [nodeHost(`--eval=${script}`)],
      simulated: true,
      limits: { startMs: 1_000 },
    })
    t.after(() => opened.close())
    const call = opened.call({ input, signal: new AbortController().signal })
    await assert.rejects(call, hasCode('DECODER_UNAVAILABLE'))
  }
})

suite('closing', { skip: process.platform !== 'linux' }, () => {
  test('close ends a hung host before it returns, and fails what is open', async (t) => {
    const opened = openTestLibrary(t, kind)
    await opened.decode('1')
    const [host] = childrenOf(process.pid)
    const calls = [opened.decode('SIM:hang:'), opened.decode('2')].map((call) =>
      assert.rejects(call, hasCode('DECODER_UNAVAILABLE')),
    )
    await opened.close()
    assert.ok(host !== undefined && !isAlive(host))
    await Promise.all(calls)
    await assert.rejects(opened.decode('3'), hasCode('DECODER_UNAVAILABLE'))
    await opened.close()
  })
})

test('a library that hangs does not slow another one down', async (t) => {
  const [hanging, other] = [openTestLibrary(t, kind, { settings: { deadlineMs: 60_000 } }), openTestLibrary(t, kind)]
  await Promise.all([hanging.decode('1'), other.decode('1')])
  const order: string[] = []
  const cancel = new AbortController()
  const hung = hanging.decode('SIM:hang:', cancel.signal).catch(() => order.push('hung'))
  for (let call = 1; call <= 20; call++) await other.decode(String(call))
  order.push('others')
  cancel.abort()
  await hung
  assert.deepEqual(order, ['others', 'hung'])
})

suite('the host between calls', { skip: process.platform !== 'linux' }, () => {
  test('one that does not answer the heartbeat is replaced before the next patient comes', async (t) => {
    const { decode, status } = openTestLibrary(t, kind, { limits: { heartbeatMs: 100, pongMs: 100 } })
    await decode('1')
    const [host] = childrenOf(process.pid)
    assert.ok(host !== undefined)
    process.kill(host, 'SIGSTOP')
    assert.ok(await isGone(host))
    assert.equal((await decode('2')).status, '0000')
    assert.equal(status().state, 'ready')
  })

  test('a call that comes during a heartbeat waits for its end and is answered', async (t) => {
    const { decode } = openTestLibrary(t, kind, { limits: { heartbeatMs: 1 } })
    for (let call = 1; call <= 30; call++) {
      await wait(1)
      assert.equal((await decode(String(call))).status, '0000')
    }
  })

  test('after a set number of calls it is replaced, and nobody notices', async (t) => {
    const { decode } = openTestLibrary(t, kind, { limits: { callsPerHost: 3 } })
    const hosts = new Set<number>()
    for (let call = 1; call <= 9; call++) {
      assert.equal((await decode(String(call))).status, '0000')
      for (const host of childrenOf(process.pid)) hosts.add(host)
    }
    assert.ok(hosts.size >= 3, `${hosts.size} hosts`)
  })

  test('when its memory grows past the limit it is replaced', { skip: skipOf('c') }, async (t) => {
    const { decode } = openTestLibrary(t, 'c', { limits: { hostMemoryKb: 40 * 1024 } })
    await decode('1')
    const [host] = childrenOf(process.pid)
    assert.ok(host !== undefined)
    await decode('SIM:leak:10240:2')
    assert.ok(isAlive(host))
    await decode('SIM:leak:40960:3')
    assert.ok(await isGone(host))
    assert.equal((await decode('4')).status, '0000')
  })
})
