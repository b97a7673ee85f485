// Owns what the use cases need from the outside world. Adapters implement these; nothing here does I/O.
import type { CashierUrlParameters } from '../../../contract/envelope-fields.ts'
import type {
  BillAnswer,
  BillRefusalCode,
  BillsRequest,
  BookAnswer,
  BookRequest,
  HisBill,
  LockRequest,
  UnlockRequest,
} from '../../../contract/his-bills.ts'
import type { InputOf, InterfaceCode, OutputOf } from '../../../contract/interfaces.ts'
import type { KioskAlertEvent } from '../../../contract/local-api/kiosk.ts'
import type { ScannerStatus } from '../../../contract/local-api/scanners.ts'
import type { AcceptedLibrary, DoctorReport } from '../../../contract/local-api/doctor.ts'
import type { AttentionReason } from '../../../core/domain/order/attention-reasons.ts'
import type {
  AuthorizationEntry,
  BookingEntry,
  CenterRefusal,
  IntentEntry,
  NotificationEntry,
  OrderEntry,
  OutcomeEntry,
  OutcomeFacts,
  OutcomeKind,
  ResolutionEntry,
  Verb,
} from '../../../core/domain/order/entries.ts'
import type { Lookup, Span, UploadPage, UploadPlace } from './look-ups.ts'

/** Time as the use cases see it. Wire times are Asia/Shanghai whatever the PC says (RULES 1.2). */
export type Clock = {
  /** Wall clock, milliseconds since the epoch. */
  readonly wallMs: () => number
  /** Monotonic clock for waits, milliseconds from an arbitrary start. */
  readonly monotonicMs: () => number
}

/** Cancels what `Timers.after` planned; harmless when it already ran. */
export type CancelTimer = () => void

export type Timers = {
  readonly after: (delayMs: number, run: () => void) => CancelTimer
}

/** The part of AbortSignal that is needed here; an AbortSignal fits. */
export type CancelSignal = {
  readonly aborted: boolean
  readonly addEventListener: (type: 'abort', listener: () => void, options?: { once?: boolean }) => void
  readonly removeEventListener: (type: 'abort', listener: () => void) => void
}

/** What the library said, as text, before anybody believes it. */
export type LibraryAnswer = {
  /** The library's return: "0000" for the pointer profile, "0" for the int profile. */
  readonly status: string
  /** The text of the output buffer, decoded (strict UTF-8, else GB18030). */
  readonly output: string
  /** Time inside the library, microseconds. */
  readonly elapsedUs: number
}

/** Who drives the scanner: the library itself, or the agent, which passes the code as `ecQrCode`. */
export type ScannerOwner = 'library' | 'agent'

/**
 * 6101 through the vendor library, in a process of its own. One call in flight, the rest wait in order.
 * Throws AgentError: DECODE_TIMEOUT, DECODER_CRASHED, DECODER_UNAVAILABLE, DECODER_OUTPUT_INVALID, DECODE_BUSY,
 * and DECODE_CANCELLED when `signal` fires (the host is killed).
 */
export type VoucherLibrary = {
  readonly scannerOwner: ScannerOwner
  readonly call: (request: { readonly input: object; readonly signal: CancelSignal }) => Promise<LibraryAnswer>
  /** For /v1/status: `simulated` is true when no real library stands behind it. */
  readonly status: () => {
    readonly state: 'starting' | 'ready' | 'busy' | 'down'
    readonly simulated: boolean
    readonly reason?: string
  }
  readonly close: () => Promise<void>
}

/** One scanner. A scan belongs only to a waiting `nextScan`; any other is announced masked and dropped. */
export type Scanner = {
  /** A caller chooses a scanner by this and nothing else (I12). */
  readonly name: string
  /** Which callers may use it; undefined: any that may decode. */
  readonly role: string | undefined
  /**
   * Rejects with SCAN_TIMEOUT, SCANNER_UNAVAILABLE, SCANNER_NOT_ADMITTED, DECODE_BUSY while another waits on it, or
   * DECODE_CANCELLED when `signal` fires.
   */
  readonly nextScan: (request: { readonly waitMs: number; readonly signal: CancelSignal }) => Promise<string>
  /** Beeps or lights up as configured. Returns at once, never throws. */
  readonly signal: (result: 'success' | 'failure') => void
  readonly status: () => ScannerStatus
  readonly close: () => Promise<void>
}

/** One row of the journal that is an operation, with what became of it so far. */
export type OperationRecord = {
  readonly operationId: string
  /** undefined for a decode. */
  readonly order: OrderKey | undefined
  readonly intent: IntentEntry
  readonly outcome: OutcomeEntry | undefined
}

