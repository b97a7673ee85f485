// What arrives at the center: sealed bytes, the right path, nothing that was not asked for.
import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalJsonText } from '../../src/contract/check/json-text.ts'
import { interfaces } from '../../src/contract/interfaces.ts'
import { openEnvelope } from '../../src/main/center/envelope.ts'
import { appId, centerKeys, codes, inputs, outputs, sealReply } from './messages.ts'
import { answer, openCenter, startServer } from './real-center.ts'

type Envelope = Readonly<Record<string, string>>

test('each request goes to its own path, sealed, and opens to what was asked with every scalar as text', async (t) => {
  const { url, seen } = await startServer(t, answer(sealReply(outputs['6301'])))
  const nowMs = Date.parse('2026-11-20T08:30:00+08:00')
  const center = openCenter(t, url, { nowMs })
  for (const code of codes) await center.ask(code)
  for (const [index, code] of codes.entries()) {
    const request = seen[index]
    assert.equal(request?.path, interfaces[code].path)
    const envelope = JSON.parse(request.body.toString()) as Envelope
    const names = ['appId', 'encData', 'encType', 'signData', 'signType', 'timestamp', 'version']
    assert.deepEqual(Object.keys(envelope).toSorted(), names)
    const { version, encType, signType, timestamp } = envelope
    assert.deepEqual([envelope['appId'], version, encType, signType], [appId, '2.0.1', 'SM4', 'SM2'])
    assert.equal(timestamp, '20261120083000', 'Asia/Shanghai (RULES 1.2)')
    assert.match(envelope['encData'] ?? '', /^[0-9A-F]+$/)
    const opened = openEnvelope(centerKeys, envelope)
    assert.ok(opened.kind === 'signed')
    assert.equal(canonicalJsonText(opened.data), canonicalJsonText(inputs[code]))
  }
})

test('the body is sent as bytes with its length, and no compression is asked for', async (t) => {
  const { url, seen } = await startServer(t, answer(sealReply(outputs['6202'])))
  await openCenter(t, url).ask('6202')
  const { headers, body } = seen[0] ?? assert.fail('nothing arrived')
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(headers['content-length'], String(body.length))
  assert.equal(headers['transfer-encoding'], undefined)
  assert.equal(headers['accept-encoding'], 'identity')
})

test('an empty diseCodg is in the cipher text although the signature leaves it out', async (t) => {
  const { url, seen } = await startServer(t, answer(sealReply(outputs['6201'])))
  await openCenter(t, url).ask('6201')
  const opened = openEnvelope(centerKeys, JSON.parse(seen[0]?.body.toString() ?? '') as Envelope)
  assert.ok(opened.kind === 'signed')
  assert.equal((opened.data as { diseCodg?: string }).diseCodg, '')
})

test('expContent of the configuration goes into all six, as text or as an object (RULES 1.4)', async (t) => {
  const fields = { merchantNo: 'M1', terminalNo: 'T1', isvNo: 'V1' }
  for (const form of ['string', 'object'] as const) {
    const { url, seen } = await startServer(t, answer(sealReply(outputs['6301'])))
    const center = openCenter(t, url, { expContent: { fields, form } })
    for (const code of codes) await center.ask(code)
    assert.equal(seen.length, codes.length)
    for (const { body } of seen) {
      const opened = openEnvelope(centerKeys, JSON.parse(body.toString()) as Envelope)
      assert.ok(opened.kind === 'signed')
      const expected = form === 'string' ? JSON.stringify(fields) : fields
      assert.deepEqual((opened.data as { expContent?: unknown }).expContent, expected)
    }
  }
})

test('whether 6203 and 6401 are confirmed by 6301 depends on the scheme of the address (RULES 3.7)', (t) => {
  assert.equal(openCenter(t, 'http://127.0.0.1:1').confirmsByQuery, true)
  assert.equal(openCenter(t, 'https://127.0.0.1:1').confirmsByQuery, false)
})
