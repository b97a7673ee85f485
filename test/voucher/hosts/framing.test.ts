// Frames: whatever is sent comes out, however the bytes are cut; what is no frame is refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  createFrameDecoder,
  encodeFrame,
  frameCapBytes,
  FramingError,
} from '../../../src/main/voucher/hosts/framing.ts'

test('frames come out whole and in order however their bytes are cut', () => {
  const frame = fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean()))
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.array(fc.nat(2_000)), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(encodeFrame))
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const decoder = createFrameDecoder()
      const found = places.flatMap((place, index) => decoder.push(bytes.subarray(place, places[index + 1])))
      assert.deepEqual(found, JSON.parse(JSON.stringify(frames)))
    }),
  )
})

test('a large frame in small chunks is decoded in linear time', () => {
  const bytes = encodeFrame({ out: 'A'.repeat(4 * 1024 * 1024) })
  const decoder = createFrameDecoder()
  const startedAt = performance.now()
  let frames = 0
  for (let at = 0; at < bytes.length; at += 512) frames += decoder.push(bytes.subarray(at, at + 512)).length
  assert.equal(frames, 1)
  assert.ok(performance.now() - startedAt < 2_000)
})

test('a length above the cap is refused before its bytes arrive', () => {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(frameCapBytes + 1)
  assert.throws(() => createFrameDecoder().push(head), FramingError)
})

test('what a printf leaves on the stream is refused, not waited for', () => {
  assert.throws(() => createFrameDecoder().push(Buffer.from('vendor debug output')), FramingError)
})

test('a body that is not UTF-8 JSON is refused without quoting it', () => {
  const body = Buffer.from('{"userName":"测试甲"')
  const head = Buffer.alloc(4)
  head.writeUInt32LE(body.length)
  assert.throws(
    () => createFrameDecoder().push(Buffer.concat([head, body])),
    (error) => error instanceof FramingError && !error.message.includes('测试'),
  )
})

test('a frame above the cap is not sent', () => {
  assert.throws(() => encodeFrame({ out: 'A'.repeat(frameCapBytes) }), FramingError)
})
