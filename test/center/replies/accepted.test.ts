// accepted: a verified reply with its fields of identity and outcome, in every form that is in use (RULES 3.3).
import assert from 'node:assert/strict'
import test from 'node:test'
import { canonicalJsonText, parseJsonText } from '../../../src/contract/check/json-text.ts'
import { sealEnvelope } from '../../../src/main/center/envelope.ts'
import { centerKeys, codes, inputs, outputs, payOrdId, replyFields, sealRefusal, sealReply } from '../messages.ts'
import { answer, askOnce, openCenter, startServer } from '../real-center.ts'

test('a complete reply is accepted without a warning, for every interface', async (t) => {
  for (const code of codes) {
    const one = await askOnce(t, code, sealReply(outputs[code]))
    assert.ok(one.kind === 'accepted', JSON.stringify(one))
    assert.deepEqual(one.output, outputs[code])
    assert.deepEqual(one.warnings, [])
    assert.match(one.replyId, /^[0-9a-f]{128}$/)
  }
})

test('a reply with only its fields of identity and outcome is accepted; the rest are warnings (RULES 3.3)', async (t) => {
  const few = {
    '6201': { payOrdId, payToken: 'PT01' },
    '6202': { payOrdId, ordStas: '1' },
    '6203': { refStatus: 'SUCC' },
    '6205': { medBankPayUrl: 'https://bank.invalid/' },
    '6301': { payOrdId, ordStas: '0' },
    '6401': { success: true },
  } as const
  for (const code of codes) {
    const one = await askOnce(t, code, sealReply(few[code]))
    assert.ok(one.kind === 'accepted')
    assert.deepEqual(one.output, few[code])
    const missing = Object.keys(outputs[code]).filter((name) => !(name in few[code]))
    const warned = one.warnings.map((line) => line.split(' ')[0])
    assert.deepEqual(warned.toSorted(), missing.toSorted())
    for (const line of one.warnings) assert.match(line, /: 必填$/)
  }
})

test('a field that is odd but decides nothing is a warning (RULES 3.3)', async (t) => {
  const odd = { ...outputs['6202'], fundPay: 'abc', othFeeAmt: '1.234', hospPartAmt: '1' }
  const one = await askOnce(t, '6202', sealReply(odd))
  assert.ok(one.kind === 'accepted')
  assert.deepEqual(one.warnings.map((line) => line.split(' ')[0]).toSorted(), ['fundPay', 'othFeeAmt'])
})

test('a refund of cash alone brings no hiFefdSn, hiTrnsDate, hiTrnsTime, and nothing is missed; of any other they are', async (t) => {
  const reply = sealReply({ refdSn: 'RS1', refStatus: 'SUCC' })
  const { url } = await startServer(t, answer(reply))
  const cash = await openCenter(t, url).send('6203', { ...inputs['6203'], refdType: 'CASH' })
  assert.ok(cash.kind === 'accepted')
  assert.deepEqual(cash.warnings, [])
  const all = await askOnce(t, '6203', reply)
  assert.ok(all.kind === 'accepted')
  assert.deepEqual(
    all.warnings.map((line) => line.split(' ')[0]),
    ['hiFefdSn', 'hiTrnsDate', 'hiTrnsTime'],
  )
})

test('EXP is accepted as what it says (RULES 3.3, 7.4)', async (t) => {
  const half = await askOnce(t, '6203', sealReply({ ...outputs['6203'], refStatus: 'EXP' }))
  assert.ok(half.kind === 'accepted')
  assert.equal(half.output.refStatus, 'EXP')
})

test('EXP says that the cash did not go back: to a refund of cash alone it is a refusal (RULES 7.4)', async (t) => {
  const { url } = await startServer(t, answer(sealReply({ refdSn: 'RS1', refStatus: ' EXP' })))
  const center = openCenter(t, url)
  for (const [refdType, kind] of [
    ['CASH', 'declined'],
    ['HI', 'accepted'],
  ] as const) {
    assert.equal((await center.send('6203', { ...inputs['6203'], refdType })).kind, kind, refdType)
  }
})

test('blanks around a status or code of the center change nothing of what it says (RULES 2.1)', async (t) => {
  for (const [refStatus, kind] of [
    ['SUCC ', 'accepted'],
    ['\u3000EXP', 'accepted'],
    ['FAIL\u00a0', 'declined'],
    ['SUCC2', 'unknown'],
  ] as const) {
    const one = await askOnce(t, '6203', sealReply({ ...outputs['6203'], refStatus }))
    assert.equal(one.kind, kind, JSON.stringify(refStatus))
    if (one.kind === 'accepted') assert.equal(one.output.refStatus, refStatus, 'it is kept as it came')
  }
  assert.equal((await askOnce(t, '6202', sealReply(outputs['6202'], { code: ' 0 ' }))).kind, 'accepted')
})

test('code 0 may be a number or text, success a boolean, text or absent', async (t) => {
  const forms = [
    { code: 0 },
    { code: '0', success: 'true' },
    { success: undefined },
    { code: undefined, respCode: '0' },
    { code: undefined, responseCode: 0 },
    { code: undefined },
  ]
  for (const form of forms) {
    assert.equal((await askOnce(t, '6202', sealReply(outputs['6202'], form))).kind, 'accepted', JSON.stringify(form))
  }
})

