// notSent: nothing of the body can have left, each case on real sockets (RULES 3.1).
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises'
import { createServer as createTlsServer } from 'node:tls'
import { type Certificate, createAuthority, opensslLacks } from '../certificates.ts'
import { holdDeadlines } from '../deadlines.ts'
import { codes, outputs, sealReply } from '../messages.ts'
import { answer, listen, openCenter, startServer } from '../real-center.ts'

test('a refused connection is notSent for every interface (RULES 3.1)', async (t) => {
  // A port that the system gives to nobody who asks for any.
  const center = openCenter(t, 'http://127.0.0.1:1')
  for (const code of codes) assert.deepEqual(await center.ask(code), { kind: 'notSent', reason: 'ECONNREFUSED' })
})

test('a name that does not resolve is notSent (RULES 3.1)', async (t) => {
  const center = openCenter(t, 'http://center.invalid', { timeoutMs: 3_000 })
  assert.equal((await center.ask('6202')).kind, 'notSent')
  assert.equal((await center.ask('6301')).kind, 'notSent')
})

const noOpenssl = { skip: opensslLacks ?? false }

/** A TLS server that counts what it decrypts, and whose clients' ends can be awaited. */
const startTlsCounter = async (t: TestContext, certificate: Certificate) => {
  let decryptedBytes = 0
  let ended = 0
  const ends = new EventEmitter()
  const server = createTlsServer(certificate, (socket) => {
    socket.on('data', (part: Buffer) => (decryptedBytes += part.length))
    socket.on('error', () => undefined)
  })
  server.on('connection', (socket: Socket) => {
    socket.on('close', () => {
      ended++
      ends.emit('end')
    })
  })
  const port = await listen(t, server)
  return {
    url: `https://localhost:${port}`,
    decryptedBytes: () => decryptedBytes,
    untilEnded: async (count: number): Promise<void> => {
      while (ended < count) await once(ends, 'end')
    },
  }
}

test(
  'a certificate that does not verify is notSent: not one byte of the body left (RULES 3.1)',
  noOpenssl,
  async (t) => {
    const [authority, other] = [createAuthority(), createAuthority()]
    t.after(authority.remove)
    t.after(other.remove)
    const stranger = await startTlsCounter(t, other.issue('localhost', 60))
    const otherName = await startTlsCounter(t, authority.issue('center.example', 60))
    const cases = [
      [stranger, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      [otherName, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const
    for (const [{ url, decryptedBytes, untilEnded }, reason] of cases) {
      const center = openCenter(t, url, { ca: authority.ca })
      for (const code of codes) assert.deepEqual(await center.ask(code), { kind: 'notSent', reason })
      await untilEnded(codes.length)
      assert.equal(decryptedBytes(), 0)
      assert.equal(center.certificateEndsMs(), undefined)
    }
  },
)

test('without the own authority the public ones are asked, and the center is notSent', noOpenssl, async (t) => {
  const authority = createAuthority()
  t.after(authority.remove)
  const { url, seen } = await startServer(t, answer(sealReply(outputs['6202'])), authority.issue('localhost', 60))
  assert.equal((await openCenter(t, url).ask('6202')).kind, 'notSent')
  assert.equal(seen.length, 0)
})

test('a TLS handshake that never completes is notSent at the deadline: only the hello left (RULES 3.1)', async (t) => {
  const received: Buffer[] = []
  const [greeted, closed] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const server = createServer((socket) => {
    socket.on('data', (part) => {
      received.push(part)
      greeted.resolve(undefined)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => closed.resolve(undefined))
  })
  const port = await listen(t, server)
  const deadlines = holdDeadlines(t)
  const asked = openCenter(t, `https://localhost:${port}`).ask('6202')
  await greeted.promise
  await deadlines.pass()
  assert.equal((await asked).kind, 'notSent')
  await closed.promise
  const bytes = Buffer.concat(received)
  const handshakeRecord = 0x16
  assert.equal(bytes[0], handshakeRecord)
  assert.equal(bytes.length, 5 + bytes.readUInt16BE(3))
})

test('what answers TLS with something else is notSent (RULES 3.1)', async (t) => {
  const { url } = await startServer(t, answer('{}'))
  const center = openCenter(t, url.replace('http:', 'https:'))
  assert.equal((await center.ask('6202')).kind, 'notSent')
})

// A listening socket that nobody accepts from: once its queue is full, the system leaves new connections hanging.
const deafServer = `
  const server = require('node:net').createServer()
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  })`

const linuxOnly = { skip: process.platform === 'linux' ? false : 'full queues behave so on Linux' }

test('a connection that never completes is notSent at the deadline (RULES 3.1)', linuxOnly, async (t) => {
  const child = spawn(process.execPath, ['-e', deafServer], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const port = Number(String((await once(child.stdout, 'data'))[0]))
  const fillers: Socket[] = []
  t.after(() => fillers.forEach((socket) => socket.destroy()))
  // Until one hangs: how many fit in a queue of one is the kernel's affair.
  for (let hangs = false; !hangs;) {
    assert.ok(fillers.length < 20, 'the queue never filled')
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    fillers.push(socket)
    await Promise.race([once(socket, 'connect'), delay(200)])
    // On a busy machine the timer may come first although the connection is there: let the sockets be read once more.
    await immediate()
    hangs = socket.connecting
  }
  const center = openCenter(t, `http://127.0.0.1:${port}`, { timeoutMs: 300 })
  for (const code of ['6202', '6301'] as const)
    assert.deepEqual(await center.ask(code), { kind: 'notSent', reason: 'ERR_CANCELED' })
})

test('a call that waits for a free socket until its deadline is notSent; those that hold them are unknown', async (t) => {
  const atMostSockets = 32
  const full = Promise.withResolvers<undefined>()
  let arrived = 0
  const { url, seen } = await startServer(t, () => {
    arrived++
    if (arrived === atMostSockets) full.resolve(undefined)
  })
  const timeoutsMs = { '6201': 60_000, '6202': 60_000, '6203': 60_000, '6205': 60_000, '6301': 60_000, '6401': 200 }
  const center = openCenter(t, url, { timeoutsMs })
  const holders = Array.from({ length: atMostSockets }, () => center.ask('6202'))
  await full.promise
  assert.equal((await center.ask('6401')).kind, 'notSent')
  center.close()
  for (const { kind } of await Promise.all(holders)) assert.equal(kind, 'unknown')
  assert.equal(seen.length, atMostSockets)
})
