// The canonical text that is signed: known answers, and what holds for any JSON.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { assertJsonLimits, maxJsonDepth } from '../../src/contract/check/json-limits.ts'
import {
  type CanonicalStyle,
  canonicalJsonText,
  canonicalJsonTexts,
  JsonNumber,
  parseJsonText,
} from '../../src/contract/check/json-text.ts'

const canonicalOf = (text: string): string => canonicalJsonText(parseJsonText(text))

test('canonical text: known answers', () => {
  const answers: [given: string, canonical: string][] = [
    ['{ "b" : "1", "a" : "2" }', '{"a":"2","b":"1"}'],
    ['{"b":{"d":"1","c":"2"},"a":[{"f":"1","e":"2"}]}', '{"a":[{"e":"2","f":"1"}],"b":{"c":"2","d":"1"}}'],
    ['{"a":null,"b":"","c":[],"d":"0"}', '{"d":"0"}'],
    ['{"a":{"b":null}}', '{"a":{}}'],
    ['{"list":["b","a"]}', '{"list":["b","a"]}'],
    [
      '{"a":10.00,"b":-0.10,"c":1E+2,"d":12345678901234567890}',
      '{"a":10.00,"b":-0.10,"c":1E+2,"d":12345678901234567890}',
    ],
    ['{"a":true,"b":false}', '{"a":true,"b":false}'],
    ['{"userName":"\\u6d4b\\u8bd5\\u7532","url":"http:\\/\\/a\\/b"}', '{"url":"http://a/b","userName":"测试甲"}'],
    ['{"a":"\\"\\\\\\n\\u0001"}', '{"a":"\\"\\\\\\n\\u0001"}'],
    ['{"ab":"1","aB":"2","Ab":"3","a_b":"4","a1":"5"}', '{"Ab":"3","a1":"5","aB":"2","a_b":"4","ab":"1"}'],
    ['{"二":"1","一":"2"}', '{"一":"2","二":"1"}'],
    ['{"10":"a","9":"b"}', '{"10":"a","9":"b"}'],
  ]
  for (const [given, canonical] of answers) assert.equal(canonicalOf(given), canonical)
})

test('what is sent keeps an empty text that the signature leaves out', () => {
  const { sent, signed } = canonicalJsonTexts({ b: '1', diseCodg: '', a: null, rows: [{ x: '', y: '1' }] })
  assert.equal(sent, '{"b":"1","diseCodg":"","rows":[{"x":"","y":"1"}]}')
  assert.equal(signed, '{"b":"1","rows":[{"y":"1"}]}')
})

const styles: readonly CanonicalStyle[] = (['text', 'strings'] as const).flatMap((scalars) =>
  (['kept', 'dropped'] as const).flatMap((emptyLists) =>
    (['kept', 'dropped'] as const).map((emptyObjects) => ({
      ...{ scalars, emptyLists, emptyObjects },
      emptyTexts: 'dropped' as const,
    })),
  ),
)

test('what is sent every copy in use signs alike, whatever a caller puts into free data', () => {
  const extData = parseJsonText(
    '{"n":1.50,"yes":true,"none":{},"list":[],"hollow":{"a":"","b":{"c":null}},"rows":[{"m":0,"e":""}]}',
  )
  const { sent, signed } = canonicalJsonTexts({ extData, diseCodg: '' })
  assert.equal(sent, '{"diseCodg":"","extData":{"n":"1.50","rows":[{"e":"","m":"0"}],"yes":"true"}}')
  for (const style of styles) assert.equal(canonicalJsonText(parseJsonText(sent), style), signed)
})

test('canonical text in each style: scalars in their own text or as strings, what is empty kept or dropped', () => {
  const value = parseJsonText('{"b":true,"n":10.00,"s":"","z":null,"l":[],"o":{},"h":{"x":{}},"r":[1,{"t":""}]}')
  const texts = styles.map((style) => canonicalJsonText(value, style))
  assert.deepEqual(texts, [
    '{"b":true,"h":{"x":{}},"l":[],"n":10.00,"o":{},"r":[1,{}]}',
    '{"b":true,"l":[],"n":10.00,"r":[1,{}]}',
    '{"b":true,"h":{"x":{}},"n":10.00,"o":{},"r":[1,{}]}',
    '{"b":true,"n":10.00,"r":[1,{}]}',
    '{"b":"true","h":{"x":{}},"l":[],"n":"10.00","o":{},"r":["1",{}]}',
    '{"b":"true","l":[],"n":"10.00","r":["1",{}]}',
    '{"b":"true","h":{"x":{}},"n":"10.00","o":{},"r":["1",{}]}',
    '{"b":"true","n":"10.00","r":["1",{}]}',
  ])
})

