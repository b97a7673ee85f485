// Owns CSV as a spreadsheet opens it: quoting, and texts that it must neither calculate nor take for numbers.

export type Cell = string | { readonly amount: string }

// A spreadsheet shows 15 digits of a number and drops leading zeros; settlement numbers are longer.
const looksLikeNumber = /^(?:0\d+|\d{12,}|\d+[eE]\d+)$/

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** What a spreadsheet calculates begins with one of these, full-width in the Chinese ones, or with what it skips before them. */
const looksLikeFormula = /^[=+\-@＝＋－＠\t\r\n]/

/** A tab behind a number keeps it text, as the banks' own statements do it; an apostrophe before a formula disarms it. */
const textOf = (text: string): string => {
  if (looksLikeFormula.test(text)) return quote(`'${text}`)
  if (looksLikeNumber.test(text)) return `${text}\t`
  return /[",\r\n]/.test(text) ? quote(text) : text
}

/** Lines end as RFC 4180 says. An amount is our own decimal text and stays a number. */
export const writeCsv = (lines: readonly (readonly Cell[])[]): string =>
  lines
    .map((line) => `${line.map((cell) => (typeof cell === 'string' ? textOf(cell) : cell.amount)).join(',')}\r\n`)
    .join('')
