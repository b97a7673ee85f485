// The agent's own expContent and a caller's go out together, or the caller is told why not (RULES 1.4).
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { joinExpContent } from '../../src/contract/exp-content.ts'
import { canonicalJsonText } from '../../src/contract/check/json-text.ts'

const fields = { merchantNo: 'M1', terminalNo: 'T1', isvNo: 'V1' }
const asText = { fields, form: 'string' } as const

const problemOf = (given: unknown): string => {
  const joined = joinExpContent(given, asText)
  return 'problem' in joined ? joined.problem : ''
}

it('without fields of the agent, the text of the caller goes out as it is, whatever it holds', () => {
  for (const given of [undefined, '', '{"a":1.10}', 'no JSON']) {
    assert.deepEqual(joinExpContent(given, undefined), { value: given })
  }
})

it('both stand in what goes out, numbers in their own text, as text or as an object', () => {
  const joined = joinExpContent('{"setlType":"1","fee":10.00,"list":[1]}', asText)
  assert.deepEqual(joined, {
    value: '{"setlType":"1","fee":10.00,"list":[1],"merchantNo":"M1","terminalNo":"T1","isvNo":"V1"}',
  })
  const object = joinExpContent('{"fee":10.00}', { fields, form: 'object' })
  assert.ok('value' in object)
  assert.equal(canonicalJsonText(object.value), '{"fee":10.00,"isvNo":"V1","merchantNo":"M1","terminalNo":"T1"}')
})

it("where the caller gives nothing, the agent's own go out alone", () => {
  for (const given of [undefined, '']) {
    assert.deepEqual(joinExpContent(given, asText), { value: JSON.stringify(fields) })
    assert.deepEqual(joinExpContent(given, { fields, form: 'object' }), { value: fields })
  }
})

it('a key that both set is refused by its name, whether the values agree or not', () => {
  for (const merchantNo of ['M1', 'M2']) assert.match(problemOf(JSON.stringify({ merchantNo })), /^merchantNo 已由配置/)
})

it('a text that is no JSON object cannot be joined, and is refused', () => {
  for (const given of ['no JSON', '[]', '1', '"text"', 'null']) assert.match(problemOf(given), /JSON 对象/, given)
})

it('nor may both together be longer than the table allows', () => {
  assert.match(problemOf(JSON.stringify({ long: 'x'.repeat(3_960) })), /4000/)
})