export type OrderKey = { readonly orgCodg: string; readonly medOrgOrd: string }

export type ListedUpload = { readonly order: OrderKey; readonly place: UploadPlace }

export type BeginRequest = {
  readonly operationId: string
  readonly order: OrderKey | undefined
  readonly key: string
  readonly attempt: number
  readonly verb: Verb
  readonly facts: IntentEntry['facts']
  readonly bodyMac: string
  /** The whole request, kept when later steps may need it again (an upload). */
  readonly body?: object
  readonly lookups: readonly Lookup[]
}

export type FinishRequest = {
  readonly outcome: OutcomeKind
  readonly facts: OutcomeFacts
  readonly lookups: readonly Lookup[]
}

/**
 * `open`: may still move by itself. `queued`: something of it waits for the center. `unbooked`: settled, the HIS has not
 * booked it. `attention`: needs a person. `settled`: lately, so that a refund made elsewhere would be noticed.
 */
export type OrderList = 'open' | 'queued' | 'unbooked' | 'attention' | 'settled'
/** A list that is not named stays as it is. */
export type Filing = Readonly<Partial<Record<OrderList, boolean>>>

export type NoteEntry =
  | Pick<BookingEntry, 'kind' | 'facts'>
  | Pick<ResolutionEntry, 'kind' | 'facts'>
  | Pick<NotificationEntry, 'kind' | 'facts'>
  | { readonly kind: 'observation'; readonly facts: { readonly output: Readonly<Record<string, unknown>> } }
  | Pick<AuthorizationEntry, 'kind' | 'facts'>
  | { readonly kind: 'attention'; readonly facts: { readonly reason: AttentionReason; readonly detail?: string } }

/**
 * The only memory of the agent. Writes are taken in order and read back at once; they are on the disk when `durable`
 * resolves. Nothing leaves this machine, and no answer goes to a caller, before it has (I1). A write that breaks a rule of
 * the journal throws JOURNAL_UNWRITABLE at once; `begin` of an order also JOURNAL_GONE, JOURNAL_DAMAGED, JOURNAL_BROKEN.
 */
export type Journal = {
  /** Resolves when everything written so far is on the disk; rejects with JOURNAL_UNWRITABLE, and then it never happened. */
  readonly durable: () => Promise<void>
  /**
   * Resolves at once, unless another program holds the file: then when it lets go, and what is written in the same turn is
   * taken. Rejects with JOURNAL_BUSY after `atMostMs`.
   */
  readonly free: (atMostMs: number) => Promise<void>
  /** Keyed hash of a caller's body, to tell a repeat from a conflict. */
  readonly macOf: (text: string) => string
  readonly begin: (request: BeginRequest) => IntentEntry
  readonly finish: (operation: IntentEntry, order: OrderKey | undefined, request: FinishRequest) => OutcomeEntry
  readonly note: (order: OrderKey, entry: NoteEntry) => void
  /**
   * Throws ORDER_QUARANTINED when a row of the order was found damaged: nothing that moves money is done with it. Throws
   * ORDER_OF_NEWER_VERSION when a later version wrote to it: then `begin`, `finish` and `note` throw it too.
   */
  readonly assertWhole: (order: OrderKey) => void
  /** Oldest first; empty when there is no such order. A damaged row reads as the attention `journal-unreadable`. */
  readonly readEntries: (order: OrderKey) => readonly OrderEntry[]
  readonly readOperation: (operationId: string) => OperationRecord | undefined
  /** The body kept by `begin`; undefined when none was. */
  readonly readBody: (operationId: string) => unknown
  /** Orders that have this value, newest first, at most so many, 100 where it is left out. */
  readonly findOrders: (orgCodg: string, lookup: Lookup, atMost?: number) => readonly OrderKey[]
  /** The orders on a list, oldest first, at most 10,000. Recovery starts from `open`. */
  readonly readList: (list: OrderList) => readonly OrderKey[]
  /**
   * The orders of an institution with an entry at or after `fromMs` and before `toMs`, and those with one before `untilMs` that began
   * before `toMs`; oldest first, at most so many.
   */
  readonly readOrdersBetween: (orgCodg: string, span: Span, atMost: number) => readonly OrderKey[]
  /** The orders of an institution by the time of their first upload, newest first: a page of them. */
  readonly listUploads: (orgCodg: string, page: UploadPage) => readonly ListedUpload[]
  /** The orders of all institutions with an entry after `afterSeq`, `untilSeq` included. */
  readonly readOrdersChanged: (afterSeq: number, untilSeq: number) => readonly OrderKey[]
  /** The last entry of the chain: its position and its link, hex. */
  readonly readHead: () => { readonly seq: number; readonly chain: string }
  /** Says on which lists an order stands; its next intent puts it on `open` again. */
  readonly file: (order: OrderKey, lists: Filing) => void
  /** A small text kept under a name, for what must be done once a day; undefined when there is none. */
  readonly readMark: (name: string) => string | undefined
  readonly writeMark: (name: string, text: string) => void
}

