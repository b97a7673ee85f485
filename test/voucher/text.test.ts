// Charsets both ways: bytes of the library into text, requests into its bytes.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { decodeText } from '../../src/main/voucher/charset/decode-text.ts'
import { encodeText } from '../../src/main/voucher/charset/encode-text.ts'

const gbkOfTestJia = Buffer.from([0xb2, 0xe2, 0xca, 0xd4, 0xbc, 0xd7])

test('UTF-8 is read as UTF-8 and anything else as GB18030', () => {
  assert.equal(decodeText(Buffer.from('测试甲'), 'auto'), '测试甲')
  assert.equal(decodeText(gbkOfTestJia, 'auto'), '测试甲')
  assert.equal(decodeText(Buffer.from([0x95, 0x32, 0x82, 0x36]), 'auto'), '\u{20000}')
})

test('names in GBK that happen to be valid UTF-8 are read as the Chinese that they are', () => {
  const names = { 谢孝: [0xd0, 0xbb, 0xd0, 0xa2], 肖协: [0xd0, 0xa4, 0xd0, 0xad] }
  for (const [name, bytes] of Object.entries(names)) {
    const answer = Buffer.concat([Buffer.from('{"userName":"'), Buffer.from(bytes), Buffer.from('"}')])
    assert.doesNotThrow(() => new TextDecoder('utf-8', { fatal: true }).decode(answer))
    assert.equal(decodeText(answer, 'auto'), `{"userName":"${name}"}`)
    assert.equal(decodeText(answer, 'gb18030'), `{"userName":"${name}"}`)
  }
})

test('Chinese in UTF-8 is read as UTF-8 also where its bytes are GBK text', () => {
  for (const name of ['测试', '谢孝', '肖协', '测试甲乙', '艾力·测试', '𠮷𠮷']) {
    assert.equal(decodeText(Buffer.from(`{"userName":"${name}"}`), 'auto'), `{"userName":"${name}"}`)
  }
})

test('a configured charset is the only one tried', () => {
  assert.equal(decodeText(gbkOfTestJia, 'gb18030'), '测试甲')
  assert.throws(
    () => decodeText(gbkOfTestJia, 'utf-8'),
    (error) => error instanceof AgentError && error.code === 'DECODER_OUTPUT_INVALID',
  )
})

test('bytes of no charset are refused, and not shown', () => {
  assert.throws(
    () => decodeText(Buffer.from([0x41, 0xff, 0xff]), 'auto'),
    (error) =>
      error instanceof AgentError && error.code === 'DECODER_OUTPUT_INVALID' && !error.message.includes('A\ufffd'),
  )
})

test('a request in GBK has the bytes that Windows expects', () => {
  assert.deepEqual(
    encodeText(JSON.stringify({ a: '测试甲' }), 'gbk'),
    Buffer.concat([Buffer.from('{"a":"'), gbkOfTestJia, Buffer.from('"}')]),
  )
})

test('every character survives GBK: the ones it lacks as JSON escapes', () => {
  for (const operatorName of ['收费员', '䶮', '㛃', '𠮷', '\u{1f600}', '€', 'Ω\\"\n', '〇镕']) {
    const bytes = encodeText(JSON.stringify({ operatorName }), 'gbk')
    assert.deepEqual(JSON.parse(new TextDecoder('gbk', { fatal: true }).decode(bytes)), { operatorName })
  }
  assert.match(encodeText(JSON.stringify({ a: '𠮷' }), 'gbk').toString('latin1'), /\\ud842\\udfb7/)
})

test('all 20902 unified ideographs of Unicode 1.1 have GBK bytes', () => {
  const text = String.fromCodePoint(...Array.from({ length: 0x9fa5 - 0x4e00 + 1 }, (_, index) => 0x4e00 + index))
  const bytes = encodeText(JSON.stringify({ text }), 'gbk')
  assert.ok(!bytes.includes('\\u'))
  assert.deepEqual(JSON.parse(new TextDecoder('gbk', { fatal: true }).decode(bytes)), { text })
})
