// Owns whether what was scanned, or given as scanned, can be a 医保码 as it stands. Nothing is repaired: a code that a scanner or a
// HIS has changed is told as what it is (RULES 2.1).
import { formProblem } from '../../../contract/check/one-form.ts'

/** What a scanner puts before a code to say which kind of bar code it was (ISO/IEC 15424): `]Q1`, `]C0`, `]d2`. */
const aimPrefix = /^\][A-Za-z][0-9A-Za-z]/

/** The charset of what follows, as a scanner tells it where the bar code names one (ISO/IEC 15424): `\000026` is UTF-8. */
const eciMark = /^\\[0-9]{6}/

/** Why this cannot be a code, in Chinese, nothing of the code but its prefix in it; undefined when it can be one. */
export const codeProblem = (code: string): string | undefined => {
  const [mark] = eciMark.exec(code) ?? []
  if (mark !== undefined) return `前面有扫码枪加的 ECI 标记 ${mark}, 请扫说明书上的设置码关闭 (ECI 输出)`
  const [prefix] = aimPrefix.exec(code) ?? []
  if (prefix === undefined) return formProblem(code)
  return `前面有扫码枪加的 AIM 前缀 ${prefix}, 请扫说明书上的设置码关闭 (AIM ID、Code ID)`
}