/** Of an answer whose signature verified: when the center says it signed it, milliseconds since the epoch. */
export type Verified = { readonly atMs: number | undefined }

export type CenterAnswer<Code extends InterfaceCode> = { readonly verified?: Verified } & (
  | {
      readonly kind: 'accepted'
      readonly output: OutputOf<Code>
      readonly warnings: readonly string[]
      /** Identifies this very reply, so that an old one cannot be played again (RULES 3.7). */
      readonly replyId: string
    }
  | {
      readonly kind: 'declined'
      readonly refusal: CenterRefusal
      readonly output?: OutputOf<Code>
      /** Of a signed refusal. */
      readonly replyId?: string
    }
  | { readonly kind: 'notSent'; readonly reason: string }
  | {
      readonly kind: 'unknown'
      readonly reason: string
      readonly refusal?: CenterRefusal
      /** The signature held; what the answer says is not enough. */
      readonly isAnswered?: true
    }
)

/** Sends one interface. Never throws for anything the network or the center does: the outcome is a value (RULES 3). */
export type Center = {
  readonly send: <Code extends InterfaceCode>(code: Code, input: InputOf<Code>) => Promise<CenterAnswer<Code>>
  /** True when a connection can be opened right now; sends nothing. At most a second. */
  readonly reach: () => Promise<boolean>
  /** Why the caller's expContent cannot go together with the agent's own, in Chinese; undefined when it can (RULES 1.4). */
  readonly expContentProblem: (content: unknown) => string | undefined
  /** True over plain HTTP: then 6203 and 6401 are confirmed by 6301 (RULES 3.7). */
  readonly confirmsByQuery: boolean
  /** Adds payAuthNo and deposit to the cashier address, encrypted (002, 3.1.2.1.5.1). */
  readonly buildCashierUrl: (cashierUrl: string, parameters: CashierUrlParameters) => string
}

/** What the HIS said. `refused` is its own word and final; `unclear` may have been done. `reason` is English, for engineers. */
export type HisAnswer<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'refused'; readonly code: BillRefusalCode; readonly message: string }
  | { readonly kind: 'notSent' | 'unclear'; readonly reason: string }

/** The unpaid bills of the HIS, for a kiosk. Never throws for anything the network or the HIS does; each may be repeated. */
export type HisBills = {
  readonly list: (request: BillsRequest) => Promise<HisAnswer<readonly HisBill[]>>
  readonly lock: (billId: string, request: LockRequest) => Promise<HisAnswer<BillAnswer>>
  readonly book: (billId: string, request: BookRequest) => Promise<HisAnswer<BookAnswer>>
  readonly unlock: (billId: string, request: UnlockRequest) => Promise<HisAnswer<BillAnswer>>
  readonly close: () => void
}

/** What the center told us by itself: 6302 or 6204. Not believed before 6301 says the same (RULES 6). */
export type Notification = {
  readonly code: '6302' | '6204'
  readonly payOrdId: string
  /** "" when it named none. */
  readonly medOrgOrd: string
  /** The table's fields, cash spelt ownPayAmt. */
  readonly output: Readonly<Record<string, unknown>>
  readonly signed: boolean
}

/** The hospital's own result (table 277). */
export type NotificationResult = { readonly success: boolean; readonly message: string }

/** Looks at the machine, and takes a changed library for the accepted one. */
export type Doctor = {
  /** Whose machine it is: of another institution nobody looks at it. */
  readonly orgCodg: string
  readonly examine: () => Promise<DoctorReport>
  /** Throws LIBRARY_FINGERPRINT_MISMATCH when the files are not those of the fingerprint, or there is nothing to accept. */
  readonly acceptLibrary: (acceptance: {
    readonly operator: string
    readonly fingerprint: string
  }) => Promise<AcceptedLibrary>
}

/** Something happened; for the event stream. Never holds patient data. */
export type AgentEvent =
  | {
      readonly type: 'order'
      readonly orgCodg: string
      readonly medOrgOrd: string
      readonly state: string
      readonly ordStas: string
    }
  /** `role` of the scanner, "" when it has none. */
  | { readonly type: 'scan'; readonly scanner: string; readonly role: string; readonly masked: string }
  | { readonly type: 'decode'; readonly operationId: string; readonly state: string }
  | KioskAlertEvent
export type Announce = (event: AgentEvent) => void

export type { Log } from '../../../contract/log-line.ts'
