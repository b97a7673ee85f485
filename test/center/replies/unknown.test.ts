// unknown: the request may have arrived and no whole reply came back, each case on real sockets (RULES 3.1).
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import test from 'node:test'
import { inventBill } from '../../fixtures/invented-bill.ts'
import type { UploadFeesInput } from '../../../src/contract/interfaces/upload-fees.ts'
import { maxReplyBytes } from '../../../src/main/center/create-center.ts'
import { holdDeadlines } from '../deadlines.ts'
import { expectUnknown } from './expect-unknown.ts'
import { codes, inputs, outputs, sealReply, unsignedRefusal } from '../messages.ts'
import { askOnce, listen, openCenter, type Respond, startServer } from '../real-center.ts'

test('a reply that does not come in time is unknown (RULES 3.1)', async (t) => {
  await expectUnknown(t, () => undefined, /ERR_CANCELED/, holdDeadlines(t))
})

test('a reply that begins in time and does not end in time is unknown (RULES 3.1)', async (t) => {
  const respond: Respond = (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
    response.write('{"code":"0",')
  }
  await expectUnknown(t, respond, /ERR_CANCELED/, holdDeadlines(t))
})

test('a connection that is reset after the request is unknown (RULES 3.1)', async (t) => {
  await expectUnknown(t, (response) => void response.socket?.resetAndDestroy(), /ECONNRESET/)
})

test('a connection that is closed without an answer is unknown (RULES 3.1)', async (t) => {
  await expectUnknown(t, (response) => void response.socket?.end(), /ECONNRESET|HPE|hang/)
})

test('a connection that is accepted and closed at once is unknown: a byte may have left (RULES 3.1)', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => socket.end()),
  )
  const center = openCenter(t, `http://127.0.0.1:${port}`)
  for (const code of codes) assert.equal((await center.ask(code)).kind, 'unknown', code)
})

test('a connection that is reset while the body is still being sent is unknown (RULES 3.1)', async (t) => {
  let receivedBytes = 0
  const port = await listen(
    t,
    createServer((socket) => {
      socket.once('data', (part) => {
        receivedBytes += part.length
        socket.resetAndDestroy()
      })
    }),
  )
  const lines = 3_000
  const { ecToken, idNo, idType, userName, orgCodg } = inputs['6201']
  const bill = inventBill({ medOrgOrd: 'MO02', lines, lineFen: 100, full: true }) as unknown as UploadFeesInput
  const center = openCenter(t, `http://127.0.0.1:${port}`)
  const one = await center.send('6201', { ...bill, ecToken, idNo, idType, userName, orgCodg })
  assert.equal(one.kind, 'unknown')
  assert.ok(receivedBytes > 0 && receivedBytes < lines * 500, `${receivedBytes} bytes arrived`)
})

test('a body cut short is unknown, even one that would be a refusal (RULES 3.1)', async (t) => {
  const whole = unsignedRefusal()
  await expectUnknown(
    t,
    (response) => {
      response.writeHead(200, { 'content-length': whole.length + 1 })
      response.write(whole, () => response.socket?.destroy())
    },
    /ERR_BAD_RESPONSE|ECONNRESET/,
  )
})

test('a chunked body without its end is unknown (RULES 3.1)', async (t) => {
  const whole = unsignedRefusal()
  const respond: Respond = (response) => response.write(whole, () => response.socket?.destroy())
  await expectUnknown(t, respond, /ERR_BAD_RESPONSE|ECONNRESET/)
})

test('a reply beyond the size limit is unknown and is not read to its end (RULES 3.1)', async (t) => {
  const part = Buffer.alloc(1024 * 1024, 0x20)
  const respond: Respond = (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    }
    response.on('drain', more)
    more()
  }
  const { url } = await startServer(t, respond)
  const one = await openCenter(t, url).ask('6202')
  assert.deepEqual(one, { kind: 'unknown', reason: 'ERR_BAD_RESPONSE' })
  const just = Buffer.concat([sealReply(outputs['6202']), Buffer.alloc(maxReplyBytes, 0x20)]).subarray(0, maxReplyBytes)
  assert.equal((await askOnce(t, '6202', just)).kind, 'accepted')
})

test('an answer that is no HTTP is unknown (RULES 3.1)', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => {
      socket.once('data', () => socket.end('garbage\r\n\r\n'))
      socket.on('error', () => undefined)
    }),
  )
  assert.equal((await openCenter(t, `http://127.0.0.1:${port}`).ask('6202')).kind, 'unknown')
})
