// Owns the pay authorisation numbers (payAuthNo) of the patient's phone channel: issued, bound, used once, short-lived.
import type { Patient } from './order.ts'
import { refuse } from './refusal.ts'
import { newSerial } from '../shanghai-time.ts'

export const defaultLifeMs = 5 * 60_000
const maxIssued = 10_000
// Lets somebody try the agent by hand without asking for a number first: bound to nobody, usable at any time.
const openPrefix = 'AUTH'

type Issued = { readonly patient: Patient; readonly expiresAtMs: number; used: boolean }

export type Authorizations = {
  /** A number bound to the patient. `lifeMs` from now. */
  readonly issue: (patient: Patient, lifeMs: number) => string
  /** Uses the number up. Throws a Refusal when it is unknown, used, expired, or another patient's. */
  readonly use: (payAuthNo: string, patient: Patient) => void
  readonly clear: () => void
}

export const isSamePatient = (one: Patient, other: Patient): boolean =>
  one.idNo === other.idNo && one.userName === other.userName && one.idType === other.idType

export const createAuthorizations = (): Authorizations => {
  const issued = new Map<string, Issued>()
  return {
    issue: (patient, lifeMs) => {
      if (issued.size >= maxIssued) refuse('full', '沙箱签发的支付授权码过多, 请先重置沙箱')
      const payAuthNo = newSerial('PA')
      issued.set(payAuthNo, { patient, expiresAtMs: Date.now() + lifeMs, used: false })
      return payAuthNo
    },
    use: (payAuthNo, patient) => {
      if (payAuthNo.startsWith(openPrefix)) return
      const found = issued.get(payAuthNo)
      if (found === undefined) return refuse('badAuthorization', '支付授权码不存在')
      if (found.used) refuse('badAuthorization', '支付授权码已使用, 请重新授权')
      if (Date.now() >= found.expiresAtMs) refuse('badAuthorization', '支付授权码已过期, 请重新授权')
      if (!isSamePatient(found.patient, patient)) refuse('badAuthorization', '支付授权码与订单不属于同一用户')
      found.used = true
    },
    clear: () => issued.clear(),
  }
}
