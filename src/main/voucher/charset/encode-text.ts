// Owns how a text becomes the bytes that the library reads. It does not know what the text says.
import { gbkPairs } from '../../../contract/check/gb18030.ts'

export type InputCharset = 'utf-8' | 'gbk'

/** JSON, or ASCII, in the library's charset. A character that GBK lacks is written as a JSON escape, never as '?'. */
export const encodeText = (json: string, charset: InputCharset): Buffer => {
  if (charset === 'utf-8') return Buffer.from(json, 'utf8')
  const pairs = gbkPairs()
  const bytes: number[] = []
  // By UTF-16 unit, which is what a JSON escape holds.
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index)
    const pair = isPrivate(unit) ? undefined : pairs.get(unit)
    if (unit < 0x80) bytes.push(unit)
    else if (pair !== undefined) bytes.push(pair >> 8, pair & 0xff)
    else bytes.push(...Buffer.from(`\\u${unit.toString(16).padStart(4, '0')}`, 'ascii'))
  }
  return Buffer.from(bytes)
}

/** The private area, which every system fills differently. */
const isPrivate = (unit: number): boolean => unit >= 0xe000 && unit <= 0xf8ff
