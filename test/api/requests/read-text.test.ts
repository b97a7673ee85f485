// A body that cannot be read: the wrong byte is found, wherever it stands, at a cost that its size explains.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeText } from '../../../src/main/api/requests/read-text.ts'

const stepBytes = 64 * 1024
const wrong = Buffer.from([0xff])
const half = { 'utf-8': Buffer.from([0xe6, 0xb5]), gbk: Buffer.from([0xb2]) }
const texts = { 'utf-8': Buffer.from('测a𠮷'), gbk: Buffer.from([0xb2, 0xe2, 0x61, 0x95, 0x32, 0x82, 0x36]) }

/** `length` bytes of whole characters, after a field. */
const filled = (charset: 'utf-8' | 'gbk', length: number, lead: number): Buffer => {
  const field = Buffer.from(`{"name":"${'x'.repeat(lead)}`)
  const text = texts[charset]
  const count = Math.floor((length - field.length) / text.length)
  const rest = length - field.length - count * text.length
  return Buffer.concat([field, ...Array.from({ length: count }, () => text), Buffer.alloc(rest, 'y')])
}

describe('the first byte that is no character', () => {
  for (const charset of ['utf-8', 'gbk'] as const) {
    it(`is found in ${charset} around every place where the search takes a step`, () => {
      for (const length of [100, stepBytes - 1, stepBytes, stepBytes + 3, 2 * stepBytes - 5, 2 * stepBytes + 1]) {
        for (let lead = 0; lead < 8; lead++) {
          const bytes = filled(charset, length, lead)
          const at = new RegExp(`: 第 ${length + 1} 个字节起`)
          assert.throws(() => decodeText(Buffer.concat([bytes, wrong, bytes]), charset), at)
          assert.throws(
            () => decodeText(Buffer.concat([bytes, half[charset]]), charset),
            new RegExp(`末尾的字符不完整, 第 ${length + 1} 个字节起`),
          )
        }
      }
    })

    it(`costs little in a body of 8 MiB of ${charset} that is nothing but names`, () => {
      const bytes = Buffer.concat([Buffer.from('"a":'.repeat(2 * 1024 * 1024 - 1)), wrong])
      decodeText(bytes.subarray(0, -1), charset)
      const ownMs = performance.now()
      decodeText(bytes.subarray(0, -1), charset)
      const startedMs = performance.now()
      assert.throws(() => decodeText(bytes, charset), new RegExp(`第 ${bytes.length} 个字节起 \\(a 附近\\)`))
      // One look at every name, or at the whole for every guess, would be seconds.
      assert.ok(performance.now() - startedMs < (startedMs - ownMs) * 5 + 300)
    })
  }
})
