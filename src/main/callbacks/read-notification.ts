// Owns what arrives from the center: 6302 in its forms, encrypted or plain (RULES 6.1), and the query of 6204 (RULES 6.3).
// Reading proves little: nothing here is believed before 6301 says the same. Listening is listener.ts.
import { createCheck, type Fault } from '../../contract/check/check.ts'
import { OptionalText, Strict, Text } from '../../contract/check/fields.ts'
import { checkNotification, checkSync } from '../../contract/interfaces.ts'
import type { JsonLimits } from '../../contract/check/json-limits.ts'
import { isObject, parseJsonText } from '../../contract/check/json-text.ts'
import { decryptText, deriveSm4Key, openEnvelope, type EnvelopeKeys } from '../center/envelope.ts'
import { readText } from '../center/reply-text.ts'
import type { Notification } from '../usecases/base/ports.ts'
import type { Authorization } from '../usecases/order/authorize-order.ts'

export type ReadNotification =
  { readonly kind: 'read'; readonly notification: Notification } | { readonly kind: 'refused'; readonly reason: string }

/** A notice has some 25 members; whoever has signed nothing makes the agent write it in every form there is. */
const limits: JsonLimits = { values: 2_000, numbers: 1_000, keys: 500 }

const refused = (reason: string): ReadNotification => ({ kind: 'refused', reason })

const isFilled = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

const numberOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const notificationOf = (code: '6302' | '6204', output: Record<string, unknown>, signed: boolean): ReadNotification => {
  const payOrdId = numberOf(output['payOrdId'])
  if (payOrdId === '') return refused('payOrdId is missing')
  const medOrgOrd = numberOf(output['medOrgOrd'])
  // One spelling from here on: 6302 writes ownpayAmt, everything else ownPayAmt.
  const { ownpayAmt, ...rest } = output
  const amounts = ownpayAmt === undefined ? rest : { ...rest, ownPayAmt: ownpayAmt }
  return { kind: 'read', notification: { code, payOrdId, medOrgOrd, output: amounts, signed } }
}

/** What says which order a notice is about; nothing else of it decides anything, for 6301 is asked (RULES 6.1). */
const identity: ReadonlySet<string> = new Set(['payOrdId', 'medOrgOrd'])

/** Amounts are kept as they are written: where they differ from 6301 a person is told. */
const amountNames: ReadonlySet<string> = new Set([
  'feeSumamt',
  'ownpayAmt',
  'psnAcctPay',
  'fundPay',
  'othFeeAmt',
  'deposit',
])

/** Missing fields are the center's matter; an identity that is there and wrong says that this is no notice at all. */
const wrongFields = (output: Record<string, unknown>, faults: readonly Fault[]): readonly string[] =>
  faults.filter(({ path }) => identity.has(path) && isFilled(output[path])).map(({ path }) => path)

/** Without what is empty, too long or of another type than the table's: a refused notice tells the center that we failed. */
const withoutFaulty = (output: Record<string, unknown>, faults: readonly Fault[]): Record<string, unknown> => {
  const faulty = new Set(faults.map(({ path }) => path.split(/[.[]/u)[0] ?? ''))
  return Object.fromEntries(Object.entries(output).filter(([name]) => amountNames.has(name) || !faulty.has(name)))
}

export type OrderAuthorization = Authorization & { readonly medOrgOrd: string }
const checkAuthorization = createCheck<OrderAuthorization>(
  Strict({
    medOrgOrd: Text('医院订单号', 40),
    payAuthNo: Text('支付授权码', 40),
    payOrdId: OptionalText('支付订单号', 40),
  }),
  { oneForm: true },
)

/** A payAuthNo for an order from the hospital's H5 back end (RULES 4.3); undefined when it is none. */
export const readAuthorization = (body: Buffer): OrderAuthorization | undefined => {
  let parsed: unknown
  try {
    parsed = parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(body), limits)
  } catch {
    return undefined
  }
  const { value, faults } = checkAuthorization(parsed)
  return faults.length === 0 ? value : undefined
}

type Opened = { readonly value: unknown; readonly signed: boolean }

/**
 * What an envelope holds; a text is why it is refused. A signature that is there must verify; without one a notice is as good as
 * a plain one, for none is believed before 6301.
 */
