// Owns whether an entry is one that this version knows and has what folding relies on. It judges what is about to be written and
// what is read alike, so that nothing can be written that would not be read. What the facts mean is domain/.
import type { Fields } from '../../../contract/check/json-text.ts'
import { isAttentionReason } from '../../../core/domain/order/attention-reasons.ts'
import type {
  Decision,
  NotificationEntry,
  OrderEntry,
  OutcomeKind,
  RefundType,
  Rule,
  Verb,
} from '../../../core/domain/order/entries.ts'

/**
 * `newer`: a kind, a verb or a value that only a later version can have written; its order is refused as a whole (docs/rules.md,
 * 2.6). `damaged`: the facts are not what their kind needs.
 */
export type Judgement = 'known' | 'newer' | 'damaged'

export type JudgedEntry = {
  readonly kind: string
  /** Of an intent or an outcome, else null. */
  readonly verb: string | null
  /** Of an outcome, else null. */
  readonly outcome: string | null
  readonly facts: unknown
}

type Check = (facts: Fields) => boolean

/** A plain object: anything else would be written as something else than what was judged. */
const isFacts = (value: unknown): value is Fields => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
const isText = (value: unknown): boolean => typeof value === 'string'
/** Fen, or milliseconds. */
const isFen = (value: unknown): boolean => Number.isSafeInteger(value)

const has =
  (names: readonly string[], check: (value: unknown) => boolean): Check =>
  (facts) =>
    names.every((name) => check(facts[name]))
const may =
  (names: readonly string[], check: (value: unknown) => boolean): Check =>
  (facts) =>
    names.every((name) => facts[name] === undefined || check(facts[name]))
const all =
  (...checks: readonly Check[]): Check =>
  (facts) =>
    checks.every((check) => check(facts))
const anything: Check = () => true

/** Records, so that the compiler misses a name that is not listed. */
const rules: Readonly<Record<Rule, true>> = { '4.7': true, '5': true, '7.4': true, '8.2': true }
const refundTypes: Readonly<Record<RefundType, true>> = { ALL: true, CASH: true, HI: true }
const outcomes: Readonly<Record<OutcomeKind, true>> = {
  accepted: true,
  declined: true,
  notSent: true,
  unknown: true,
  queued: true,
}
const decisions: Readonly<Record<Decision, true>> = { done: true, notDone: true, handled: true }
const notices: Readonly<Record<NotificationEntry['facts']['code'], true>> = { '6302': true, '6204': true }

const intents: Readonly<Record<Verb, Check>> = {
  decode: anything,
  upload: has(['idNo', 'userName', 'idType', 'ecToken', 'chrgBchno', 'feeType', 'mdtrtId', 'payAuthNo'], isText),
  placement: all(has(['orgBizSer'], isText), may(['payAuthNo'], isText)),
  bankPlacement: all(has(['orgBizSer'], isText), may(['payAuthNo'], isText)),
  cashierUrl: all(has(['depositFen'], isFen), may(['payAuthNo'], isText)),
  refund: all(
    has(['appRefdSn', 'refdType', 'ordStasBefore'], isText),
    has(['totlRefdFen', 'fundRefdFen', 'psnAcctRefdFen', 'cashRefdFen'], isFen),
    may(['doneAfterMs'], isFen),
  ),
  revocation: has(['ordStasBefore'], isText),
  query: anything,
  rebill: has(['appRefdSn', 'newMedOrgOrd'], isText),
  billLock: has(['billId'], isText),
  billBooking: has(['billId'], isText),
  billUnlock: has(['billId'], isText),
}

const isRefusal = (value: unknown): boolean => isFacts(value) && has(['code', 'message'], isText)(value)

type OtherKind = Exclude<OrderEntry['kind'], 'intent' | 'newer'>
const others: Readonly<Record<OtherKind, Check>> = {
  outcome: all(
    may(['output'], isFacts),
    may(['refusal'], isRefusal),
    may(['reason', 'errorCode', 'decidedBy'], isText),
  ),
  observation: has(['output'], isFacts),
  authorization: has(['payAuthNo'], isText),
  notification: all(has(['code', 'digest'], isText), has(['output'], isFacts)),
  booking: all(({ success }) => typeof success === 'boolean', has(['remark'], isText)),
  attention: all(has(['reason'], isText), may(['detail'], isText)),
  resolution: has(['decision', 'operator', 'remark', 'caller'], isText),
}

/** Values that decide what an entry means: one that is not listed here is a later version's. */
const values: readonly { readonly kind: string; readonly name: string; readonly isKnown: (text: string) => boolean }[] =
  [
    { kind: 'intent', name: 'rule', isKnown: (text) => Object.hasOwn(rules, text) },
    { kind: 'intent', name: 'refdType', isKnown: (text) => Object.hasOwn(refundTypes, text) },
    { kind: 'notification', name: 'code', isKnown: (text) => Object.hasOwn(notices, text) },
    { kind: 'resolution', name: 'decision', isKnown: (text) => Object.hasOwn(decisions, text) },
    { kind: 'attention', name: 'reason', isKnown: isAttentionReason },
  ]

/** What this version writes, by name: a set of samples has every one of them (scripts/compat). */
export const entryNames = {
  kinds: ['intent', ...Object.keys(others)],
  verbs: Object.keys(intents),
  outcomes: Object.keys(outcomes),
} as const

const isVerb = (text: string | null): text is Verb => Object.hasOwn(intents, text ?? '')

const checkOf = ({ kind, verb, outcome }: JudgedEntry): Check | undefined => {
  if (kind === 'intent') return isVerb(verb) ? intents[verb] : undefined
  if (kind !== 'outcome') return Object.hasOwn(others, kind) ? others[kind as OtherKind] : undefined
  return isVerb(verb) && Object.hasOwn(outcomes, outcome ?? '') ? others.outcome : undefined
}

/** Judges an entry by its columns and its facts. */
export const judgeEntry = (entry: JudgedEntry): Judgement => {
  const check = checkOf(entry)
  if (check === undefined) return 'newer'
  const { kind, facts } = entry
  if (!isFacts(facts)) return 'damaged'
  for (const { kind: own, name, isKnown } of values) {
    const value = own === kind ? facts[name] : undefined
    if (typeof value === 'string' && !isKnown(value)) return 'newer'
  }
  return check(facts) ? 'known' : 'damaged'
}
