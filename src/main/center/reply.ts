// Owns what a reply of the center means: protocol code, business code, transaction status, in that order (002, 2.2.1), and
// whom to believe (RULES 3). Pure: bytes and a moment in, an answer out.
import { faultText, type Fault } from '../../contract/check/check.ts'
import { notReturnedForCash } from '../../contract/interfaces/refund-order.ts'
import { interfaces, type InterfaceCode } from '../../contract/interfaces.ts'
import { jsonLimits, type JsonLimits } from '../../contract/check/json-limits.ts'
import { isObject, JsonNumber, parseJsonText } from '../../contract/check/json-text.ts'
import { stripped } from '../../contract/check/one-form.ts'
import type { CenterRefusal } from '../../core/domain/order/entries.ts'
import { judgeRefund } from '../../core/domain/order/order.ts'
import { parseWireStamp } from '../../core/domain/time/shanghai-time.ts'
import type { CenterAnswer } from '../usecases/base/ports.ts'
import { openEnvelope, type EnvelopeFields, type EnvelopeKeys, type OpenedEnvelope } from './envelope.ts'
import { readText, type CenterCharset } from './reply-text.ts'
import type { FormMemory } from './signature-forms.ts'

export type ReplySettings = {
  readonly keys: EnvelopeKeys
  /** Interfaces whose unsigned refusal is believed (RULES 3.2). */
  readonly unsignedRefusals: ReadonlySet<InterfaceCode>
  /** How far a reply's timestamp may be from now, for replies that name no order (RULES 3.7). */
  readonly replyWindowMs: number
  /** What replies are written in (RULES 3.9). */
  readonly charset: CenterCharset
  /** Protocol codes that say success (RULES 3.4). */
  readonly successCodes: ReadonlySet<string>
}

const unknown = (reason: string): { readonly kind: 'unknown'; readonly reason: string } => ({ kind: 'unknown', reason })

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : ''

/**
 * A reply has some 60 members, and one that gives back the lines of a bill some thousands; whoever has signed nothing makes the agent
 * write it in every form there is.
 */
const replyLimits: JsonLimits = { values: 20_000, numbers: 5_000, keys: 1_000 }

const wrapperKeys = ['data', 'output', 'body', 'result']
const atMostWrappers = 4
const codeNames = ['code', 'respCode', 'responseCode']
const envelopeMarks = ['encData', 'signData', 'success', ...codeNames]

/** Relays encode JSON twice or wrap the envelope a few levels deep; the signature decides whether to believe the core. */
export const findEnvelope = (value: unknown, limits = jsonLimits): EnvelopeFields | undefined => {
  let current = value
  let found: EnvelopeFields | undefined
  for (let level = 0; level <= atMostWrappers; level++) {
    if (typeof current === 'string') {
      try {
        current = parseJsonText(current, limits)
      } catch {
        return found
      }
    }
    if (!isObject(current)) return found
    const object = current
    if ((found === undefined ? envelopeMarks : codeNames).some((name) => name in object)) found = object
    if (typeof object['encData'] === 'string' || typeof object['signData'] === 'string') return object
    current = wrapperKeys.map((key) => object[key]).find((member) => isObject(member) || typeof member === 'string')
  }
  return found
}

const protocolCode = (envelope: EnvelopeFields): string =>
  stripped(textOf(envelope['code'] ?? envelope['respCode'] ?? envelope['responseCode']))

/** What other protocols say success with: where this center does not, nobody can tell whether it acted. */
const looksLikeSuccess = /^(0+(\.0+)?|200|success|succ|ok)$/iu

const says = (envelope: EnvelopeFields, success: boolean): boolean =>
  envelope['success'] === success || envelope['success'] === String(success)

/**
 * Protocol code, then business code (RULES 3.4). `unclear`: neither is there, they contradict each other, or the code is one of
 * success elsewhere; that must not count as a refusal, for the caller may repeat what was refused.
 */
const verdictOf = (envelope: EnvelopeFields, successCodes: ReadonlySet<string>): 'success' | 'refusal' | 'unclear' => {
  const code = protocolCode(envelope)
  if (says(envelope, false)) return 'refusal'
  if (successCodes.has(code) || (code === '' && says(envelope, true))) return 'success'
  return code === '' || says(envelope, true) || looksLikeSuccess.test(code) ? 'unclear' : 'refusal'
}

/** Whether the envelope itself, believed or not, says success. */
export const saysSuccess = (envelope: EnvelopeFields, successCodes: ReadonlySet<string>): boolean =>
  verdictOf(envelope, successCodes) === 'success'

export const messageOf = (envelope: EnvelopeFields): string => textOf(envelope['message']) || textOf(envelope['msg'])

const maxCodeLength = 100
const maxMessageLength = 500
const refusalOf = (envelope: EnvelopeFields, signed: boolean): CenterRefusal => ({
  code: protocolCode(envelope).slice(0, maxCodeLength),
  message: messageOf(envelope).slice(0, maxMessageLength),
  signed,
})

/** Replies of 6203, 6205 and 6401 name no order: an old signed one could be played again (RULES 3.7). */
const namesNoOrder: ReadonlySet<InterfaceCode> = new Set(['6203', '6205', '6401'])

