// Owns what a reply of the center means: protocol code, business code, transaction status, in that order (002, 2.2.1), and
// whom to believe (RULES 3). Pure: bytes and a moment in, an answer out.
import { faultText, type Fault } from '../../contract/check.ts'
import { interfaces, type InterfaceCode } from '../../contract/interfaces.ts'
import { JsonNumber, parseJsonText } from '../../contract/json-text.ts'
import type { CenterRefusal } from '../domain/entries.ts'
import { parseWireStamp } from '../domain/shanghai-time.ts'
import type { CenterAnswer } from '../usecases/ports.ts'
import { openEnvelope, type EnvelopeFields, type EnvelopeKeys } from './envelope.ts'

export type ReplySettings = {
  readonly keys: EnvelopeKeys
  /** Interfaces whose unsigned refusal is believed (RULES 3.2). */
  readonly unsignedRefusals: ReadonlySet<InterfaceCode>
  /** How far a reply's timestamp may be from now, for replies that name no order (RULES 3.7). */
  readonly replyWindowMs: number
}

const unknown = (reason: string): { readonly kind: 'unknown'; readonly reason: string } => ({ kind: 'unknown', reason })

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value instanceof JsonNumber ? value.text : ''

const wrapperKeys = ['data', 'output', 'body', 'result']
const atMostWrappers = 4
const envelopeMarks = ['encData', 'signData', 'code', 'respCode', 'responseCode', 'success']

/** Relays encode JSON twice or wrap the envelope a few levels deep; the signature decides whether to believe the core. */
const findEnvelope = (value: unknown): EnvelopeFields | undefined => {
  let current = value
  for (let level = 0; level <= atMostWrappers; level++) {
    if (typeof current === 'string') {
      try {
        current = parseJsonText(current)
      } catch {
        return undefined
      }
    }
    if (!isObject(current)) return undefined
    const object = current
    if (typeof object['encData'] === 'string') return object
    const inner = wrapperKeys.map((key) => object[key]).find((member) => isObject(member) || typeof member === 'string')
    if (inner === undefined) return envelopeMarks.some((mark) => mark in object) ? object : undefined
    const before = current
    current = inner
    if (typeof inner === 'string' && !inner.trimStart().startsWith('{')) return before
  }
  return undefined
}

const protocolCode = (envelope: EnvelopeFields): string =>
  textOf(envelope['code'] ?? envelope['respCode'] ?? envelope['responseCode'])

const succeeded = (envelope: EnvelopeFields): boolean => {
  const success = envelope['success']
  return protocolCode(envelope) === '0' && success !== false && success !== 'false'
}

const maxMessageLength = 500
const refusalOf = (envelope: EnvelopeFields, signed: boolean): CenterRefusal => ({
  code: protocolCode(envelope),
  message: (textOf(envelope['message']) || textOf(envelope['msg'])).slice(0, maxMessageLength),
  signed,
})

/** A refusal that names a code or success:false; anything less is garbage, not a refusal. */
const isRefusal = (envelope: EnvelopeFields): boolean =>
  !succeeded(envelope) && (protocolCode(envelope) !== '' || 'success' in envelope)

const isStale = (envelope: EnvelopeFields, nowMs: number, windowMs: number): boolean => {
  const atMs = parseWireStamp(textOf(envelope['timestamp']))
  return atMs === undefined || Math.abs(nowMs - atMs) > windowMs
}

/** Replies of 6203, 6205 and 6401 name no order: an old signed one could be played again (RULES 3.7). */
const namesNoOrder: ReadonlySet<InterfaceCode> = new Set(['6203', '6205', '6401'])

/** The transaction's own status: a refund that failed, a revocation that did not succeed, a status nobody knows. */
const judgeTransaction = (
  code: InterfaceCode,
  output: Readonly<Record<string, unknown>>,
): 'done' | 'refused' | 'odd' => {
  if (code === '6203') {
    const status = output['refStatus']
    return status === 'SUCC' || status === 'EXP' ? 'done' : status === 'FAIL' ? 'refused' : 'odd'
  }
  return code === '6401' && output['success'] === false ? 'refused' : 'done'
}

const splitFaults = (
  faults: readonly Fault[],
  decisive: readonly string[],
): { fatal: boolean; warnings: string[] } => ({
  fatal: faults.some((fault) => decisive.includes(fault.path) || fault.path === ''),
  warnings: faults.map(faultText),
})

/** `asked`: the payOrdId the request named, "" for an upload. `nowMs`: wall clock. */
export const judgeReply = <Code extends InterfaceCode>(
  settings: ReplySettings,
  code: Code,
  reply: { readonly status: number; readonly body: Buffer },
  asked: { readonly payOrdId: string; readonly nowMs: number },
): CenterAnswer<Code> => {
  let envelope: EnvelopeFields | undefined
  try {
    envelope = findEnvelope(parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(reply.body)))
  } catch {
    return unknown(`HTTP ${reply.status}, not JSON`)
  }
  if (envelope === undefined) return unknown(`HTTP ${reply.status}, no envelope`)
  const opened = openEnvelope(settings.keys, envelope)
  if (opened.kind === 'bad') return unknown(opened.reason)
  if (opened.kind === 'unsigned') {
    if (!isRefusal(envelope)) return unknown('unsigned success is never believed')
    const refusal = refusalOf(envelope, false)
    return settings.unsignedRefusals.has(code)
      ? { kind: 'declined', refusal }
      : { kind: 'unknown', reason: 'unsigned refusal', refusal }
  }
  const { appId } = envelope
  if (appId !== undefined && appId !== settings.keys.appId) return unknown('appId is another one')
  if (namesNoOrder.has(code) && isStale(envelope, asked.nowMs, settings.replyWindowMs)) {
    return unknown('the reply is too old or from the future')
  }
  if (!succeeded(envelope)) return { kind: 'declined', refusal: refusalOf(envelope, true) }
  return judgeOutput(code, opened.data, Buffer.from(opened.signature).toString('hex'), asked.payOrdId, envelope)
}

const judgeOutput = <Code extends InterfaceCode>(
  code: Code,
  data: unknown,
  replyId: string,
  askedPayOrdId: string,
  envelope: EnvelopeFields,
): CenterAnswer<Code> => {
  const { checkOutput, decisive } = interfaces[code]
  const { value: output, faults } = checkOutput(data)
  if (!isObject(output)) return unknown('data is no object')
  const { fatal, warnings } = splitFaults(faults, decisive)
  if (fatal) return unknown(`a field of identity or outcome is missing or wrong: ${warnings.join('; ')}`)
  const { payOrdId } = output as { readonly payOrdId?: unknown }
  if (decisive.includes('payOrdId') && askedPayOrdId !== '' && payOrdId !== askedPayOrdId) {
    return unknown('payOrdId is not the one asked for')
  }
  switch (judgeTransaction(code, output)) {
    case 'done':
      return { kind: 'accepted', output, warnings, replyId }
    case 'refused':
      return { kind: 'declined', refusal: refusalOf(envelope, true), output }
    case 'odd':
      return unknown('refStatus is not known')
  }
}
