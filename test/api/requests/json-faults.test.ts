// What JSON allows and a request must not hold, each found with its place, and nothing else found.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import { parseJsonText } from '../../../src/contract/check/json-text.ts'
import { findJsonFault } from '../../../src/main/api/requests/json-faults.ts'

const faultOf = (text: string) => findJsonFault(text, parseJsonText(text) as object)

describe('a key that stands twice', () => {
  for (const [text, path] of [
    ['{"a":"1","a":"2"}', 'a'],
    ['{"a":"1","a" : "1"}', 'a'],
    ['{"a" \n: "1", "b": {"c": [{"d":1},{"d":1,"d":2}]}}', 'b.c[1].d'],
    ['{"a":"1","\\u0061":"2"}', 'a'],
    ['{"a":"x\\":","b":1,"b" :2}', 'b'],
    ['{"__proto__":"1","__proto__":"2"}', '__proto__'],
    ['[{}, [], {"x":null,"x":true}]', '[2].x'],
  ] as const) {
    it(`in ${text} is ${path}`, () => {
      assert.deepEqual(faultOf(text), { path, problem: '字段重复' })
    })
  }

  it('is found wherever it stands, however the text is spaced, and nowhere else', () => {
    const key = fc.constantFrom('a', 'b', '":', 'c:', '\\', '测')
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('x":y', '', 'a :b', true, null),
        fc.dictionary(key, tie('node')),
        fc.array(tie('node')),
      ),
    })).node
    fc.assert(
      fc.property(
        fc.dictionary(key, value, { minKeys: 1 }),
        key,
        fc.constantFrom(undefined, 1, '\t'),
        fc.boolean(),
        (object, name, space, spaced) => {
          const text = JSON.stringify(object, null, space)
          const own = spaced ? text.replaceAll('":', '" :') : text
          // A string of the sample may hold the sequence too; then the change is part of the string, which is as good.
          assert.equal(faultOf(own), undefined)
          const twice = `{${JSON.stringify(name)}:1,${JSON.stringify(name)}:2,"z":${own}}`
          assert.equal(faultOf(twice)?.problem, '字段重复')
          assert.equal(faultOf(`{"z":${own},"y":[${twice}]}`)?.problem, '字段重复')
        },
      ),
    )
  })
})

describe('a number that programs round', () => {
  it('is named; one that they do not is not', () => {
    assert.deepEqual(faultOf('{"a":[{"b":9007199254740993}]}')?.path, 'a[0].b')
    assert.equal(faultOf('{"a":-9007199254740992}')?.path, 'a')
    assert.equal(faultOf('{"a":1e999}')?.path, 'a')
    for (const text of [
      '9007199254740991',
      '-9007199254740991',
      '0.1234567890123456789',
      '100.00',
      '"9007199254740993"',
    ]) {
      assert.equal(faultOf(`{"a":${text}}`), undefined, text)
    }
  })
})

describe('characters that are none', () => {
  it('half a surrogate pair and a zero are named, in a value and in a name', () => {
    assert.deepEqual(faultOf('{"userName":"测\\ud842"}'), { path: 'userName', problem: '含半个字符 (不成对的代理码)' })
    assert.deepEqual(faultOf('{"list":["x","\\uDFB7"]}')?.path, 'list[1]')
    assert.deepEqual(faultOf('{"a":"1\\u0000"}'), { path: 'a', problem: '含零字符' })
    assert.deepEqual(faultOf('{"a":{"b\\u0000":"1"}}'), { path: 'a', problem: '字段名含无效字符' })
  })

  it('a whole pair as escapes is a character like any other', () => {
    assert.equal(faultOf('{"userName":"\\ud842\\udfb7"}'), undefined)
  })
})
