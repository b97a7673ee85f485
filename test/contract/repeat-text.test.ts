// By which text a repeat is known: amounts by their value, all else to the letter.
import assert from 'node:assert/strict'
import test from 'node:test'
import { RefundOrderInput } from '../../src/contract/interfaces/refund-order.ts'
import { UploadFeesInput } from '../../src/contract/interfaces/upload-fees.ts'
import { parseJsonText } from '../../src/contract/check/json-text.ts'
import { repeatText } from '../../src/contract/check/repeat-text.ts'

const refundText = (text: string): string => repeatText(RefundOrderInput, parseJsonText(text))

test('an amount is one however it was written, as a number or as a text', () => {
  const texts = ['100', '"100"', '100.0', '"100.00"', '"100."'].map((amount) => refundText(`{"totlRefdAmt":${amount}}`))
  assert.deepEqual(new Set(texts), new Set(['{"totlRefdAmt":"100"}']))
  assert.equal(refundText('{"totlRefdAmt":"0.00"}'), '{"totlRefdAmt":"0"}')
  assert.notEqual(refundText('{"totlRefdAmt":"100.01"}'), texts[0])
  assert.notEqual(refundText('{"totlRefdAmt":"10"}'), texts[0])
})

test('an amount of a million zeros costs no more than its length', () => {
  const startedMs = performance.now()
  const zeros = '0'.repeat(1_000_000)
  assert.equal(refundText(`{"totlRefdAmt":"1.${zeros}"}`), '{"totlRefdAmt":"1"}')
  assert.ok(refundText(`{"totlRefdAmt":"1.${zeros}1"}`).endsWith('01"}'))
  assert.ok(performance.now() - startedMs < 2_000)
})

test('in the lines of a bill too, while a text that looks like a number stays to the letter', () => {
  const bill = (spec: string, cnt: string) =>
    repeatText(UploadFeesInput, parseJsonText(`{"feedetailList":[{"spec":"${spec}","cnt":${cnt}}]}`))
  assert.equal(bill('1.0', '2.0000'), bill('1.0', '2'))
  assert.notEqual(bill('1.0', '2'), bill('1', '2'))
})

test('what is no request at all gives a text, and does not throw', () => {
  for (const text of ['null', '1', '"a"', '[1,[2]]', '{"totlRefdAmt":{"a":1}}', '{"feedetailList":7}']) {
    assert.equal(typeof repeatText(UploadFeesInput, parseJsonText(text)), 'string')
  }
})
