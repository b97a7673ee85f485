// The forms of real centers: how they write what they sign, their time stamps, charsets, codes and compression, on real sockets.
import assert from 'node:assert/strict'
import test from 'node:test'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { encodeGb18030 } from '../../../src/contract/check/gb18030.ts'
import { parseJsonText } from '../../../src/contract/check/json-text.ts'
import { sealEnvelope, signString } from '../../../src/main/center/envelope.ts'
import {
  nameOfForm,
  signatureForms,
  writeInForm,
  type SignatureForm,
} from '../../../src/main/center/signature-forms.ts'
import { wireStamp } from '../../../src/core/domain/time/shanghai-time.ts'
import { encryptSm4Ecb } from '../../../src/core/gm/sm4.ts'
import { appSecret, centerKeys, codes, outputs, payOrdId, replyFields, sealReply, type Change } from '../messages.ts'
import { answer, askOnce, openCenter, startServer } from '../real-center.ts'

/** A reply with everything on which the forms differ. */
const withAll = (name: 'both' | 'lists' | 'objects' | 'scalars' | 'nothing'): unknown => {
  const scalars = { ordStas: 6, feeSumamt: 10.5, extData: { isLocal: true } }
  const lists = { setlDetail: [] }
  const objects = { extInfo: {} }
  const added = {
    both: { ...scalars, ...lists, ...objects },
    ...{ lists, objects, scalars, nothing: {} },
  }[name]
  return parseJsonText(JSON.stringify({ ...outputs['6301'], ...added }))
}

/** Sealed as a center seals that writes what it signs in this form, and sends the data as they are. */
const sealInForm = (form: SignatureForm, data: unknown): Buffer =>
  sealEnvelope(centerKeys, replyFields(), writeInForm(form, data), JSON.stringify(data))

for (const form of signatureForms) {
  test(`a reply signed with ${nameOfForm(form)} is accepted, and the form is remembered and logged`, async (t) => {
    const { url } = await startServer(t, answer(sealInForm(form, withAll('both'))))
    const center = openCenter(t, url)
    assert.deepEqual(center.fittingForms(), signatureForms)
    for (const _time of [1, 2]) {
      const one = await center.ask('6301')
      assert.ok(one.kind === 'accepted', JSON.stringify(one))
      assert.equal(one.output.ordStas, '6')
    }
    assert.deepEqual(center.fittingForms(), [form])
    const told = center.lines.filter(({ what }) => what === 'center.signature-form')
    assert.deepEqual(told, [{ level: 'info', what: 'center.signature-form', fields: { fitting: form } }])
  })
}

test('a reply that does not tell forms apart leaves them all open; the next ones narrow them', async (t) => {
  let next = sealInForm('strings-dropped', withAll('nothing'))
  const { url } = await startServer(t, (response) => response.end(next))
  const center = openCenter(t, url)
  await center.ask('6301')
  assert.deepEqual(center.fittingForms(), signatureForms)
  next = sealInForm('strings-dropped', withAll('scalars'))
  await center.ask('6301')
  assert.deepEqual(center.fittingForms(), ['strings-listsDropped', 'strings-dropped', 'strings-kept'])
  next = sealInForm('strings-dropped', withAll('objects'))
  await center.ask('6301')
  assert.deepEqual(center.fittingForms(), ['strings-dropped'])
  next = sealInForm('text-kept', withAll('both'))
  assert.equal((await center.ask('6301')).kind, 'accepted', 'a center may be exchanged')
  assert.deepEqual(center.fittingForms(), ['text-kept'])
})

test('what is signed must be what is said: a form is no way around the signature', async (t) => {
  const data = outputs['6301']
  const changes = [{ ordStas: '7' }, { ordStas: 7 }, { added: '1' }, { added: [1] }, { added: { a: {}, b: 0 } }]
  for (const form of signatureForms) {
    const seal = (sent: object): Buffer =>
      sealEnvelope(centerKeys, replyFields(), writeInForm(form, data), JSON.stringify(sent))
    for (const change of changes) {
      assert.equal((await askOnce(t, '6301', seal({ ...data, ...change }))).kind, 'unknown', JSON.stringify(change))
    }
    // What no form tells apart says the same.
    assert.equal((await askOnce(t, '6301', seal({ ...data, ordStas: 6, added: [], more: {} }))).kind, 'accepted')
  }
})

