// Owns the form of a transcript: what the HIS asked, every answer it got, in order, and what the agent says at the end.
// Plain data, shared by torture and simulation; nothing here comes from the agent's code.
import type { LedgerLegs } from './ledger.ts'

/** What the HIS, or the page of a kiosk, can ask. `operation` and `order` only read. */
export type AskedVerb =
  | 'upload'
  | 'kioskStart'
  | 'placement'
  | 'bankPlacement'
  | 'cashierUrl'
  | 'refund'
  | 'revocation'
  | 'booking'
  | 'operation'
  | 'order'

/** What names the bill of an upload, so that one bill under two numbers is seen. */
export type Bill = { readonly chrgBchno: string; readonly feedetlSns: readonly string[] }

export type AskedEvent = {
  readonly what: 'asked'
  /** Names this one call; its answer carries the same number. */
  readonly call: number
  readonly verb: AskedVerb
  readonly medOrgOrd: string
  /**
   * What makes it the same question: for refunds the appRefdSn, for `operation` the operationId that is asked for, else
   * whatever the HIS numbers its intentions with (`upload#1`; after a revocation `upload#2`).
   */
  readonly key: string
  /** Digest of the canonical body (`digestOf`); "" without one. */
  readonly body: string
  /** Of an upload. */
  readonly bill?: Bill
}

export type AnsweredEvent = {
  readonly what: 'answered'
  readonly call: number
  /** HTTP status, and the code of the body: "0" is success. */
  readonly status: number
  readonly code: string
  /** "" where the answer names none. */
  readonly operationId: string
  readonly ordStas: string
  readonly paid: boolean
  /** Digest of everything that must stay the same when the same question is answered again. */
  readonly content: string
}

/** No answer came: refused connection, reset, the agent died. */
export type UnansweredEvent = { readonly what: 'unanswered'; readonly call: number }

/** The agent was killed. `step`: where, when that is known. */
export type CrashedEvent = { readonly what: 'crashed'; readonly step?: string }

export type TranscriptEvent = AskedEvent | AnsweredEvent | UnansweredEvent | CrashedEvent

/** What the agent says of an order at the very end, asked to look at the center first. */
export type LastRecord = {
  readonly medOrgOrd: string
  /** False: it does not know the number. Then every text is "". */
  readonly isThere: boolean
  readonly state: string
  /** What the HIS is told to do now. */
  readonly next: string
  readonly ordStas: string
  readonly paid: boolean
  readonly payOrdId: string
  readonly operations: readonly { readonly operationId: string; readonly outcome: string }[]
  /** appRefdSn of the refunds that it counts as done. */
  readonly refunds: readonly string[]
  /** True when it knows what the HIS said of its booking. */
  readonly booked: boolean
}

/** One movement of money in the report of a day; the legs of a refund are negative. */
export type DayRow = {
  readonly kind: 'settlement' | 'refund'
  readonly medOrgOrd: string
  readonly payOrdId: string
  /** "" of a settlement. */
  readonly appRefdSn: string
  /** `yyyy-MM-dd HH:mm:ss`, and whose clock that is. */
  readonly at: string
  readonly timeFrom: string
  readonly legs: LedgerLegs
}

export type DayReport = {
  /** `yyyy-MM-dd` */
  readonly date: string
  readonly net: LedgerLegs
  readonly rows: readonly DayRow[]
  /** medOrgOrd of what may have moved and is not summed. */
  readonly unclear: readonly string[]
}

export type Transcript = {
  readonly events: readonly TranscriptEvent[]
  /** One of every order that the HIS asked about. */
  readonly records: readonly LastRecord[]
  /** medOrgOrd of every order on the list that needs a person, at the end. */
  readonly attention: readonly string[]
  /** The reports of all days on which anything can have happened; undefined when nobody asked for them. */
  readonly days?: readonly DayReport[]
}