const openLayer = (keys: EnvelopeKeys, layer: Record<string, unknown>): Opened | string => {
  const { encData } = layer
  if (isFilled(layer['signData'])) {
    const opened = openEnvelope(keys, layer, { limits })
    return opened.kind === 'signed' ? { value: opened.data, signed: true } : 'the envelope does not verify'
  }
  try {
    const text = typeof encData === 'string' ? decryptText(keys.sm4Key, encData) : ''
    return { value: parseJsonText(text, limits), signed: false }
  } catch {
    return 'encData cannot be read'
  }
}

const atMostLayers = 4

type Notice = { readonly notice: Record<string, unknown>; readonly signed: boolean }

/** The object that names the order, whatever is wrapped around it: `data`, an envelope, JSON as a text. */
const findNotice = (keys: EnvelopeKeys, body: string): Notice | string => {
  let value: unknown = body
  let signed = false
  for (let layers = 0; layers <= atMostLayers; layers++) {
    if (typeof value === 'string') {
      try {
        value = parseJsonText(value, limits)
      } catch {
        return 'the body is not JSON'
      }
    }
    if (!isObject(value)) return 'the body is no object'
    if (isFilled(value['appId']) && value['appId'] !== keys.appId) return 'wrong appId'
    if (isFilled(value['signData']) || isFilled(value['encData'])) {
      const opened = openLayer(keys, value)
      if (typeof opened === 'string') return opened
      signed ||= opened.signed
      // Signed over its fields alone: what it says is among them.
      if (opened.value === undefined) return { notice: value, signed }
      value = opened.value
    } else if ('payOrdId' in value) return { notice: value, signed }
    else value = value['data']
  }
  return 'wrapped too deeply'
}

/**
 * A 6302 body: flat, `{"data": {...}}`, or `{appId, version, timestamp, data}`, and each of them encrypted, signed or not;
 * numbers or strings, UTF-8 or GBK, either spelling of ownpayAmt.
 */
export const readSettlementNotice = (keys: EnvelopeKeys, body: Buffer): ReadNotification => {
  let text: string
  try {
    ;({ text } = readText(body))
  } catch {
    return refused('the body is no text')
  }
  const found = findNotice(keys, text)
  if (typeof found === 'string') return refused(found)
  const { value, faults } = checkNotification(found.notice)
  if (!isObject(value)) return refused('data is no object')
  const wrong = wrongFields(value, faults)
  if (wrong.length > 0) return refused(`wrong fields: ${wrong.join(', ')}`)
  return notificationOf('6302', withoutFaulty(value, faults), found.signed)
}

/** The SM4 keys by appId: the channel's own, and those of other applications of the institution. */
export const sm4KeysOf = (
  { appId, sm4Key }: EnvelopeKeys,
  others: ReadonlyMap<string, string>,
): ReadonlyMap<string, Uint8Array> =>
  new Map([...[...others].map(([id, secret]) => [id, deriveSm4Key(id, secret)] as const), [appId, sm4Key]])

/** How the cash is to be paid, as the center names the channel; WX is the only value that the standard has. */
const chnlTypePattern = /^\w{0,20}$/

/** The query of a 6204 redirect: encrypted with the SM4 key of its mpcAppId, unsigned. `keys`: by mpcAppId. */
export const readOrderSync = (keys: ReadonlyMap<string, Uint8Array>, query: URLSearchParams): ReadNotification => {
  const sm4Key = keys.get(query.get('mpcAppId') ?? '')
  if (sm4Key === undefined) return refused('mpcAppId is not ours')
  const chnlType = query.get('chnlType') ?? ''
  if (!chnlTypePattern.test(chnlType)) return refused('chnlType is no name')
  let data: unknown
  try {
    data = parseJsonText(decryptText(sm4Key, query.get('encData') ?? ''), limits)
  } catch {
    return refused('encData cannot be read')
  }
  const { value, faults } = checkSync(data)
  if (!isObject(value) || wrongFields(value, faults).length > 0) return refused('wrong fields')
  const output = withoutFaulty(value, faults)
  return notificationOf('6204', { ...output, ...(chnlType === '' ? {} : { chnlType }) }, false)
}