test('the time of a reply may be milliseconds, seconds, 14 or 17 digits or a date with dashes, as text or number', async (t) => {
  const nowMs = Date.parse('2026-11-20T08:30:00+08:00')
  const digits = wireStamp(nowMs)
  const stamps = [
    String(nowMs),
    nowMs,
    String(nowMs / 1000),
    nowMs / 1000,
    digits,
    `${digits}123`,
    '2026-11-20 08:30:00',
  ]
  for (const timestamp of stamps) {
    for (const code of ['6203', '6205', '6401'] as const) {
      const body = sealReply(outputs[code], { timestamp })
      assert.equal((await askOnce(t, code, body, { nowMs })).kind, 'accepted', `${code} ${timestamp}`)
      const late = await askOnce(t, code, body, { nowMs: nowMs + 601_000 })
      assert.deepEqual(
        [late.kind, 'reason' in late && late.reason],
        ['unknown', 'the reply is too old or from the future'],
      )
    }
  }
})

test('data as a JSON text in the cipher text, or in plain beside its signature, is read', async (t) => {
  const data = JSON.stringify(outputs['6301'])
  const asText = JSON.stringify(data)
  const signedAsText = sealEnvelope(centerKeys, replyFields(), data, asText)
  const signedAsForm = sealEnvelope(centerKeys, replyFields(), writeInForm('text-kept', outputs['6301']), asText)
  const plain = JSON.parse(signedAsForm.toString()) as Record<string, unknown>
  delete plain['encData']
  const bodies = [
    signedAsText,
    signedAsForm,
    JSON.stringify({ ...plain, data: outputs['6301'] }),
    JSON.stringify({ ...plain, data }),
  ]
  for (const body of bodies) {
    const one = await askOnce(t, '6301', body)
    assert.ok(one.kind === 'accepted', JSON.stringify(one))
    assert.equal(one.output.payOrdId, payOrdId)
  }
  const forged = JSON.stringify({ ...plain, data: { ...outputs['6301'], ordStas: '7' } })
  assert.equal((await askOnce(t, '6301', forged)).kind, 'unknown')
})

test('numbers in texts of a reply are read as they are written', async (t) => {
  const data = parseJsonText(
    JSON.stringify({ ...outputs['6301'], ordStas: 6, hiDocSn: 0, feeSumamt: '@', callType: 2 }).replace('"@"', '10.00'),
  ) as object
  const one = await askOnce(t, '6301', sealReply(data))
  assert.ok(one.kind === 'accepted', JSON.stringify(one))
  const { ordStas, hiDocSn, feeSumamt, callType } = one.output
  assert.deepEqual(
    { ordStas, hiDocSn, feeSumamt, callType },
    { ordStas: '6', hiDocSn: '0', feeSumamt: '10.00', callType: '2' },
  )
})

test('success under another code is believed where the configuration says so (RULES 3.4)', async (t) => {
  const successCodes = new Set(['0', '200'])
  for (const change of [{ code: '200' }, { code: 200 }, { code: '200', success: undefined }, { code: '0' }]) {
    for (const code of codes) {
      const body = sealReply(outputs[code], change)
      assert.equal((await askOnce(t, code, body, { successCodes })).kind, 'accepted')
      if (change.code !== '0') assert.equal((await askOnce(t, code, body)).kind, 'unknown')
    }
  }
  const refused = sealReply(outputs['6202'], { code: '200', success: false })
  assert.equal((await askOnce(t, '6202', refused, { successCodes })).kind, 'declined')
})

test('a code that may be one of success is no refusal: whoever takes it for one refunds twice (RULES 3.4)', async (t) => {
  for (const code of ['SUCCESS', 'ok', '0.0', '0000', '200 ', '10000', 1]) {
    for (const name of codes) {
      const done = await askOnce(t, name, sealReply(outputs[name], { code, success: undefined }))
      assert.equal(done.kind, 'unknown', `${name} ${code}: the data say that it is done`)
    }
  }
  for (const code of ['SUCCESS', 'ok', '0.0', '0000', '200 ']) {
    const bare = await askOnce(t, '6203', sealReply({}, { code, success: undefined }))
    assert.equal(bare.kind, 'unknown', `${code} without data`)
  }
  const refused = sealReply(outputs['6201'], { code: '9', success: false, message: '订单已存在' })
  assert.equal((await askOnce(t, '6201', refused)).kind, 'declined', 'a refusal in so many words, whatever it repeats')
})

