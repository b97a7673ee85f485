// Owns the timeline of an order: its journal entries as a person reads them, operations with all their answers, answers with what
// is new in them. Pure; nothing is in it that the journal does not say.
import { JsonNumber, type Fields } from '../../../contract/check/json-text.ts'
import type { ChangedField, TimelineEntry, TimelineOutcome } from '../../../contract/local-api/console.ts'
import { attentionTexts, isAttentionReason } from '../order/attention-reasons.ts'
import { explainConnection } from './connection-reason.ts'
import type { IntentEntry, OrderEntry, OutcomeEntry } from '../order/entries.ts'
import { collectHidden, maskFields, maskText } from './mask.ts'
import { refusalText, settledText } from './refusal-text.ts'
import { shanghaiIso } from '../time/shanghai-time.ts'
import { kindTitles, verbTexts } from './verb-texts.ts'

/** What was recorded of a request; undefined when only its facts were. */
export type BodyOf = (operationId: string) => unknown

export type TimelineOptions = {
  /** Whether the recorded fields come with it, masked. */
  readonly raw: boolean
  readonly bodyOf: BodyOf
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

const changesBetween = (before: Fields, after: Fields): readonly ChangedField[] =>
  Object.keys({ ...before, ...after })
    .map((name) => ({ name, before: textOf(before[name]), after: textOf(after[name]) }))
    .filter((field) => field.before !== field.after)

/** Who, as far as the entry says; later versions of the journal may say more. */
const byOf = (facts: Fields): TimelineEntry['by'] => {
  const by = (facts['by'] ?? {}) as Fields
  return {
    caller: textOf(by['caller'] ?? facts['caller']),
    operator: textOf(facts['operator']),
    rule: textOf(facts['rule']),
  }
}

const outcomeText = ({ facts: { refusal, output = {}, reason, decidedBy } }: OutcomeEntry): string => {
  if (decidedBy !== undefined) return `人工判定: ${decidedBy}`
  if (refusal !== undefined) return refusalText({ refusal, output })
  const settled = settledText(reason)
  return settled === reason ? explainConnection(reason ?? '') : (settled ?? '')
}

const presentOutcome = (entry: OutcomeEntry): TimelineOutcome => ({
  at: shanghaiIso(entry.atMs),
  outcome: entry.outcome,
  text: outcomeText(entry),
  code: entry.facts.refusal?.code ?? entry.facts.errorCode ?? '',
  settledByQuery: entry.facts.settledByQuery === true,
})

const presentOperation = (
  intent: IntentEntry,
  entries: readonly OrderEntry[],
  { raw, bodyOf }: TimelineOptions,
): TimelineEntry => {
  const outcomes = entries.filter((entry) => entry.kind === 'outcome' && entry.operationId === intent.operationId)
  const own = outcomes as readonly OutcomeEntry[]
  const last = own.at(-1)
  const request = raw ? (bodyOf(intent.operationId) ?? intent.facts) : undefined
  return {
    seq: intent.seq,
    kind: 'operation',
    verb: intent.verb,
    interface: verbTexts[intent.verb].interface,
    title: verbTexts[intent.verb].title,
    at: shanghaiIso(intent.atMs),
    // A clock that was set back tells no duration.
    durationMs: last === undefined || last.atMs < intent.atMs ? null : last.atMs - intent.atMs,
    outcome: last?.outcome ?? 'running',
    attempt: intent.attempt,
    operationId: intent.operationId,
    by: byOf(intent.facts),
    text: last === undefined || last.outcome === 'accepted' ? '' : outcomeText(last),
    outcomes: own.map(presentOutcome),
    changed: [],
    ...(raw ? { raw: { request, reply: last === undefined ? null : last.facts } } : {}),
  }
}

type OtherEntry = Exclude<OrderEntry, IntentEntry | OutcomeEntry>

const textOfOther = (entry: OtherEntry): string => {
  switch (entry.kind) {
    case 'booking':
      return `${entry.facts.success ? '成功' : '失败'} ${entry.facts.remark}`.trim()
    case 'attention': {
      const { reason, detail = '' } = entry.facts
      return `${isAttentionReason(reason) ? attentionTexts[reason].zh : reason} ${detail}`.trim()
    }
    case 'resolution': {
      const { decision, remark } = entry.facts
      return `${{ done: '已发生', notDone: '未发生', handled: '已处理' }[decision]} ${remark}`.trim()
    }
    case 'newer':
      return `${entry.facts.kind} ${entry.facts.verb}`.trim()
    case 'notification':
      return entry.facts.signed ? '已签名' : '未签名, 以查询结果为准'
    default:
      return ''
  }
}

const interfaceOf = (entry: OtherEntry): string => {
  if (entry.kind === 'observation') return '6301'
  return entry.kind === 'notification' ? entry.facts.code : ''
}

const presentOther = (entry: OtherEntry, changed: readonly ChangedField[], raw: boolean): TimelineEntry => ({
  seq: entry.seq,
  kind: entry.kind,
  verb: '',
  interface: interfaceOf(entry),
  title: kindTitles[entry.kind],
  at: shanghaiIso(entry.atMs),
  durationMs: null,
  outcome: '',
  attempt: 0,
  operationId: '',
  by: byOf(entry.facts),
  text: textOfOther(entry),
  outcomes: [],
  changed,
  ...(raw ? { raw: { request: null, reply: entry.facts } } : {}),
})

/** The entries of an order, oldest first. Nothing in it names the patient or authorises anything. */
export const timelineOf = (entries: readonly OrderEntry[], options: TimelineOptions): readonly TimelineEntry[] => {
  const bodies = entries.flatMap((entry) =>
    options.raw && entry.kind === 'intent' ? [options.bodyOf(entry.operationId)] : [],
  )
  const secrets = collectHidden([entries.map(({ facts }) => facts), bodies])
  let before: Fields = {}
  const shown = entries.flatMap((entry): readonly TimelineEntry[] => {
    if (entry.kind === 'outcome') return []
    if (entry.kind === 'intent') return [presentOperation(entry, entries, options)]
    if (entry.kind !== 'observation' && entry.kind !== 'notification') return [presentOther(entry, [], options.raw)]
    const changed = changesBetween(before, { ...before, ...entry.facts.output })
    before = { ...before, ...entry.facts.output }
    return [presentOther(entry, changed, options.raw)]
  })
  return shown.map((entry) => ({
    ...entry,
    text: maskText(entry.text, secrets),
    outcomes: entry.outcomes.map((outcome) => ({ ...outcome, text: maskText(outcome.text, secrets) })),
    changed: entry.changed.map(({ name, before: old, after }) => ({
      name,
      before: textOf(maskFields(old, secrets, name)),
      after: textOf(maskFields(after, secrets, name)),
    })),
    ...(entry.raw === undefined
      ? {}
      : { raw: { request: maskFields(entry.raw.request, secrets), reply: maskFields(entry.raw.reply, secrets) } }),
  }))
}

/** What no entry holds, so that nobody looks for it. */
export const notKept: readonly string[] = [
  '加密报文本身 (encData、signData) 和 HTTP 头: 账本只记加密前的请求和验签后的应答',
  '每一次没有新内容的查询 (6301): 只记有变化的结果',
  '下单、撤销的完整入参: 只记其中由调用方决定的字段; 上传的入参完整保留',
]
