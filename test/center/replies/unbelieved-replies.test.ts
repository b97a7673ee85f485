// unknown: a whole reply came back that must not be believed, each case on real sockets (RULES 3.1 to 3.3).
import assert from 'node:assert/strict'
import test from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { maxReplyBytes } from '../../../src/main/center/create-center.ts'
import { expectUnknown } from './expect-unknown.ts'
import { codes, impostorKeys, outputs, payOrdId, replyFields, sealReply, unsignedRefusal } from '../messages.ts'
import { answer, askOnce, type Respond, startServer } from '../real-center.ts'

test('5xx is unknown with HTML, with nothing, and with an unsigned refusal of any interface (RULES 3.1)', async (t) => {
  for (const status of [500, 502, 503, 504]) {
    await expectUnknown(t, answer('<h1>Bad Gateway</h1>', status), new RegExp(`HTTP ${status}, not JSON`))
  }
  await expectUnknown(t, answer('', 500), /not JSON/)
  await expectUnknown(t, answer(unsignedRefusal(), 500), /unsigned refusal/)
})

test('a body that is no envelope is unknown', async (t) => {
  const notJson = ['', '<html>', '{"code":"0"', Buffer.from('b2e2cad4', 'hex'), '{}{}']
  for (const body of notJson) await expectUnknown(t, answer(body), /^HTTP 200, not JSON$/)
  const noEnvelope = [
    '[]',
    '5',
    'true',
    'null',
    '"text"',
    '{}',
    '{"status":200,"path":"/x"}',
    '{"data":{"payOrdId":"1"}}',
  ]
  for (const body of noEnvelope) await expectUnknown(t, answer(body), /^HTTP 200, no envelope$/)
  await expectUnknown(t, answer('['.repeat(100_000)), /not JSON/)
})

test('a redirect is not followed and is unknown', async (t) => {
  const target = await startServer(t, answer(sealReply(outputs['6202'])))
  for (const status of [301, 302, 307, 308]) {
    const respond: Respond = (response) => response.writeHead(status, { location: `${target.url}/x` }).end()
    await expectUnknown(t, respond, new RegExp(`HTTP ${status}, not JSON`))
  }
  assert.equal(target.seen.length, 0)
})

const compressed =
  (encoding: string, body: Buffer): Respond =>
  (response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body)

test('a reply with more in it than any has is unknown, signed or not: it is not written in every form first', async (t) => {
  const rows = Array.from({ length: 10_000 }, (_, index) => ({ a: String(index), b: '' }))
  const reason = /encData cannot be decrypted or read/
  await expectUnknown(t, answer(sealReply({ ...outputs['6301'], rows })), reason)
})

test('a compressed reply that is damaged, too large unpacked, or packed in another way is unknown', async (t) => {
  const reply = sealReply(outputs['6202'])
  const packed = gzipSync(reply)
  await expectUnknown(t, compressed('gzip', packed.subarray(0, -9)), /compressed body is damaged/)
  await expectUnknown(t, compressed('deflate', packed), /compressed body is damaged/)
  await expectUnknown(t, compressed('gzip', reply), /compressed body is damaged/)
  await expectUnknown(t, compressed('br', brotliCompressSync(reply)), /not read/)
  await expectUnknown(t, compressed('gzip, gzip', gzipSync(packed)), /not read/)
  const bomb = gzipSync(Buffer.alloc(maxReplyBytes + 1, 32), { level: 9 })
  assert.ok(bomb.length < 20_000)
  await expectUnknown(t, compressed('gzip', bomb), /larger than 8388608 bytes/)
})

test('an unsigned success is never believed (RULES 3.2)', async (t) => {
  const bodies = [
    { code: '0', message: '成功', data: { payOrdId, ordStas: '6', refStatus: 'SUCC', success: true } },
    { code: 0, success: true },
    { respCode: '0' },
    { success: true },
    { success: 'true', message: '成功' },
  ]
  for (const body of bodies) {
    await expectUnknown(t, answer(JSON.stringify(body)), /unsigned success is never believed/)
  }
})

