// Owns how a text becomes the bytes that the library reads. It does not know what the text says.

export type InputCharset = 'utf-8' | 'gbk'

/** JSON, or ASCII, in the library's charset. A character that GBK lacks is written as a JSON escape, never as '?'. */
export const encodeText = (json: string, charset: InputCharset): Buffer => {
  if (charset === 'utf-8') return Buffer.from(json, 'utf8')
  const table = gbkTable()
  const bytes: number[] = []
  // By UTF-16 unit, which is what a JSON escape holds.
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index)
    const pair = table.get(unit)
    if (unit < 0x80) bytes.push(unit)
    else if (pair !== undefined) bytes.push(pair >> 8, pair & 0xff)
    else bytes.push(...Buffer.from(`\\u${unit.toString(16).padStart(4, '0')}`, 'ascii'))
  }
  return Buffer.from(bytes)
}

let table: ReadonlyMap<number, number> | undefined

/** UTF-16 unit -> GBK lead and trail byte, from the decoder that Node has (it has no encoder); made at first use. */
const gbkTable = (): ReadonlyMap<number, number> => {
  if (table !== undefined) return table
  const pairs: number[] = []
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) pairs.push((lead << 8) | trail)
  }
  // A line per pair: what is not one character on its line is no character of GBK.
  const lines = new TextDecoder('gbk').decode(Buffer.from(pairs.flatMap((pair) => [pair >> 8, pair & 0xff, 0x0a])))
  const found = new Map<number, number>()
  for (const [index, character] of lines.split('\n').entries()) {
    const pair = pairs[index]
    if (pair !== undefined && character.length === 1 && isPublic(character)) found.set(character.charCodeAt(0), pair)
  }
  table = found
  return found
}

/** Neither the replacement character nor the private area, which every system fills differently. */
const isPublic = (character: string): boolean => character !== '\ufffd' && !/[\ue000-\uf8ff]/.test(character)
