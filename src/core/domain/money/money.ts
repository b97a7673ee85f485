// Owns money: integer fen inside, exact decimal text on the wire (RULES 1.3). It never rounds silently.

/** Parses a decimal string with at most two decimals to fen. Throws RangeError for anything else. */
export const parseFen = (text: string): number => {
  const parts = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text)
  if (parts === null) throw new RangeError('not an amount in yuan with at most two decimals')
  const fen = Number(parts[2]) * 100 + Number((parts[3] ?? '').padEnd(2, '0'))
  if (!Number.isSafeInteger(fen)) throw new RangeError('the amount is too large')
  return parts[1] === '-' && fen !== 0 ? -fen : fen
}

/** Parses when the text is an amount; undefined when it is absent or no amount. */
export const tryParseFen = (text: unknown): number | undefined => {
  if (typeof text !== 'string' || text === '') return undefined
  try {
    return parseFen(text)
  } catch {
    return undefined
  }
}

/** Longer than any amount that a center writes, and short enough that no exponent makes a number of a million digits. */
const longestAmount = 40
const atMostExponent = 30

/**
 * What a center writes as an amount, in fen: also with zeros behind the fen ("100.0200"), with an exponent ("1.2E2"), with blanks
 * around it. undefined when it is absent, is no number, or is no whole number of fen.
 */
export const readCenterFen = (amount: unknown): number | undefined => {
  if (typeof amount !== 'string' || amount.length > longestAmount) return undefined
  const parts = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(amount.trim())
  if (parts === null) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts
  if (Math.abs(Number(exponent)) > atMostExponent) return undefined
  const decimals = fraction.length - Number(exponent) - 2
  const digits = BigInt(whole + fraction)
  const divisor = 10n ** BigInt(Math.max(0, decimals))
  if (digits % divisor !== 0n) return undefined
  const fen = Number((digits / divisor) * 10n ** BigInt(Math.max(0, -decimals)))
  if (!Number.isSafeInteger(fen)) return undefined
  return sign === '-' ? 0 - fen : fen
}

/** Writes fen as yuan with two decimals: 1230 -> "12.30". */
export const formatFen = (fen: number): string => {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const scaled = (text: string, decimals: number): bigint => {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

/**
 * True when count x price (at most 4 and 6 decimals) differs from `amount` by more than half a fen (RULES 9.3).
 * Exact: everything is compared at ten decimals.
 */
export const differsFromProduct = (count: string, price: string, amount: string): boolean => {
  const difference = scaled(count, 4) * scaled(price, 6) - scaled(amount, 10)
  const halfFen = 5n * 10n ** 7n
  return difference > halfFen || difference < -halfFen
}
