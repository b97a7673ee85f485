// Searches bytes for a text in every shape in which a program may have left it: UTF-8, UTF-16LE, GBK, and each of them in
// hex or base64, at any alignment; also percent-encoded and as JSON escapes.
import { encodeText } from '../../src/main/voucher/charset/encode-text.ts'

const inGbk = (text: string): Buffer => encodeText(JSON.stringify([text]), 'gbk').subarray(2, -2)

/** What base64 leaves of the bytes when `before` bytes precede them in a group and others may follow. */
const inBase64 = (bytes: Buffer, before: number): string => {
  const whole = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replaceAll('=', '')
  return whole.slice(before === 0 ? 0 : before + 1, -1)
}

const shapesOf = (text: string): Buffer[] => {
  const plain = [Buffer.from(text), Buffer.from(text, 'utf16le'), inGbk(text)]
  const hex = plain.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('hex').toUpperCase()])
  const base64 = plain.flatMap((bytes) => [0, 1, 2].map((before) => inBase64(bytes, before)))
  const escaped = text.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [...plain, ...[...hex, ...base64, encodeURIComponent(text), escaped].map((shape) => Buffer.from(shape))]
}

export const holdsText = (bytes: Buffer, text: string): boolean => shapesOf(text).some((shape) => bytes.includes(shape))
