// declined: a refusal that may be believed (RULES 3.2, 3.4).
import assert from 'node:assert/strict'
import test from 'node:test'
import { codes, outputs, payOrdId, sealRefusal, sealReply, unsignedRefusal } from '../messages.ts'
import { askOnce } from '../real-center.ts'

const refusal = { code: '30001', message: '医保待遇已暂停' }

test('a signed refusal is declined for every interface, on any HTTP status (RULES 3.4)', async (t) => {
  for (const code of codes) {
    for (const status of [200, 400, 500, 502]) {
      const one = await askOnce(t, code, sealRefusal(), { status })
      assert.ok(one.kind === 'declined')
      assert.deepEqual(one.refusal, { ...refusal, signed: true })
      assert.match(one.replyId ?? '', /^[0-9a-f]{128}$/, 'an old refusal could be played again too (RULES 3.7)')
    }
  }
})

test('an unsigned refusal is declined for 6201 and 6301, unknown with its text for the others (RULES 3.2)', async (t) => {
  for (const code of codes) {
    const unsigned = { ...refusal, signed: false }
    const expected =
      code === '6201' || code === '6301'
        ? { kind: 'declined', refusal: unsigned }
        : { kind: 'unknown', reason: 'unsigned refusal', refusal: unsigned }
    for (const status of [200, 400, 404])
      assert.deepEqual(await askOnce(t, code, unsignedRefusal(), { status }), expected)
  }
})

test('whose unsigned refusals are believed is a setting per interface (RULES 3.2)', async (t) => {
  const unsignedRefusals = new Set(['6202'] as const)
  assert.equal((await askOnce(t, '6202', unsignedRefusal(), { unsignedRefusals })).kind, 'declined')
  assert.equal((await askOnce(t, '6301', unsignedRefusal(), { unsignedRefusals })).kind, 'unknown')
})

test('protocol code first, then business code, then the transaction: each alone refuses (RULES 3.4)', async (t) => {
  const protocol = await askOnce(t, '6401', sealReply({}, { code: '9', success: undefined }))
  assert.ok(protocol.kind === 'declined')
  assert.deepEqual(protocol.refusal, { code: '9', message: '成功', signed: true })
  for (const success of [false, 'false']) {
    const business = await askOnce(t, '6401', sealReply({ success: true }, { success, message: '业务失败' }))
    assert.ok(business.kind === 'declined')
    assert.deepEqual(business.refusal, { code: '0', message: '业务失败', signed: true })
  }
  const transaction = await askOnce(t, '6401', sealReply({ success: false }))
  assert.ok(transaction.kind === 'declined')
  assert.deepEqual(transaction.output, { success: false })
})

test('success "false" as text in 6401 is declined like the boolean', async (t) => {
  const one = await askOnce(t, '6401', sealReply({ success: 'false' }))
  assert.ok(one.kind === 'declined')
  assert.deepEqual(one.output, { success: false })
})

test('refStatus FAIL is declined and keeps what the reply said (RULES 2.3)', async (t) => {
  const one = await askOnce(t, '6203', sealReply({ ...outputs['6203'], refStatus: 'FAIL' }, { message: '余额不足' }))
  assert.ok(one.kind === 'declined')
  assert.equal(one.refusal.message, '余额不足')
  assert.equal(one.output?.refStatus, 'FAIL')
})

test('code and text of a refusal are found under the names in use', async (t) => {
  const bodies = [
    { respCode: '7', msg: '拒绝' },
    { responseCode: 7, message: '拒绝' },
    { code: 7, msg: '拒绝', success: 'false' },
    { code: -7, message: '', msg: '拒绝' },
  ]
  for (const body of bodies) {
    const one = await askOnce(t, '6301', JSON.stringify(body))
    assert.ok(one.kind === 'declined')
    assert.match(one.refusal.code, /^-?7$/)
    assert.equal(one.refusal.message, '拒绝')
  }
})

test('a refusal that brings data beside it keeps its own code and text', async (t) => {
  const [code, message] = ['7', '拒绝']
  for (const data of [{}, { payOrdId }, { success: false }, [], '', 'text', '{"a":1}', '{"a"', null, 5]) {
    const one = await askOnce(t, '6301', JSON.stringify({ code, message, data }))
    assert.deepEqual(one, { kind: 'declined', refusal: { code, message, signed: false } }, JSON.stringify(data))
  }
})

test('an endless refusal text or code is cut', async (t) => {
  const one = await askOnce(t, '6301', unsignedRefusal({ message: '拒'.repeat(100_000), code: '7'.repeat(100_000) }))
  assert.ok(one.kind === 'declined')
  assert.equal(one.refusal.message.length, 500)
  assert.equal(one.refusal.code.length, 100)
})
