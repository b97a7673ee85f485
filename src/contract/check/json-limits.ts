// Owns how large JSON may be, told from its text before anything of it is built: the engine takes seconds to build millions of
// values, and longer the deeper they are nested. What a text surely holds is counted; whether it is JSON at all is the parser's.

export const maxJsonDepth = 32

/** `keys`: of one object, for each further of which, never seen before, the engine takes longer. */
export type JsonLimits = { readonly values: number; readonly numbers: number; readonly keys: number }
/** A bill of 5,000 lines has 220,000 members and 25,000 numbers. */
export const jsonLimits: JsonLimits = { values: 300_000, numbers: 60_000, keys: 20_000 }

export const tooMany = (what: string, most: number): RangeError => new RangeError(`JSON has more than ${most} ${what}`)
export const tooDeep = (): RangeError => new RangeError(`JSON is nested deeper than ${maxJsonDepth} levels`)

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Where a string ends that begins at `start`. */
const endOfString = (text: string, start: number): number => {
  let at = start + 1
  for (let code = text.charCodeAt(at); at < text.length && code !== quote; code = text.charCodeAt(at)) {
    at += code === backslash ? 2 : 1
  }
  return at
}

/** Throws RangeError for a text with more values, keys in one object, or levels than there may be. */
export const assertJsonLimits = (text: string, limits = jsonLimits): void => {
  /** Commas so far at each level; of an object one less than its keys. */
  const commas: number[] = [0]
  const isObject: boolean[] = [false]
  let values = 1
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === comma) {
      // Behind each comma stands one value more.
      if (++values > limits.values) throw tooMany('values', limits.values)
      const count = (commas[depth] ?? 0) + 1
      commas[depth] = count
      if (isObject[depth] === true && count >= limits.keys) throw tooMany('keys in one object', limits.keys)
    } else if (code === openList || code === openObject) {
      if (++depth > maxJsonDepth) throw tooDeep()
      commas[depth] = 0
      isObject[depth] = code === openObject
    } else if ((code === closeList || code === closeObject) && depth > 0) depth--
  }
}
