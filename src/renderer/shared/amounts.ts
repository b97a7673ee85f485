// Owns how amounts of money are written, compared and added: in fen, exactly. They stay the agent's decimal strings elsewhere.

/** '12345.60' as '12,345.60'; '' and what is not known as a dash. */
export const writeYuan = (amount: string | undefined): string => {
  if (amount === undefined || amount === '') return '—'
  const [whole = '', cents = '00'] = amount.split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`
}

/** Yuan with at most two decimals as fen; undefined for any other text. Up to 9,999,999,999.99 it is exact. */
export const readFen = (amount: string): number | undefined => {
  const [, whole, cents = ''] = /^(\d{1,10})(?:[.](\d{1,2}))?$/.exec(amount.trim()) ?? []
  return whole === undefined ? undefined : Number(whole) * 100 + Number(cents.padEnd(2, '0'))
}

/** 1234560 as '12345.60', as the agent wants it. */
export const writeFen = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