test('a reply without appId is accepted: the signature says whose it is', async (t) => {
  for (const appId of [undefined, null, '']) {
    assert.equal((await askOnce(t, '6202', sealReply(outputs['6202'], { appId }))).kind, 'accepted')
  }
})

test('fields of the envelope that nobody knows are covered by the signature and do no harm', async (t) => {
  const extra = { traceId: 'T1', cost: 12, encType: 'SM4', extra: 'never signed' }
  assert.equal((await askOnce(t, '6202', sealReply(outputs['6202'], extra))).kind, 'accepted')
})

test('numbers in a reply keep their text through verification (10.00 stays 10.00)', async (t) => {
  const text = `{"feeSumamt":10.00,"fundPay":5.10,"ordStas":"2","ownPayAmt":1.90,"payOrdId":"${payOrdId}","psnAcctPay":3}`
  const sealed = sealEnvelope(centerKeys, replyFields(), canonicalJsonText(parseJsonText(text)))
  const one = await askOnce(t, '6202', sealed)
  assert.ok(one.kind === 'accepted')
  const { feeSumamt, fundPay, ownPayAmt, psnAcctPay } = one.output
  assert.deepEqual([feeSumamt, fundPay, ownPayAmt, psnAcctPay], ['10.00', '5.10', '1.90', '3'])
})

test('other spellings in a reply come out under the names of the table', async (t) => {
  const { ownPayAmt, ...rest } = outputs['6202']
  const placed = await askOnce(t, '6202', sealReply({ ...rest, ownpayAmt: ownPayAmt }))
  assert.ok(placed.kind === 'accepted')
  assert.equal(placed.output.ownPayAmt, '2.00')
  const refunded = await askOnce(t, '6203', sealReply({ refStatus: 'SUCC', hiRefdSn: 'HR2' }))
  assert.ok(refunded.kind === 'accepted')
  assert.equal(refunded.output.hiFefdSn, 'HR2')
})

test('one reply has one id however it is wrapped, and two replies have two (RULES 3.7)', async (t) => {
  const reply = sealReply(outputs['6203'])
  const idOf = async (body: Buffer | string): Promise<string> => {
    const one = await askOnce(t, '6203', body)
    return one.kind === 'accepted' ? one.replyId : assert.fail(JSON.stringify(one))
  }
  const id = await idOf(reply)
  assert.equal(await idOf(JSON.stringify({ data: JSON.parse(reply.toString()) as unknown })), id)
  const { signData, ...rest } = JSON.parse(reply.toString()) as { signData: string }
  assert.equal(await idOf(JSON.stringify({ ...rest, signData: `${signData.slice(0, 40)}\n${signData.slice(40)}` })), id)
  assert.notEqual(await idOf(sealReply(outputs['6203'])), id)
})

const wrap = (body: Buffer, keys: readonly string[]): string =>
  keys.reduce<string>((inner, key) => `{"code":"0","${key}":${inner}}`, body.toString())
const encode = (body: Buffer): string => JSON.stringify(body.toString())

test('relays may encode the reply again or wrap it up to four levels deep', async (t) => {
  const reply = sealReply(outputs['6202'])
  const forms = [
    encode(reply),
    wrap(reply, ['data']),
    wrap(reply, ['output', 'body']),
    wrap(reply, ['data', 'output', 'body', 'result']),
    `{"code":200,"success":true,"data":${encode(reply)}}`,
    `\r\n ${reply.toString()}\n`,
  ]
  for (const form of forms) assert.equal((await askOnce(t, '6202', form)).kind, 'accepted', form.slice(0, 60))
  const tooDeep = wrap(reply, ['data', 'data', 'data', 'data', 'data'])
  assert.equal((await askOnce(t, '6202', tooDeep)).kind, 'unknown')
})

test('a wrapped refusal is found like a wrapped success', async (t) => {
  const one = await askOnce(t, '6202', wrap(sealRefusal(), ['data', 'result']))
  assert.ok(one.kind === 'declined')
  assert.deepEqual(one.refusal, { code: '30001', message: '医保待遇已暂停', signed: true })
  const relay = JSON.stringify({ code: '0', message: 'ok', data: { code: '7', message: '拒绝' } })
  const unsigned = await askOnce(t, '6301', relay)
  assert.deepEqual(unsigned, { kind: 'declined', refusal: { code: '7', message: '拒绝', signed: false } })
})

test('the log says what became of a call and holds nothing of the patient', async (t) => {
  const { url } = await startServer(t, answer(sealReply(outputs['6301'])))
  const center = openCenter(t, url)
  await center.ask('6301')
  assert.equal(center.lines.length, 1)
  const [line] = center.lines
  assert.deepEqual([line?.level, line?.what], ['debug', 'center.sent'])
  assert.deepEqual(Object.keys(line?.fields ?? {}).toSorted(), ['interface', 'ms', 'outcome', 'status'])
})
