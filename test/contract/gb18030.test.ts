// Text into GB18030 bytes and back: what GBK has keeps its two bytes, nothing is lost.
import assert from 'node:assert/strict'
import test from 'node:test'
import { encodeGb18030 } from '../../src/contract/check/gb18030.ts'

const decode = (bytes: Uint8Array): string => new TextDecoder('gb18030', { fatal: true }).decode(bytes)

test('what GBK has is GBK', () => {
  assert.deepEqual([...encodeGb18030('A测试甲')], [0x41, 0xb2, 0xe2, 0xca, 0xd4, 0xbc, 0xd7])
})

const isOther = (point: number): boolean => (point >= 0xd800 && point <= 0xdfff) || (point >= 0xe000 && point <= 0xf8ff)

test('every character of Unicode comes back as it was', () => {
  for (let from = 0; from < 0x110000; from += 0x400) {
    const points = Array.from({ length: 0x400 }, (_, at) => from + at).filter((point) => !isOther(point))
    const text = String.fromCodePoint(...points)
    assert.ok(decode(encodeGb18030(text)) === text, `from U+${from.toString(16)}`)
  }
})

test('a rare name character takes the four bytes of the standard', () => {
  assert.deepEqual([...encodeGb18030('\u{20000}')], [0x95, 0x32, 0x82, 0x36])
  assert.deepEqual([...encodeGb18030('\u3402')], [0x81, 0x39, 0xef, 0x31])
})

test('half a surrogate pair becomes the replacement character and harms nothing beside it', () => {
  assert.equal(decode(encodeGb18030('a\ud842b\udfb7')), 'a\ufffdb\ufffd')
})
