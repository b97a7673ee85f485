// Owns the center as the use cases see it: seal, send, judge. One sender for all interfaces; what differs is a table.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { interfaces, type InputOf, type InterfaceCode } from '../../contract/interfaces.ts'
import { joinExpContent, type OwnExpContent } from '../../contract/exp-content.ts'
import { canonicalJsonTexts, JsonNumber } from '../../contract/check/json-text.ts'
import { wireStamp } from '../../core/domain/time/shanghai-time.ts'
import { createTransport } from '../http/transport.ts'
import type { Center, CenterAnswer, Clock, Log } from '../usecases/base/ports.ts'
import { encryptText, sealEnvelope } from './envelope.ts'
import { judgeReply, type ReplySettings } from './reply.ts'
import { createFormMemory, type SignatureForm } from './signature-forms.ts'

export const envelopeVersion = '2.0.1'
export const maxReplyBytes = 8 * 1024 * 1024
const longTextLength = 64 * 1024
const dayMs = 24 * 3_600_000
const warnBeforeExpiryMs = 30 * dayMs

export type CenterSettings = ReplySettings & {
  readonly baseUrl: string
  readonly ca: string | undefined
  /** Per interface, milliseconds, from connecting to the last byte. */
  readonly timeoutsMs: Readonly<Record<InterfaceCode, number>>
  /** UnionPay's expContent (RULES 1.4); undefined when not used. */
  readonly expContent: OwnExpContent | undefined
}

export type CenterConnection = Center & {
  /** When the certificate seen last ends, milliseconds since the epoch; undefined over plain HTTP or before a call. */
  readonly certificateEndsMs: () => number | undefined
  /** The signature forms that fit every reply so far; all of them before one told them apart (RULES 3.8). */
  readonly fittingForms: () => readonly SignatureForm[]
  /** Builds the verification table (about 300 ms in all); calls work before it, more slowly. */
  readonly precompute: () => void
  readonly close: () => void
}

export const createCenter = (settings: CenterSettings, clock: Clock, log: Log): CenterConnection => {
  const { keys } = settings
  let certificateEndsMs: number | undefined
  const onCertificate = (validToMs: number): void => {
    if (validToMs !== certificateEndsMs && validToMs - clock.wallMs() < warnBeforeExpiryMs) {
      log('warn', 'center.certificate-expires', { endsAt: new Date(validToMs).toISOString() })
    }
    certificateEndsMs = validToMs
  }
  const forms = createFormMemory((fitting) => {
    log('info', 'center.signature-form', { fitting: fitting.join(' ') })
  })
  const judging = { ...settings, forms }
  const transport = createTransport({ baseUrl: settings.baseUrl, ca: settings.ca, maxReplyBytes, onCertificate })

  /** A long message takes two turns of the event loop, so that a short call need not wait for all of it. */
  const seal = async (data: object): Promise<Buffer> => {
    const fields = { appId: keys.appId, version: envelopeVersion, timestamp: wireStamp(clock.wallMs()) }
    const { sent, signed } = canonicalJsonTexts(data)
    if (sent.length > longTextLength) await nextTurn()
    return sealEnvelope(keys, fields, signed, sent)
  }

  const send = async <Code extends InterfaceCode>(code: Code, input: InputOf<Code>): Promise<CenterAnswer<Code>> => {
    const { path, movesMoney } = interfaces[code]
    const content = 'expContent' in input ? input.expContent : undefined
    const expContent = joinExpContent(content, settings.expContent)
    // The use cases refuse it before; only a configuration that changed since brings it here.
    if ('problem' in expContent)
      return { kind: 'notSent', reason: 'expContent cannot be joined with the configured one' }
    const startedMs = clock.monotonicMs()
    const data = expContent.value === undefined ? input : { ...input, expContent: expContent.value }
    const sent = await transport.post(path, await seal(data), {
      fresh: movesMoney,
      repeatable: code === '6301',
      timeoutMs: settings.timeoutsMs[code],
    })
    const payOrdId = 'payOrdId' in input ? input.payOrdId : ''
    const isCashAlone = 'refdType' in input && input.refdType === 'CASH'
    const asked = { payOrdId, isCashAlone, nowMs: clock.wallMs() }
    const answer: CenterAnswer<Code> = sent.kind === 'reply' ? judgeReply(judging, code, sent, asked) : sent
    const ms = Math.round(clock.monotonicMs() - startedMs)
    const status = sent.kind === 'reply' ? { status: sent.status } : {}
    const why = 'reason' in answer ? { reason: answer.reason } : {}
    const refusal = 'refusal' in answer ? { refusalCode: answer.refusal.code, signed: answer.refusal.signed } : {}
    // What came of it is a line of the order; this one is for whoever looks at the way there.
    const level = answer.kind === 'accepted' ? 'debug' : 'warn'
    log(level, 'center.sent', { interface: code, outcome: answer.kind, ms, ...status, ...why, ...refusal })
    return answer
  }

  return {
    send,
    reach: transport.reach,
    expContentProblem: (content) => {
      const joined = joinExpContent(content, settings.expContent)
      return 'problem' in joined ? joined.problem : undefined
    },
    confirmsByQuery: new URL(settings.baseUrl).protocol !== 'https:',
    buildCashierUrl: (cashierUrl, { payAuthNo, deposit }) => {
      // The standard's example writes deposit as a number; it is appended as text because the address may be a hash route.
      const parameters = { payAuthNo, ...(deposit ? { deposit: new JsonNumber(deposit) } : {}) }
      const encrypted = encryptText(keys.sm4Key, JSON.stringify(parameters))
      const join = cashierUrl.includes('?') ? '&' : '?'
      return `${cashierUrl}${join}chnlAppId=${encodeURIComponent(keys.appId)}&chnlEncData=${encrypted}`
    },
    certificateEndsMs: () => certificateEndsMs,
    fittingForms: forms.fitting,
    precompute: keys.verifier.precompute,
    close: transport.close,
  }
}
