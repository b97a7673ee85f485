// Owns the wire to the HIS's bills: one short request each, with a deadline, a size limit and no redirect, and what the answer
// means. Addresses and schemas are contract/his-bills.ts; when to ask, the use cases say.
import { request as requestPlain, type RequestOptions } from 'node:http'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import { faultText } from '../../contract/check/check.ts'
import type { ExtraFields } from '../../contract/extra-fields.ts'
import {
  billCheckOf,
  hisChecks,
  hisInterfaces,
  isBillId,
  type HisBill,
  type HisInterface,
} from '../../contract/his-bills.ts'
import { parseJsonText } from '../../contract/check/json-text.ts'
import type { HisAnswer, HisBills, Log } from '../usecases/base/ports.ts'

export type HisSettings = {
  /** Without a slash at its end; may have a path. */
  readonly baseUrl: string
  readonly token: string
  /** PEM of the authority that signed the HIS's certificate, instead of the public ones. */
  readonly ca: string | undefined
  readonly timeoutMs: number
}

const maxAnswerBytes = 4 * 1024 * 1024
const refusingStatuses: ReadonlySet<number> = new Set([404, 409, 422])

type Reply =
  | { readonly kind: 'reply'; readonly status: number; readonly text: string }
  | { readonly kind: 'notSent' | 'unclear'; readonly reason: string }

const reasonOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.name
/** The connection was never made, so nothing can have arrived. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

// Not fetch: it takes no authority of its own, and it follows redirects unless told otherwise.
const post = (url: URL, body: string, options: RequestOptions, timeoutMs: number): Promise<Reply> =>
  new Promise((resolve) => {
    const request = url.protocol === 'https:' ? requestSecure : requestPlain
    const outgoing = request(
      url,
      { ...options, method: 'POST', signal: AbortSignal.timeout(timeoutMs) },
      (incoming) => {
        const parts: Buffer[] = []
        let size = 0
        incoming.on('data', (part: Buffer) => {
          size += part.length
          parts.push(part)
          if (size > maxAnswerBytes) outgoing.destroy(new Error('the answer is too large'))
        })
        incoming.on('end', () => {
          resolve({ kind: 'reply', status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') })
        })
        incoming.on('error', (error) => {
          resolve({ kind: 'unclear', reason: reasonOf(error) })
        })
      },
    )
    outgoing.on('error', (error) => {
      const reason = reasonOf(error)
      resolve({ kind: neverConnected.has(reason) ? 'notSent' : 'unclear', reason })
    })
    outgoing.end(body)
  })

const tryParse = (text: string): unknown => {
  try {
    return parseJsonText(text)
  } catch {
    return undefined
  }
}

const refusalOf = (value: unknown, status: number): HisAnswer<never> => {
  const { value: refusal, faults } = hisChecks.refusal(value)
  if (faults.length > 0) return { kind: 'unclear', reason: `HTTP ${status} without a refusal code` }
  return { kind: 'refused', code: refusal.code, message: refusal.message }
}

/** The HIS as configured; never throws for what the network or the HIS does. */
export const createHisClient = (
  { baseUrl, token, ca, timeoutMs }: HisSettings,
  extraFields: ExtraFields,
  log: Log,
): HisBills => {
  const checkBill = billCheckOf(extraFields)
  const agent = baseUrl.startsWith('https:') ? new SecureAgent(ca === undefined ? {} : { ca }) : undefined

  const ask = async (name: HisInterface, billId: string, body: object): Promise<HisAnswer<unknown>> => {
    const url = new URL(`${baseUrl}${hisInterfaces[name].path.replace('{billId}', billId)}`)
    const text = JSON.stringify(body)
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
    }
    const reply = await post(url, text, agent === undefined ? { headers } : { headers, agent }, timeoutMs)
    if (reply.kind !== 'reply') {
      log('warn', 'his.unclear', { interface: name, reason: reply.reason })
      return reply
    }
    const { status } = reply
    const value = tryParse(reply.text)
    if (refusingStatuses.has(status)) return refusalOf(value, status)
    if (status === 200 && value !== undefined) return { kind: 'done', value }
    log('warn', 'his.unclear', { interface: name, status })
    return { kind: 'unclear', reason: status === 200 ? 'the answer is no JSON' : `HTTP ${status}` }
  }

  const askOfBill = async <Name extends 'lockBill' | 'bookBill' | 'unlockBill'>(
    name: Name,
    billId: string,
    body: object,
  ): Promise<HisAnswer<ReturnType<(typeof hisChecks)[Name]>['value']>> => {
    if (!isBillId(billId)) return { kind: 'notSent', reason: 'the bill has no usable number' }
    const answer = await ask(name, billId, body)
    if (answer.kind !== 'done') return answer
    const { value, faults } = hisChecks[name](answer.value)
    if (faults.length === 0 && value.billId === billId) return { kind: 'done', value }
    log('warn', 'his.answer-invalid', { interface: name, faults: faults.map(faultText) })
    return { kind: 'unclear', reason: 'the answer does not name this bill' }
  }

  const readBills = (given: readonly unknown[]): readonly HisBill[] =>
    given.flatMap((each) => {
      const { value, faults } = checkBill(each)
      if (faults.length === 0) return [value]
      log('warn', 'his.bill-invalid', { faults: faults.slice(0, 10).map(faultText) })
      return []
    })

  return {
    list: async (body) => {
      const answer = await ask('listBills', '', body)
      if (answer.kind !== 'done') return answer
      const { value, faults } = hisChecks.listBills(answer.value)
      if (faults.length === 0) return { kind: 'done', value: readBills(value.bills) }
      log('warn', 'his.answer-invalid', { interface: 'listBills', faults: faults.map(faultText) })
      return { kind: 'unclear', reason: 'the answer is no list of bills' }
    },
    lock: (billId, body) => askOfBill('lockBill', billId, body),
    book: (billId, body) => askOfBill('bookBill', billId, body),
    unlock: (billId, body) => askOfBill('unlockBill', billId, body),
    close: () => agent?.destroy(),
  }
}
