// Owns how amounts of money are written. They stay the agent's decimal strings: no page calculates with them.

/** '12345.60' as '12,345.60'; '' and what is not known as a dash. */
export const writeYuan = (amount: string | undefined): string => {
  if (amount === undefined || amount === '') return '—'
  const [whole = '', cents = '00'] = amount.split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`
}
