// Owns text as GBK and GB18030 bytes, from the decoder that every runtime here has (none has an encoder). Decoding is the
// runtime's own TextDecoder.

// Both runtimes have it, and this folder is compiled with the library of neither.
declare const TextDecoder: new (label: string) => { readonly decode: (bytes: Uint8Array) => string }

const [firstLead, lastLead, firstTrail, lastTrail, noTrail] = [0x81, 0xfe, 0x40, 0xfe, 0x7f]

const readTwoByteUnits = (): ReadonlyMap<number, number> => {
  const pairs: number[] = []
  for (let lead = firstLead; lead <= lastLead; lead++) {
    for (let trail = firstTrail; trail <= lastTrail; trail++) if (trail !== noTrail) pairs.push((lead << 8) | trail)
  }
  const text = new TextDecoder('gb18030').decode(Uint8Array.from(pairs.flatMap((pair) => [pair >> 8, pair & 0xff])))
  return new Map(pairs.map((pair, index) => [text.charCodeAt(index), pair]))
}

// Decoding every pair costs milliseconds; most installations never need it.
let twoByteUnits: ReadonlyMap<number, number> | undefined

/** UTF-16 unit -> lead byte << 8 | trail byte, of every character that GBK writes in two bytes; made at first use. */
export const gbkPairs = (): ReadonlyMap<number, number> => (twoByteUnits ??= readTwoByteUnits())

/** One byte for ASCII, two for what GBK has, four (GB18030) for the rest: some centers count lengths so (RULES 9.2). */
export const gbkLength = (text: string): number => {
  const pairs = gbkPairs()
  let bytes = 0
  for (const character of text) {
    bytes += character <= '\u007f' ? 1 : character.length === 1 && pairs.has(character.charCodeAt(0)) ? 2 : 4
  }
  return bytes
}

// GB 18030 counts its four-byte codes through: 39420 for the basic plane, those above it from 189000.
const basicFourByteCodes = 39_420
const firstAbove = 189_000
const firstAbovePoint = 0x10000

const fourBytes = (code: number): readonly [number, number, number, number] => [
  0x81 + Math.floor(code / 12_600),
  0x30 + (Math.floor(code / 1_260) % 10),
  0x81 + (Math.floor(code / 10) % 126),
  0x30 + (code % 10),
]

const readFourByteUnits = (): ReadonlyMap<number, number> => {
  const bytes = new Uint8Array(basicFourByteCodes * 4)
  for (let code = 0; code < basicFourByteCodes; code++) bytes.set(fourBytes(code), code * 4)
  const text = new TextDecoder('gb18030').decode(bytes)
  return new Map(Array.from({ length: basicFourByteCodes }, (_, code) => [text.charCodeAt(code), code]))
}

let fourByteUnits: ReadonlyMap<number, number> | undefined

const replacement = 0xfffd
/** 84 31 A4 37. */
const replacementCode = 39_417

/** The code of a character without a shorter one. Half a surrogate pair, and 19 private points, have none: replaced. */
const fourByteCode = (point: number): number => {
  if (point >= firstAbovePoint) return firstAbove + point - firstAbovePoint
  fourByteUnits ??= readFourByteUnits()
  return (point >= 0xd800 && point <= 0xdfff ? undefined : fourByteUnits.get(point)) ?? replacementCode
}

/** The text in GB18030: what GBK has stays GBK, every other character takes four bytes. */
export const encodeGb18030 = (text: string): Uint8Array<ArrayBuffer> => {
  const pairs = gbkPairs()
  const bytes = new Uint8Array(text.length * 4)
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) ?? replacement
    const pair = pairs.get(point)
    if (point < 0x80) bytes[length++] = point
    else if (pair !== undefined) {
      bytes[length++] = pair >> 8
      bytes[length++] = pair & 0xff
    } else {
      bytes.set(fourBytes(fourByteCode(point)), length)
      length += 4
      if (point >= firstAbovePoint) index++
    }
  }
  return bytes.slice(0, length)
}
