// Owns masking what identifies a patient before anybody is shown it (RULES 10): the one way for the agent and for its pages. Pure.

const atMostStars = 4

/**
 * A name as a queue's screen calls it, in whole characters, so that a rare one is not cut in two; blanks at its ends do not count.
 *
 * | characters | shown |
 * | --- | --- |
 * | 0 | "" |
 * | 1 | `*`: never whole |
 * | 2 | 测* |
 * | 3 | 测*甲 |
 * | 4 | 测**甲 |
 * | 6 and more | 测****甲 |
 */
export const maskName = (name: string): string => {
  const characters = Array.from(name.trim())
  if (characters.length < 2) return '*'.repeat(characters.length)
  const [first = '', ...rest] = characters
  return rest.length === 1
    ? `${first}*`
    : `${first}${'*'.repeat(Math.min(rest.length - 1, atMostStars))}${rest.at(-1) ?? ''}`
}

/** The first and the last four characters; of short numbers nothing. */
export const maskIdNumber = (number: string): string =>
  number.length < 12
    ? '*'.repeat(number.length)
    : `${number.slice(0, 4)}${'*'.repeat(number.length - 8)}${number.slice(-4)}`