test('what is sent and what is signed are one text when nothing is empty, whatever the values hold', () => {
  for (const value of [':""', '":""', '\\":\\"\\"', ':']) {
    const { sent, signed } = canonicalJsonTexts({ a: value, [value]: 'x' })
    assert.equal(signed, sent)
    assert.deepEqual(JSON.parse(signed), { a: value, [value]: 'x' })
  }
})

test('a parsed number keeps its text, printed and signed', () => {
  const value = parseJsonText('{"amt":10.00,"rows":[1.50,{"n":0}]}') as { amt: JsonNumber }
  assert.ok(value.amt instanceof JsonNumber)
  assert.equal(value.amt.text, '10.00')
  assert.equal(JSON.stringify(value), '{"amt":10.00,"rows":[1.50,{"n":0}]}')
})

test('nesting ends at a fixed depth, with or without a number in front', () => {
  const nest = (levels: number): string => `${'['.repeat(levels)}"x"${']'.repeat(levels)}`
  assert.doesNotThrow(() => parseJsonText(nest(maxJsonDepth)))
  assert.throws(() => parseJsonText(nest(maxJsonDepth + 1)), RangeError)
  assert.throws(() => parseJsonText(`{"a":1,"b":${nest(maxJsonDepth)}}`), RangeError)
  assert.throws(() => parseJsonText(nest(200_000)), RangeError)
})

test('keys of the language are data', () => {
  const value = parseJsonText('{"__proto__":{"admin":1},"constructor":"x"}') as { admin?: unknown }
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(value.admin, undefined)
  assert.equal(canonicalJsonText(value), '{"__proto__":{"admin":1},"constructor":"x"}')
})

test('bad JSON is a SyntaxError', () => {
  for (const text of ['', '{', '{"a":01}', "{'a':1}", '{"a":NaN}', '{"a":1,}', '\u0000']) {
    assert.throws(() => parseJsonText(text), SyntaxError, JSON.stringify(text))
  }
})

const numberText = fc
  .tuple(fc.integer(), fc.stringMatching(/^[0-9]{0,6}$/))
  .map(([whole, fraction]) => new JsonNumber(fraction === '' ? String(whole) : `${whole}.${fraction}`))
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    numberText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 6 }),
  ),
})).value

/** The same value with the keys of every object turned round. */
const turned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, turned(member)]),
  )
}

test('the canonical text of a canonical text is itself', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJsonText(value)
      assert.equal(canonicalOf(text), text)
    }),
  )
})

test('the order of keys and the white space do not matter', () => {
  fc.assert(
    fc.property(json, (value) => {
      assert.equal(canonicalJsonText(turned(value)), canonicalJsonText(value))
      assert.equal(canonicalOf(JSON.stringify(turned(value), null, 2)), canonicalJsonText(value))
    }),
  )
})

test('parsing and printing loses nothing: numbers, surrogates, control characters', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = JSON.stringify(value)
      assert.equal(JSON.stringify(parseJsonText(text)), text)
    }),
  )
})

test('what is many is refused before its numbers are read, in the time of plain parsing', () => {
  const many = {
    numbers: `[${'1,'.repeat(1_000_000)}1]`,
    keys: `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":"a"`).join(',')},"z":1}`,
    values: `[${'"",'.repeat(400_000)}1]`,
  }
  for (const [what, text] of Object.entries(many)) {
    const beganMs = performance.now()
    assert.throws(() => parseJsonText(text), RangeError, what)
    assert.ok(performance.now() - beganMs < 2_000, `${what}: ${performance.now() - beganMs} ms`)
  }
})

test('a bill of 5,000 lines with numbers stays within the limits', () => {
  const line = Object.fromEntries(Array.from({ length: 44 }, (_, index) => [`field${index}`, index < 5 ? 1.25 : 'a']))
  assert.doesNotThrow(() => parseJsonText(JSON.stringify({ feedetailList: new Array<object>(5_000).fill(line) })))
})

test('what is far beyond the limits is refused from its text, before the engine builds it', () => {
  const size = 8 * 1024 * 1024
  const texts = {
    lists: `[${'{},'.repeat(size / 3)}{}]`,
    levels: '{"a":'.repeat(size / 5),
    'one key many times': `{${'"a" :1,'.repeat(size / 7)}"a":2}`,
    keys: `{${Array.from({ length: 20_001 }, (_, at) => `"k${at}":""`).join(',')}}`,
  }
  for (const [what, text] of Object.entries(texts)) assert.throws(() => assertJsonLimits(text), RangeError, what)
  // Within a string nothing is counted, escaped quotes or not.
  const inText = `{"a":"${'\\",[{'.repeat(400_000)}","b":["\\\\"]}`
  assert.doesNotThrow(() => {
    assertJsonLimits(inText)
    parseJsonText(inText)
  })
})