/** The transaction's own status: a refund that failed, a revocation that did not succeed, a status nobody knows. */
const judgeTransaction = (
  code: InterfaceCode,
  output: Readonly<Record<string, unknown>>,
  { isCashAlone }: Asked,
): 'done' | 'refused' | 'odd' => {
  if (code === '6203') return judgeRefund(output, isCashAlone)
  return code === '6401' && output['success'] === false ? 'refused' : 'done'
}

/** The faults that make an answer useless, and all of them, which are warnings of one that is none the less used. */
const splitFaults = (faults: readonly Fault[], decisive: readonly string[]) => {
  const isFatal = ({ path }: Fault): boolean => decisive.includes(path) || path === ''
  return { fatal: faults.filter(isFatal).map(faultText), warnings: faults.map(faultText) }
}

type Asked = {
  /** "" for an upload. */
  readonly payOrdId: string
  /** A refund of cash alone, which the insurance has no part in. */
  readonly isCashAlone: boolean
  /** Wall clock. */
  readonly nowMs: number
}

export const judgeReply = <Code extends InterfaceCode>(
  settings: ReplySettings & { readonly forms: FormMemory },
  code: Code,
  reply: { readonly status: number; readonly body: Buffer },
  asked: Asked,
): CenterAnswer<Code> => {
  let envelope: EnvelopeFields | undefined
  try {
    const { text } = readText(reply.body, settings.charset)
    envelope = findEnvelope(parseJsonText(text, replyLimits), replyLimits)
  } catch {
    return unknown(`HTTP ${reply.status}, not JSON`)
  }
  if (envelope === undefined) return unknown(`HTTP ${reply.status}, no envelope`)
  const appId = envelope['appId'] ?? ''
  if (appId !== '' && appId !== settings.keys.appId) return unknown('appId is another one')
  const { forms, charset } = settings
  const opened = openEnvelope(settings.keys, envelope, { fitting: forms.fitting(), charset, limits: replyLimits })
  if (opened.kind === 'bad') return unknown(opened.reason)
  if (opened.kind === 'signed') {
    if (opened.forms.length > 0) forms.note(opened.forms)
    const verified = { atMs: parseWireStamp(textOf(envelope['timestamp'])) }
    return { ...judgeSigned(settings, code, envelope, opened, asked), verified }
  }
  const verdict = verdictOf(envelope, settings.successCodes)
  if (verdict === 'unclear') return unknown('the reply says neither success nor refusal')
  if (verdict === 'success') return unknown('unsigned success is never believed')
  const refusal = refusalOf(envelope, false)
  // A gateway says 5xx for a center that may have acted (RULES 3.1).
  return settings.unsignedRefusals.has(code) && reply.status < 500
    ? { kind: 'declined', refusal }
    : { kind: 'unknown', reason: 'unsigned refusal', refusal }
}

const judgeSigned = <Code extends InterfaceCode>(
  settings: ReplySettings,
  code: Code,
  envelope: EnvelopeFields,
  opened: Extract<OpenedEnvelope, { kind: 'signed' }>,
  asked: Asked,
): CenterAnswer<Code> => {
  const verdict = verdictOf(envelope, settings.successCodes)
  if (verdict === 'unclear') return unknown('the reply says neither success nor refusal')
  if (namesNoOrder.has(code)) {
    const atMs = parseWireStamp(textOf(envelope['timestamp']))
    if (atMs === undefined) return unknown('the time of the reply is missing or cannot be read')
    if (Math.abs(asked.nowMs - atMs) > settings.replyWindowMs) return unknown('the reply is too old or from the future')
  }
  const replyId = Buffer.from(opened.signature).toString('hex')
  const judged = judgeOutput(code, opened.data, replyId, asked, envelope)
  if (verdict === 'success') return judged
  // Whoever takes it for a refusal may refund once more what went back already.
  return judged.kind === 'accepted' && !says(envelope, false)
    ? unclear('the code is no known success, and data say that it is done')
    : { kind: 'declined', refusal: refusalOf(envelope, true), replyId }
}

/** The center has answered, and what it says is not enough: 6301 is asked at once. */
const unclear = (reason: string) => ({ kind: 'unknown', reason, isAnswered: true }) as const

const judgeOutput = <Code extends InterfaceCode>(
  code: Code,
  data: unknown,
  replyId: string,
  asked: Asked,
  envelope: EnvelopeFields,
): CenterAnswer<Code> => {
  const { checkOutput, decisive } = interfaces[code]
  const { value: output, faults } = checkOutput(data)
  if (!isObject(output)) return unclear('data is no object')
  const isDue = ({ path }: Fault): boolean =>
    !asked.isCashAlone ||
    !notReturnedForCash.has(path) ||
    ((output as Readonly<Record<string, unknown>>)[path] ?? '') !== ''
  const { fatal, warnings } = splitFaults(faults.filter(isDue), decisive)
  if (fatal.length > 0) return unclear(`a field of identity or outcome is missing or wrong: ${fatal.join('; ')}`)
  const { payOrdId } = output as { readonly payOrdId?: unknown }
  const isOther = typeof payOrdId !== 'string' || stripped(payOrdId) !== stripped(asked.payOrdId)
  if (decisive.includes('payOrdId') && asked.payOrdId !== '' && isOther) {
    return unclear('payOrdId is not the one asked for')
  }
  switch (judgeTransaction(code, output, asked)) {
    case 'done':
      return { kind: 'accepted', output, warnings, replyId }
    case 'refused':
      return { kind: 'declined', refusal: refusalOf(envelope, true), output, replyId }
    case 'odd':
      return unclear('refStatus is not known')
  }
}
