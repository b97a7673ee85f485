// Owns money of the simulated center: integer fen inside, yuan text on the wire. Knows no order.

/** Integer fen of a decimal yuan text with at most two decimals, as the tables' checks let through: `12.5` -> 1250. */
export const parseFen = (yuan: string): number => {
  const parts = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(yuan)
  if (parts === null) throw new RangeError('an amount is not decimal yuan')
  const fen = Number(parts[2]) * 100 + Number((parts[3] ?? '').padEnd(2, '0'))
  return parts[1] === '-' ? -fen : fen
}

/** Yuan text with two decimals of integer fen: 1250 -> `12.50`. */
export const formatYuan = (amountFen: number): string => {
  const digits = String(Math.abs(amountFen)).padStart(3, '0')
  return `${amountFen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
