// Owns what must hold of the HIS's bills behind a kiosk's orders: none is free while somebody may be charged for it, each that
// was paid is booked, each that was not is let go. It knows the HIS's own books, and nothing of the agent's.
import { isHeld, type Ledger } from './ledger.ts'
import type { Transcript } from './transcript.ts'
import type { Violation, ViolationKind } from './violation.ts'

/** One bill in the HIS's books. */
export type Bill = {
  readonly medOrgOrd: string
  readonly state: 'unpaid' | 'locked' | 'booked'
  /** Of the settlement it is booked for; "" while it is not. */
  readonly payOrdId: string
  readonly bookings: number
}

export type Bills = {
  readonly bills: readonly Bill[]
  /** medOrgOrd of every bill that was unlocked while the center might still charge somebody for it. */
  readonly freedTooEarly: readonly string[]
}

/** What the agent calls ended, without money: the bill must not stay locked. */
const endedUnpaid: ReadonlySet<string> = new Set(['new', 'revoked', 'failed', 'refunded'])

const violation = (kind: ViolationKind, medOrgOrd: string, what: string): Violation => ({
  kind,
  medOrgOrd,
  sentence: `${medOrgOrd}: ${what}`,
})

/** Judges the HIS's books against the center's at the end. */
export const judgeBills = (
  { bills, freedTooEarly }: Bills,
  { records, attention }: Transcript,
  ledger: Ledger,
): readonly Violation[] => {
  const found = [...new Set(freedTooEarly)].map((medOrgOrd) =>
    violation('doubleCharged', medOrgOrd, 'the bill was free for others while its payment was under way'),
  )
  const attended = new Set(attention)
  for (const { medOrgOrd, state, payOrdId, bookings } of bills) {
    const add = (kind: ViolationKind, what: string): void => {
      found.push(violation(kind, medOrgOrd, what))
    }
    const orders = ledger.orders.filter((order) => order.medOrgOrd === medOrgOrd)
    const booked = orders.find((order) => order.payOrdId === payOrdId)
    if (bookings > 1) add('doubleCharged', `the bill is booked ${bookings} times`)
    if (state === 'booked' && (booked === undefined || booked.insurance === 'none')) {
      add('lostAnswers', `the HIS was told that ${payOrdId} is settled, and the center never settled it`)
    }
    if (attended.has(medOrgOrd)) continue
    const last = records.find((record) => record.medOrgOrd === medOrgOrd)
    if (state !== 'booked' && orders.some(isHeld))
      add('stuck', 'the center holds its money, and the HIS has not booked it')
    if (state === 'locked' && endedUnpaid.has(last?.state ?? 'new')) {
      add('stuck', `it ends as ${last?.state ?? 'nothing'}, and the HIS keeps the bill locked`)
    }
  }
  return found
}
