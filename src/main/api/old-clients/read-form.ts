// Owns application/x-www-form-urlencoded: its bytes into fields, in the charset of the sender. What the fields mean is
// read-call.ts.
import { shownKey, type Fault } from '../../../contract/check/check.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { decodeText, type Charset } from '../requests/read-text.ts'

const atMostFields = 200

const percent = 0x25
const plus = 0x2b
const space = 0x20

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** The bytes without their escapes; undefined when an escape is broken. */
export const unescapeForm = (bytes: Uint8Array): Buffer | undefined => {
  const plain = Buffer.allocUnsafe(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === percent) {
      const [high, low] = [hexDigit(bytes[at + 1]), hexDigit(bytes[at + 2])]
      if (high < 0 || low < 0) return undefined
      plain[length++] = high * 16 + low
      at += 2
    } else plain[length++] = byte === plus ? space : byte
  }
  return plain.subarray(0, length)
}

/** The last field of a form that says itself where it ends; it means nothing else. */
const endMark = Buffer.from('&end=1')
const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80)
const hasEndMark = (bytes: Buffer): boolean => bytes.subarray(-endMark.length).equals(endMark)

/**
 * True for a form that shows its own end: by its last field, or because it is ASCII. A sender who counts characters instead of bytes
 * cuts it only where some of its characters take several bytes, and of those at least one byte each is left.
 */
export const showsFormEnd = (bytes: Buffer): boolean => isAscii(bytes) || hasEndMark(bytes)

const ampersand = 0x26
const equals = 0x3d

const splitAt = (bytes: Buffer, separator: number): Buffer[] => {
  const parts: Buffer[] = []
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(separator, start)
    const end = found === -1 ? bytes.length : found
    parts.push(bytes.subarray(start, end))
    if (parts.length > atMostFields) break
    start = end + 1
  }
  return parts
}

const refuse = (path: string, problem: string): never => {
  const fault: Fault = { path, name: '表单字段', problem }
  throw invalidFields([fault])
}

/** How JSON begins, escaped too; no name of a field does. */
const beginsAsJson = /^\s*(?:[{[]|%7b|%5b)/i

/** The fields of a form. Throws UNSUPPORTED_MEDIA for JSON (what curl -d sends by itself), INVALID_FIELDS for one that stands twice or is escaped wrongly, BAD_JSON for bytes that are no text. */
export const readForm = (bytes: Buffer, charset: Charset): Record<string, unknown> => {
  if (beginsAsJson.test(bytes.toString('latin1', 0, 100))) {
    throw new AgentError('UNSUPPORTED_MEDIA', { addition: '内容是 JSON, 请把 Content-Type 写成 application/json' })
  }
  const parts = splitAt(hasEndMark(bytes) ? bytes.subarray(0, -endMark.length) : bytes, ampersand).filter(
    (part) => part.length > 0,
  )
  if (parts.length > atMostFields) refuse('', `最多 ${atMostFields} 个`)
  const fields = new Map<string, string>()
  for (const [index, part] of parts.entries()) {
    const at = part.indexOf(equals)
    const ends = at === -1 ? part.length : at
    const name = unescapeForm(part.subarray(0, ends))
    if (name === undefined || name.length === 0) return refuse(`第 ${index + 1} 个`, '字段名无效')
    const key = decodeText(name, charset)
    if (fields.has(key)) refuse(shownKey(key), '字段重复')
    const value = unescapeForm(part.subarray(ends + 1))
    if (value === undefined) return refuse(shownKey(key), '% 后应为两位十六进制数')
    fields.set(key, decodeText(value, charset))
  }
  return Object.fromEntries(fields)
}