test('what says neither success nor refusal, or both, is unknown, signed or not: a refusal may be repeated', async (t) => {
  const unclear = [
    { code: undefined, success: undefined },
    { code: '', success: null },
    { code: '200', success: true },
    { code: '500', success: 'true' },
    // Success elsewhere; here nobody can tell, so it is no refusal that may be repeated.
    { code: '200', success: undefined },
    { code: '0000', success: undefined },
  ]
  for (const change of unclear) {
    const reason = /neither success nor refusal/
    await expectUnknown(t, answer(sealReply(outputs['6202'], change)), reason)
    if (change.code === undefined) continue
    await expectUnknown(t, answer(JSON.stringify(replyFields(change))), reason)
  }
})

test('a signature of somebody else, over something else, or none at all, is unknown (RULES 3.1)', async (t) => {
  const data = outputs['6202']
  await expectUnknown(t, answer(sealReply(data, {}, impostorKeys)), /does not verify/)
  const envelope = JSON.parse(sealReply(data).toString()) as Record<string, unknown>
  const other = JSON.parse(sealReply({ ...data, ordStas: '6' }).toString()) as Record<string, unknown>
  const bodies = [
    { ...envelope, encData: other['encData'] },
    { ...envelope, message: 'changed' },
    { ...envelope, timestamp: '20260101000000' },
    { ...envelope, added: '1' },
    { ...envelope, encData: undefined },
  ]
  for (const body of bodies) await expectUnknown(t, answer(JSON.stringify(body)), /does not verify/)
  for (const signData of [undefined, '', 'AAAA', 5, null]) {
    await expectUnknown(t, answer(JSON.stringify({ ...envelope, signData })), /not an SM2 signature/)
  }
  await expectUnknown(t, answer(JSON.stringify({ ...envelope, encData: 'ABCD' })), /cannot be decrypted/)
})

test('a reply under another appId is unknown, whether signed, refusing or both (RULES 3.1)', async (t) => {
  const other = { appId: 'ANOTHERCHANNEL000000000000000000' }
  for (const body of [sealReply(outputs['6202'], other), unsignedRefusal(other)]) {
    await expectUnknown(t, answer(body), /^appId is another one$/)
  }
})

test('a reply that lacks a field of identity or outcome, or has it wrong, is unknown (RULES 3.3)', async (t) => {
  const decisive = {
    '6201': ['payOrdId', 'payToken'],
    '6202': ['payOrdId', 'ordStas'],
    '6203': ['refStatus'],
    '6205': ['medBankPayUrl'],
    '6301': ['payOrdId', 'ordStas'],
    '6401': ['success'],
  } as const
  for (const code of codes) {
    for (const field of decisive[code]) {
      for (const value of [undefined, '', [7], {}]) {
        const one = await askOnce(t, code, sealReply({ ...outputs[code], [field]: value }))
        assert.equal(one.kind, 'unknown', `${code} ${field} ${JSON.stringify(value)}`)
        assert.match(
          'reason' in one ? one.reason : '',
          new RegExp(`identity or outcome is missing or wrong: ${field} [^;]*$`),
        )
      }
    }
    assert.equal((await askOnce(t, code, sealReply([]))).kind, 'unknown')
  }
})

test('of the absent fields a reason names those of identity or outcome alone', async (t) => {
  const one = await askOnce(t, '6202', sealReply({ ...outputs['6202'], feeSumamt: undefined, ordStas: undefined }))
  const reason = 'reason' in one ? one.reason : ''
  assert.match(reason, /^a field of identity or outcome is missing or wrong: ordStas /)
  assert.doesNotMatch(reason, /feeSumamt/)
})

test('a reply about another order is unknown (RULES 3.3)', async (t) => {
  for (const code of ['6202', '6301'] as const) {
    const one = await askOnce(t, code, sealReply({ ...outputs[code], payOrdId: 'ORD00000000000000000002' }))
    assert.deepEqual([one.kind, 'reason' in one && one.reason], ['unknown', 'payOrdId is not the one asked for'])
  }
})

test('a refStatus that nobody knows is unknown', async (t) => {
  for (const refStatus of ['succ', 'SUCCESS', 'DONE', '0']) {
    const one = await askOnce(t, '6203', sealReply({ ...outputs['6203'], refStatus }))
    assert.deepEqual([one.kind, 'reason' in one && one.reason], ['unknown', 'refStatus is not known'])
  }
})
