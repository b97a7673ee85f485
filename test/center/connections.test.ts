// Which connections are kept, when they are closed, and that money never goes out on one that may be stale.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import test from 'node:test'
import { interfaces } from '../../src/contract/interfaces.ts'
import { codes, outputs, sealReply } from './messages.ts'
import { openCenter, type Respond, startServer } from './real-center.ts'

const codeOfPath = new Map(Object.values(interfaces).map(({ path, code }) => [path, code]))

/** Answers every interface with its complete reply. */
const answerAll: Respond = (response, { path }) => {
  const code = codeOfPath.get(path) ?? assert.fail(path)
  response.writeHead(200, { 'content-type': 'application/json' }).end(sealReply(outputs[code]))
}

test('every request that moves money has a connection of its own; uploads and queries share one', async (t) => {
  const { url, sockets, seen } = await startServer(t, answerAll)
  const center = openCenter(t, url)
  const order = ['6301', '6201', '6301', '6202', '6203', '6205', '6401', '6301', '6202'] as const
  for (const code of order) assert.equal((await center.ask(code)).kind, 'accepted', code)
  const money = order.filter((code) => interfaces[code].movesMoney).length
  assert.equal(sockets.length, 1 + money)
  for (const [index, code] of order.entries()) {
    const expected = interfaces[code].movesMoney ? 'close' : 'keep-alive'
    assert.equal(seen[index]?.headers.connection, expected, code)
  }
})

test('a kept connection that is idle is closed by us after about 3 s', async (t) => {
  // Before it is idle: whatever the client does with the answer first counts as waiting.
  let idleSince = Infinity
  const { url, sockets } = await startServer(t, (response, seen) => {
    idleSince = performance.now()
    answerAll(response, seen)
  })
  const center = openCenter(t, url)
  await center.ask('6301')
  const [socket] = sockets
  assert.ok(socket)
  await once(socket, 'end', { signal: AbortSignal.timeout(6_000) })
  const idleMs = performance.now() - idleSince
  assert.ok(idleMs > 2_500, `${idleMs} ms`)
})

test('a connection that the center has closed, or is closing, never makes a money call unknown (RULES 3.1)', async (t) => {
  // Closes every connection right after its first answer, without saying so: the client may still take it for alive.
  const respond: Respond = (response, seen) => {
    const { socket } = response
    response.once('finish', () => socket?.end())
    answerAll(response, seen)
  }
  const { url, seen } = await startServer(t, respond)
  const center = openCenter(t, url)
  for (let round = 0; round < 10; round++) {
    await center.ask('6301')
    for (const code of codes.filter((one) => interfaces[one].movesMoney)) {
      assert.equal((await center.ask(code)).kind, 'accepted', code)
    }
  }
  assert.ok(seen.length >= 40)
})

test('a query on a kept connection that dies under it is asked once more, on a fresh one; money never is (RULES 3.1)', async (t) => {
  const used = new Set<Socket | null>()
  const respond: Respond = (response, seen) => {
    if (used.has(response.socket)) response.socket?.resetAndDestroy()
    else answerAll(response, seen)
    used.add(response.socket)
  }
  const { url, seen } = await startServer(t, respond)
  const center = openCenter(t, url)
  assert.equal((await center.ask('6301')).kind, 'accepted')
  assert.equal((await center.ask('6301')).kind, 'accepted')
  assert.equal(seen.length, 3)
})

test('a query that dies on every connection is unknown, not notSent: it may have been read (RULES 3.1)', async (t) => {
  let answered = 0
  const respond: Respond = (response, seen) => {
    if (++answered === 1) answerAll(response, seen)
    else response.socket?.resetAndDestroy()
  }
  const { url, seen } = await startServer(t, respond)
  const center = openCenter(t, url)
  assert.equal((await center.ask('6301')).kind, 'accepted')
  assert.equal((await center.ask('6301')).kind, 'unknown')
  assert.equal(seen.length, 3)
})

test('more money calls at once than sockets are answered all the same, each on a connection of its own', async (t) => {
  const { url, sockets } = await startServer(t, answerAll)
  const center = openCenter(t, url)
  const answers = await Promise.all(Array.from({ length: 40 }, () => center.ask('6202')))
  for (const { kind } of answers) assert.equal(kind, 'accepted')
  assert.equal(sockets.length, 40)
})

test('closing the client ends its connections', async (t) => {
  const { url, sockets } = await startServer(t, answerAll)
  const center = openCenter(t, url)
  await center.ask('6301')
  const [socket] = sockets
  assert.ok(socket)
  const ended = once(socket, 'close')
  center.close()
  await ended
})
