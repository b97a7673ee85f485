// Owns how the bytes of a request become text: strictly, and when they do not, which byte is wrong. What the text says is
// read-json.ts.
import { AgentError } from '../../../core/domain/errors/errors.ts'

export type Charset = 'utf-8' | 'gbk'

const charsetNames: Readonly<Record<string, Charset>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gbk: 'gbk',
  gb2312: 'gbk',
  gb18030: 'gbk',
  cp936: 'gbk',
}

const maxShownName = 20

/** The charset that a Content-Type names, undefined when none. Throws CHARSET_UNKNOWN for one that is neither. */
export const declaredCharset = (contentType: string): Charset | undefined => {
  const name = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase()
  if (name === undefined) return undefined
  const charset = Object.hasOwn(charsetNames, name) ? charsetNames[name] : undefined
  if (charset === undefined) {
    // A header may hold any byte; only a plain name is shown.
    const shown = /^[\w.-]+$/.test(name) ? name.slice(0, maxShownName) : '?'
    throw new AgentError('CHARSET_UNKNOWN', { addition: `Content-Type 中的 charset=${shown}` })
  }
  return charset
}

// GBK is a part of GB18030, which loses no rare name character.
const labels = { 'utf-8': 'utf-8', gbk: 'gb18030' } as const
const charsetTexts = { 'utf-8': 'UTF-8', gbk: 'GBK' } as const

/** True when the bytes can be read so; with `isWhole` false they may end inside a character. */
export const decodes = (bytes: Uint8Array, charset: Charset, isWhole = true): boolean => {
  try {
    new TextDecoder(labels[charset], { fatal: true }).decode(bytes, { stream: !isWhole })
    return true
  } catch {
    return false
  }
}

const longestCharacter = 4
const backs = Array.from({ length: longestCharacter }, (_, back) => back)
/** So much is looked at again where a byte is wrong, not the whole body. */
const stepBytes = 64 * 1024

/**
 * How many bytes can be read before the first wrong one; all of them when the text only ends too early. `from`: the beginning of a
 * character, some thousands of bytes before that, or the beginning of all.
 */
const readableLength = (bytes: Uint8Array, charset: Charset): { readonly length: number; readonly from: number } => {
  let [from, next] = [0, 0]
  /** Where the last character of this step ends; undefined when a byte of it is wrong, or it is the last step. */
  const endOfStep = (): number | undefined =>
    backs
      .map((back) => next + stepBytes - back)
      .find((end) => end <= bytes.length && decodes(bytes.subarray(next, end), charset))
  for (let end = endOfStep(); end !== undefined; end = endOfStep()) [from, next] = [next, end]
  let [good, bad] = [next, Math.min(next + stepBytes, bytes.length) + 1]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (decodes(bytes.subarray(next, middle), charset, false)) good = middle
    else bad = middle
  }
  return { length: good, from }
}

/** A field that is further away is not near. */
const nearCharacters = 4_096

/** The last field that a text names, for the words "near". Only plain names: anything else may be a patient's data. */
export const nearestField = (text: string): string => {
  const name = [...text.slice(-nearCharacters).matchAll(/"([A-Za-z]\w{0,39})"\s*:/g)].at(-1)?.[1]
  return name === undefined ? '' : ` (${name} 附近)`
}

const badText = (addition: string): AgentError => new AgentError('BAD_JSON', { addition })

const refuseBadByte = (bytes: Uint8Array, charset: Charset): never => {
  const { length, from } = readableLength(bytes, charset)
  // The character that went wrong may have begun a few bytes before.
  const ends = backs.map((back) => length - back).filter((end) => end >= from)
  const start = ends.find((end) => decodes(bytes.subarray(from, end), charset)) ?? length
  const near = nearestField(new TextDecoder(labels[charset]).decode(bytes.subarray(from, start)))
  const what = length === bytes.length ? '末尾的字符不完整, ' : ''
  throw badText(`${what}第 ${start + 1} 个字节起${near}不是有效的 ${charsetTexts[charset]} 字符`)
}

const byteOrderMarks: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0x84, 0x31, 0x95, 0x33],
]

/** The text of the bytes. Throws BAD_JSON naming the byte order mark, the zero byte or the first byte that is no character. */
export const decodeText = (bytes: Buffer, charset: Charset): string => {
  if (byteOrderMarks.some((mark) => mark.every((byte, at) => bytes[at] === byte))) {
    throw badText('第 1 个字节起是 BOM (字节顺序标记), 请去掉')
  }
  const zero = bytes.indexOf(0)
  if (zero !== -1) throw badText(`第 ${zero + 1} 个字节是零字节, 可能是 UTF-16 编码或带了结束符`)
  try {
    return new TextDecoder(labels[charset], { fatal: true }).decode(bytes)
  } catch {
    return refuseBadByte(bytes, charset)
  }
}
