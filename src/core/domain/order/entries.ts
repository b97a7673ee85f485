// Owns what one journal entry says: intents before, outcomes after, observations and authorisations between.
// Storing and sealing them is journal/; what they add up to is order.ts.

/** What an operation does to an order. `decode` belongs to no order. */
export type Verb =
  | 'decode'
  | 'upload'
  | 'placement'
  | 'bankPlacement'
  | 'cashierUrl'
  | 'refund'
  | 'revocation'
  /** A 6301 that waits in the queue; one that is answered at once is an observation, not an operation. */
  | 'query'
  /** 全退重收: a refund ALL of this order and the upload of the one that replaces it, each an operation of its own. */
  | 'rebill'
  /** The HIS's unpaid bill behind a kiosk's order: locked before the upload, booked once paid, unlocked when it ends unpaid. */
  | 'billLock'
  | 'billBooking'
  | 'billUnlock'
export type OrderVerb = Exclude<Verb, 'decode'>

/**
 * RULES 3. Anything that is not a verified answer, and may have been sent, is `unknown`. `queued` was certainly not sent,
 * and is sent by the agent when the center is back.
 */
export type OutcomeKind = 'accepted' | 'declined' | 'notSent' | 'unknown' | 'queued'

/** Who wanted an operation: a rule of RULES by its number; without one, a caller. */
export type Rule = '4.7' | '5' | '7.4' | '8.2'

/** How an operation that may wait came about. */
export type Origin = {
  readonly rule?: Rule
  /** It may wait in the queue: asked for by the caller, always so for what a rule started. */
  readonly queue?: true
}

/**
 * Who called, as far as it was proven: the token's name and, where the system tells it of a local connection, the user, process
 * and session at its other end. What nobody could tell is left out; entries of earlier versions have none of it.
 */
export type CalledBy = {
  readonly caller: string
  /** Linux: the uid, decimal, or `unnamedUser` (words/called-by.ts). */
  readonly osUser?: string
  /** Name of the process, then its pid. */
  readonly process?: string
  /** The terminal session of the process. */
  readonly session?: string
}

/** What later steps need of an upload; the whole body is kept beside it. */
export type UploadFacts = {
  readonly idNo: string
  readonly userName: string
  readonly idType: string
  readonly ecToken: string
  readonly chrgBchno: string
  readonly feeType: string
  readonly mdtrtId: string
  readonly medfeeSumamtFen: number
  readonly payAuthNo: string
  readonly insutype: string
  /** 参保地: insuplcAdmdvs, else insuCode, "" when neither was known. */
  readonly insuplcAdmdvs: string
  /** Who worked, as the caller claims; "" when it named nobody. */
  readonly operator: string
  /** Who overrode the duplicate check (RULES 2.5), "" when nobody did. */
  readonly overrideOperator: string
  /** The refunded order that this one is billed anew for (全退重收). */
  readonly replaces?: string
}

export type RefundType = 'ALL' | 'CASH' | 'HI'
export type RefundFacts = Origin & {
  readonly appRefdSn: string
  readonly refdType: RefundType
  readonly totlRefdFen: number
  readonly fundRefdFen: number
  readonly psnAcctRefdFen: number
  readonly cashRefdFen: number
  /** ordStas when the refund was asked for: settling an unknown one compares with it (RULES 3.5). */
  readonly ordStasBefore: string
  /** As the caller claims, when it named anybody. */
  readonly operator?: string
  /** Of a refund that the center did late: nothing was sent, and it happened after this moment, milliseconds since the epoch. */
  readonly doneAfterMs?: number
}

/** The authorization that a way to pay used up; entries of earlier versions have none. */
type UsedAuthorization = { readonly payAuthNo?: string }

export type IntentFacts = {
  decode: CalledBy & {
    readonly operator: string
    /** The agent's scanner that was waited on, by its configured name. */
    readonly scanner?: string
    /** The library's transaction where it was not 6101's own (ec.query). */
    readonly transType?: string
  }
  upload: UploadFacts
  /** `depositFen`: as offered, in fen; entries of earlier versions have none. */
  placement: UsedAuthorization & { readonly orgBizSer: string; readonly depositFen?: number }
  bankPlacement: UsedAuthorization & { readonly orgBizSer: string }
  cashierUrl: UsedAuthorization & { readonly depositFen: number }
  refund: RefundFacts
  revocation: Origin & { readonly ordStasBefore: string }
  query: Origin
  rebill: { readonly appRefdSn: string; readonly newMedOrgOrd: string }
  billLock: { readonly billId: string }
  billBooking: { readonly billId: string }
  billUnlock: { readonly billId: string }
}

