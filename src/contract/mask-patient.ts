// Owns masking what identifies a patient before it is shown.

/** '测试甲' as '测*甲', '张三' as '张*'. */
export const maskName = (name: string): string => {
  const letters = Array.from(name)
  const last = letters.length > 2 ? (letters.at(-1) ?? '') : ''
  return `${letters[0] ?? ''}${'*'.repeat(Math.max(0, Math.min(letters.length, 20) - 1 - last.length))}${last}`
}

/** The first and the last four characters; of short numbers nothing. */
export const maskIdNumber = (number: string): string =>
  number.length < 12
    ? '*'.repeat(number.length)
    : `${number.slice(0, 4)}${'*'.repeat(number.length - 8)}${number.slice(-4)}`
