// Owns how long a text is in GBK, which some centers count lengths in (RULES 9.2). It encodes nothing.

// Both runtimes have it, and this folder is compiled with the library of neither.
declare const TextDecoder: new (label: string) => { readonly decode: (bytes: Uint8Array) => string }

const [firstLead, lastLead, firstTrail, lastTrail] = [0x81, 0xfe, 0x40, 0xfe]

const readTwoByteCharacters = (): ReadonlySet<string> => {
  const bytes: number[] = []
  for (let lead = firstLead; lead <= lastLead; lead++) {
    for (let trail = firstTrail; trail <= lastTrail; trail++) bytes.push(lead, trail)
  }
  return new Set(new TextDecoder('gbk').decode(Uint8Array.from(bytes)))
}

// Decoding every pair costs milliseconds; most installations never count this way.
let twoByteCharacters: ReadonlySet<string> | undefined

/** One byte for ASCII, two for what GBK has, four (GB18030) for the rest. */
export const gbkLength = (text: string): number => {
  twoByteCharacters ??= readTwoByteCharacters()
  let bytes = 0
  for (const character of text) bytes += character <= '\u007f' ? 1 : twoByteCharacters.has(character) ? 2 : 4
  return bytes
}