type EntryBase = {
  /** Position in the journal: strictly growing, never reused. */
  readonly seq: number
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number
}

type OperationBase = EntryBase & {
  readonly operationId: string
  /** One key, one effect (RULES 2.1): the verb, for refunds with the appRefdSn. */
  readonly key: string
  readonly attempt: number
}

export type IntentEntry = {
  [V in Verb]: OperationBase & {
    readonly kind: 'intent'
    readonly verb: V
    /** HMAC-SM3 of the caller's body: tells a repeat from a conflict. */
    readonly bodyMac: string
    /** `by`: who called for it; absent when a rule did, and on a decode, whose facts are its caller's own. */
    readonly facts: IntentFacts[V] & { readonly by?: CalledBy }
  }
}[Verb]

export type CenterRefusal = { readonly code: string; readonly message: string; readonly signed: boolean }

export type OutcomeFacts = {
  /** The table's output fields, as verified. */
  readonly output?: Readonly<Record<string, unknown>>
  readonly refusal?: CenterRefusal
  /** For engineers, English, free of patient data. */
  readonly reason?: string
  readonly warnings?: readonly string[]
  /** Of an unknown: the center has answered, and the answer does not say enough. 6301 need not wait for its schedule. */
  readonly isAnswered?: true
  /** Present when 6301 settled what the call itself left unknown. */
  readonly settledByQuery?: true
  /** The agent's own refusal: of a decode, or of what no longer may be sent when its turn in the queue came. */
  readonly errorCode?: string
  /** Who said what became of it, when the center could not (RULES 3.5). */
  readonly decidedBy?: string
  /** Of the agent's scanner that scanned the code of a decode (设备SN准入), "" when it says nothing of itself. */
  readonly scannerSerialNumber?: string
}

export type OutcomeEntry = OperationBase & {
  readonly kind: 'outcome'
  readonly verb: Verb
  readonly outcome: OutcomeKind
  readonly facts: OutcomeFacts
}

/** What 6301 said, recorded when it says something new. */
export type ObservationEntry = EntryBase & {
  readonly kind: 'observation'
  readonly facts: { readonly output: Readonly<Record<string, unknown>> }
}

export type AuthorizationEntry = EntryBase & {
  readonly kind: 'authorization'
  readonly facts: { readonly payAuthNo: string; readonly by?: CalledBy }
}

/** What the center told us by itself (RULES 6); 6301 decides. `digest` tells the same notice again. */
export type NotificationEntry = EntryBase & {
  readonly kind: 'notification'
  readonly facts: {
    readonly code: '6302' | '6204'
    readonly digest: string
    readonly signed: boolean
    readonly output: Readonly<Record<string, unknown>>
    /** The center settles only once the HIS has booked (RULES 6.2, callbackAck booked). */
    readonly awaitsBooking?: true
  }
}

/** The HIS's own booking of a settlement (RULES 8). */
export type BookingEntry = EntryBase & {
  readonly kind: 'booking'
  readonly facts: CalledBy & {
    readonly success: boolean
    readonly remark: string
    /** The caller's token may refund, so a failure may be answered by an automatic refund (RULES 8.2). */
    readonly mayRefund?: boolean
  }
}

/** What a person found: the open operation took effect, it did not, or what needed a person is dealt with. */
export type Decision = 'done' | 'notDone' | 'handled'

export type ResolutionEntry = EntryBase & {
  readonly kind: 'resolution'
  readonly facts: CalledBy & {
    readonly decision: Decision
    /** As claimed by the caller. */
    readonly operator: string
    readonly remark: string
    readonly reasons: readonly string[]
  }
}

/** The order needs a person, and why (a code of attentionTexts). */
export type AttentionEntry = EntryBase & {
  readonly kind: 'attention'
  readonly facts: { readonly reason: string; readonly detail?: string }
}

/**
 * Stands for an entry whose kind, verb or values only a later version of this program can have written: it is not known what it
 * says, so its order is refused as a whole (RULES 2.6). Never written.
 */
export type NewerEntry = EntryBase & {
  readonly kind: 'newer'
  readonly facts: { readonly kind: string; readonly verb: string }
}

export type OrderEntry =
  | IntentEntry
  | OutcomeEntry
  | ObservationEntry
  | AuthorizationEntry
  | NotificationEntry
  | BookingEntry
  | AttentionEntry
  | ResolutionEntry
  | NewerEntry

/** True when a later entry may still change the outcome. */
export const isOpenOutcome = (outcome: OutcomeKind | undefined): boolean =>
  outcome === undefined || outcome === 'unknown' || outcome === 'queued'
