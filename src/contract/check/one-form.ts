// Owns the one form that a number, credential or name must have when a caller sends it (RULES 2.1): what looks the same on paper
// is the same text. Nothing is trimmed for the caller. Which fields are held to it, check.ts and the schemas say.

/** What is not seen, wherever it stands: zero-width ones, fillers, selectors of a glyph's variant; U+2800 is in no such class. */
const unseen = String.raw`\p{Cf}\p{Default_Ignorable_Code_Point}\u2800`
/** The same and blanks of every width. `\s` knows U+FEFF, U+00A0 and U+3000. */
const blankOrHidden = String.raw`[\s\p{Z}\p{Cc}${unseen}]`
/** Which of its glyphs a Chinese character in a name has (葛 with U+E0100) is part of the name. */
const variants = /(?<=\p{Script=Han})[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu
const atEitherEnd = new RegExp(`^${blankOrHidden}|${blankOrHidden}$`, 'u')
/** Without what stands before the last run, each of its blanks would be tried as the first, up to the end every time. */
const ends = new RegExp(`^${blankOrHidden}+|(?<!${blankOrHidden})${blankOrHidden}+$`, 'gu')
const control = /\p{Cc}|\u2028|\u2029/u
const hidden = new RegExp(`[${unseen}]`, 'u')
const wide = /[０-９Ａ-Ｚａ-ｚ]/
/** Almost every text is of these, and needs no further look. */
const plain = /^(?! )[\x20-\x7e\u4e00-\u9fff]*(?<! )$/

const problemOfSeen = (text: string): string | undefined => {
  if (control.test(text)) return '不能含换行、制表符等控制字符'
  if (atEitherEnd.test(text)) return '首尾不能有空格 (包括全角空格、不换行空格、零宽字符、BOM)'
  if (hidden.test(text)) return '不能含零宽字符等看不见的字符'
  // A name with Chinese characters is no number: 张Ａ stays as it is.
  return wide.test(text) && !/\p{Script=Han}/u.test(text) ? '不能含全角字母或数字' : undefined
}

/** What keeps a text from being in its one form, in Chinese and without the text itself; undefined when nothing does. */
export const formProblem = (text: string): string | undefined =>
  plain.test(text) ? undefined : problemOfSeen(text.replace(variants, ''))

/** The text without the blanks at its ends: how numbers that a counterpart sent (center, bank, library) are compared. */
export const stripped = (text: string): string => text.replace(ends, '')