test('a code and a status are compared without the blanks of a CHAR column and kept with them (RULES 2.1)', async (t) => {
  for (const name of codes) {
    const padded = Object.fromEntries(
      Object.entries(outputs[name]).map(([key, value]) =>
        key === 'ordStas' || key === 'refStatus' ? [key, `${String(value)}   `] : [key, value],
      ),
    )
    const one = await askOnce(t, name, sealReply(padded, { code: '0   ' }))
    assert.ok(one.kind === 'accepted', `${name} ${JSON.stringify(one)}`)
    const { ordStas, refStatus } = { ordStas: undefined, refStatus: undefined, ...one.output }
    const expected = { ordStas: undefined, refStatus: undefined, ...padded }
    assert.deepEqual({ ordStas, refStatus }, { ordStas: expected.ordStas, refStatus: expected.refStatus })
  }
})

/** A reply written in GBK, cipher text included, signed over its UTF-8 or over its GBK bytes. */
const sealInGbk = (signedAs: 'utf-8' | 'gbk', change: Change = {}): Uint8Array => {
  const data = { ...outputs['6301'], orgName: '镕城医院' }
  const dataText = writeInForm('text-kept', data)
  const fields = { ...replyFields({ message: '成功', ...change }), encType: 'SM4', signType: 'SM2' }
  const message = signString(fields, dataText, appSecret)
  const signData = centerKeys.sign(signedAs === 'gbk' ? encodeGb18030(message) : Buffer.from(message, 'utf8'))
  const encData = Buffer.from(encryptSm4Ecb(centerKeys.sm4Key, encodeGb18030(dataText))).toString('hex')
  return encodeGb18030(JSON.stringify({ ...fields, signData: Buffer.from(signData).toString('base64'), encData }))
}

test('a reply in GBK is read, whichever bytes its center signs; where the setting says UTF-8 it is not', async (t) => {
  for (const signedAs of ['utf-8', 'gbk'] as const) {
    const body = Buffer.from(sealInGbk(signedAs))
    for (const charset of ['auto', 'gbk'] as const) {
      const one = await askOnce(t, '6301', body, { charset })
      assert.ok(one.kind === 'accepted', JSON.stringify(one))
      assert.equal(one.output.orgName, '镕城医院')
    }
    assert.equal((await askOnce(t, '6301', body, { charset: 'utf-8' })).kind, 'unknown')
  }
})

test('GBK that happens to be UTF-8 is read as GBK where the setting says so', async (t) => {
  const refusal = { code: '30001', message: '谢孝', success: false }
  const body = Buffer.from(encodeGb18030(JSON.stringify(replyFields(refusal))))
  const one = await askOnce(t, '6301', body, { charset: 'gbk' })
  assert.ok(one.kind === 'declined')
  assert.equal(one.refusal.message, '谢孝')
})

test('a reply that is compressed without having been asked to is unpacked', async (t) => {
  const reply = sealReply(outputs['6301'])
  const packed: readonly (readonly [encoding: string, body: Buffer])[] = [
    ['gzip', gzipSync(reply)],
    ['X-GZIP', gzipSync(reply)],
    ['deflate', deflateSync(reply)],
    ['deflate', deflateRawSync(reply)],
    ['identity', reply],
  ]
  for (const [encoding, body] of packed) {
    const { url } = await startServer(t, (response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    )
    assert.equal((await openCenter(t, url).ask('6301')).kind, 'accepted', encoding)
  }
})

test('the path of a gateway in the address stands before every path of the standard', async (t) => {
  const { url, seen } = await startServer(t, answer(sealReply(outputs['6301'])))
  for (const path of ['/gateway/mip', '/gateway/mip/']) await openCenter(t, `${url}${path}`).ask('6301')
  const paths = seen.map(({ path }) => path)
  assert.equal(paths.length, 2)
  for (const path of paths) assert.match(path, /^\/gateway\/mip\/org\/local\/api\/hos\//)
})
