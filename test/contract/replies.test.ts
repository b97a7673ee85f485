// What a reply may hold beyond the tables: other spellings, added keys, booleans as text, numbers with their text.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createCheck, faultText } from '../../src/contract/check/check.ts'
import { checkDecodeOutput, checkNotification, interfaces } from '../../src/contract/interfaces.ts'
import { NotifySettlementOutput } from '../../src/contract/interfaces/notify-settlement.ts'
import { JsonNumber, parseJsonText } from '../../src/contract/check/json-text.ts'

const amounts = '"feeSumamt":10.00,"psnAcctPay":"2.00","fundPay":3.00'

test('6301 and 6202 replies may spell ownPayAmt as ownpayAmt, 6302 the other way round', () => {
  const text = `{"payOrdId":"ORD1","ordStas":"6",${amounts},`
  for (const code of ['6202', '6301'] as const) {
    const { value } = interfaces[code].checkOutput(parseJsonText(`${text}"ownpayAmt":5.00}`))
    assert.equal(value.ownPayAmt, '5.00')
    assert.ok(!('ownpayAmt' in value))
  }
  const { value } = checkNotification(parseJsonText(`${text}"ownPayAmt":"5.00"}`))
  assert.equal(value.ownpayAmt, '5.00')
  assert.ok(!('ownPayAmt' in value))
})

test("the table's own spelling wins over the other one", () => {
  const reply = parseJsonText('{"payOrdId":"ORD1","ordStas":"6","ownPayAmt":"1.00","ownpayAmt":"9.00"}')
  assert.equal(interfaces['6301'].checkOutput(reply).value.ownPayAmt, '1.00')
})

test('6203 replies may spell hiFefdSn as hiRefdSn', () => {
  const { value } = interfaces['6203'].checkOutput(parseJsonText('{"refStatus":"SUCC","hiRefdSn":"HR1"}'))
  assert.equal(value.hiFefdSn, 'HR1')
})

test('success of 6401 may be text; any other text is a fault of success', () => {
  const check = (text: string) => interfaces['6401'].checkOutput(parseJsonText(text))
  assert.deepEqual(check('{"success":"true"}'), { value: { success: true }, faults: [] })
  assert.deepEqual(check('{"success":"false"}'), { value: { success: false }, faults: [] })
  for (const text of ['"TRUE"', '"1"', '1', '""']) {
    assert.deepEqual(check(`{"success":${text}}`).faults.map(faultText), [
      'success 回调通知结果: 应为 true 或 false (不加引号)',
    ])
  }
})

test('what we send is strict: a boolean as text is refused in our answer to 6302', () => {
  const check = createCheck<NotifySettlementOutput>(NotifySettlementOutput)
  const { faults } = check(parseJsonText('{"success":"true","message":"成功"}'))
  assert.deepEqual(faults.map(faultText), ['success 回调通知结果: 应为 true 或 false (不加引号)'])
})

test('amounts of a reply keep the text of their number (RULES 1.3)', () => {
  const { value } = interfaces['6202'].checkOutput(
    parseJsonText(`{"payOrdId":"ORD1","ordStas":"2",${amounts},"ownPayAmt":5.10,"othFeeAmt":0.00}`),
  )
  assert.deepEqual(
    [value.feeSumamt, value.fundPay, value.ownPayAmt, value.othFeeAmt],
    ['10.00', '3.00', '5.10', '0.00'],
  )
})

test('a code that a reply writes as a number is read as its text', () => {
  for (const code of ['6202', '6301'] as const) {
    const { value, faults } = interfaces[code].checkOutput(parseJsonText('{"payOrdId":"ORD1","ordStas":16}'))
    assert.equal(value.ordStas, '16')
    assert.equal(
      faults.some(({ path }) => path === 'ordStas'),
      false,
    )
  }
  assert.equal(interfaces['6203'].checkOutput(parseJsonText('{"refdSn":12}')).value.refdSn, '12')
})

test('what is asked stays strict: a number is no text', () => {
  const { faults } = interfaces['6301'].checkInput(parseJsonText('{"payOrdId":1}'))
  assert.ok(faults.some(({ path, problem }) => path === 'payOrdId' && problem !== '必填'))
})

test('keys that a province adds are kept and are no fault', () => {
  const reply = '{"success":true,"hospPartAmt":1.50,"extra":{"acctMulaidPay":"0.10"}}'
  const { value, faults } = interfaces['6401'].checkOutput(parseJsonText(reply))
  assert.deepEqual(faults, [])
  assert.deepEqual(value, { success: true, hospPartAmt: new JsonNumber('1.50'), extra: { acctMulaidPay: '0.10' } })
})

test('extData is free: objects, text and numbers pass with their text', () => {
  for (const extData of ['{"preSetl":{"psn_no":"P1","amt":1.20}}', '"{\\"a\\":1}"', '7.0', '[1]']) {
    const { value, faults } = interfaces['6205'].checkOutput(
      parseJsonText(`{"medBankPayUrl":"https://bank.invalid/","extData":${extData}}`),
    )
    assert.deepEqual(faults, [])
    assert.equal(JSON.stringify(value.extData), extData)
  }
})

test('a reply that is too short names each missing field, as warnings are built from them (RULES 3.3)', () => {
  const { faults } = interfaces['6203'].checkOutput(parseJsonText('{"refStatus":"SUCC","refdSn":"1"}'))
  assert.deepEqual(faults.map(faultText).toSorted(), [
    'hiFefdSn 医保退费流水号: 必填',
    'hiTrnsDate 医保退费日期: 必填',
    'hiTrnsTime 医保退费时间: 必填',
  ])
})

test('a null in a reply is an absent field, not a fault', () => {
  const { value, faults } = checkDecodeOutput(
    parseJsonText(
      '{"userName":"测试甲","idNo":"110101199003070000","idType":"01","ecToken":"T","insuOrg":"510000","email":null}',
    ),
  )
  assert.deepEqual(faults, [])
  assert.ok(!('email' in value))
})
