// Owns the invented patient behind any code, the same one as native/simulated-library gives. No real person can be
// meant: names are 测试甲 to 测试癸 and the id number's check digit (GB 11643) is wrong on purpose.

/** The `data` of a decode, as libraries write it; `null` and "null" are both ways in which they say "absent". */
export const inventPatient = (code: string): Readonly<Record<string, string | null>> => {
  const who = hash(code, 1)
  const when = hash(code, 2)
  const insuOrg = ['510100', '510700', '110100', '310100'][Math.floor(who / 10) % 4] ?? ''
  const sequence = Math.floor(who / 40) % 1000
  const year = String(1940 + (when % 70))
  const month = pad(1 + (Math.floor(when / 70) % 12), 2)
  const day = pad(1 + (Math.floor(when / 840) % 28), 2)
  const digits = `${insuOrg}${year}${month}${day}${pad(sequence, 3)}`
  return {
    userName: `测试${'甲乙丙丁戊己庚辛壬癸'.charAt(who % 10)}`,
    idNo: digits + wrongCheckDigit(digits),
    idType: '01',
    ecToken: insuOrg + hex(who) + hex(when) + hex(hash(code, 3)) + hex(hash(code, 4)),
    insuOrg,
    authNo: `SIM${hex(hash(code, 3))}`,
    ecIndexNo: '',
    gender: sequence % 2 === 1 ? '1' : '2',
    birthday: `${year}-${month}-${day}`,
    nationality: null,
    email: 'null',
    chnlId: '1',
    ecQrCode: code,
  }
}

/** FNV-1a, 32 bit, from a seed of its own for each use. */
const hash = (text: string, seed: number): number =>
  Buffer.from(text, 'utf8').reduce((value, byte) => Math.imul(value ^ byte, 16777619) >>> 0, 2166136261 + seed)

/** The check digit of the next remainder: well-formed to look at, and never valid. */
const wrongCheckDigit = (digits: string): string => {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0)
  return '10X98765432'.charAt((sum + 1) % 11)
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')
const hex = (value: number): string => value.toString(16).padStart(8, '0')
