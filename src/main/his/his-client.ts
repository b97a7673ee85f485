// Owns the wire to the HIS's bills: one short request each, with a deadline, a size limit and no redirect, and what the answer
// means. Addresses and schemas are contract/his-bills.ts; when to ask, the use cases say.
import type { Fault } from '../../contract/check/check.ts'
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
import { createTransport } from '../http/transport.ts'
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

/** What of an answer is not as agreed: where, never what stands there, nor a key that only the HIS has. */
const inFields = (faults: readonly Fault[]): { readonly count: number; readonly paths: readonly string[] } => ({
  count: faults.length,
  paths: faults.flatMap(({ path, name }) => (name === '' ? [] : [path])),
})

/** The HIS as configured; never throws for what the network or the HIS does. */
export const createHisClient = (
  { baseUrl, token, ca, timeoutMs }: HisSettings,
  extraFields: ExtraFields,
  log: Log,
): HisBills => {
  const checkBill = billCheckOf(extraFields)
  const transport = createTransport({
    baseUrl,
    ca,
    maxReplyBytes: maxAnswerBytes,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  })

  const ask = async (name: HisInterface, billId: string, body: object): Promise<HisAnswer<unknown>> => {
    const path = hisInterfaces[name].path.replace('{billId}', billId)
    const reply = await transport.post(path, Buffer.from(JSON.stringify(body)), { fresh: true, timeoutMs })
    if (reply.kind !== 'reply') {
      log('warn', 'his.unclear', { interface: name, reason: reply.reason })
      return { kind: reply.kind === 'notSent' ? 'notSent' : 'unclear', reason: reply.reason }
    }
    const { status } = reply
    const value = tryParse(reply.body.toString('utf8'))
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
    log('warn', 'his.answer-invalid', { interface: name, ...inFields(faults) })
    return { kind: 'unclear', reason: 'the answer does not name this bill' }
  }

  const readBills = (items: readonly unknown[]): readonly HisBill[] =>
    items.flatMap((item) => {
      const { value, faults } = checkBill(item)
      if (faults.length === 0) return [value]
      log('warn', 'his.bill-invalid', inFields(faults))
      return []
    })

  return {
    list: async (body) => {
      const answer = await ask('listBills', '', body)
      if (answer.kind !== 'done') return answer
      const { value, faults } = hisChecks.listBills(answer.value)
      if (faults.length === 0) return { kind: 'done', value: readBills(value.bills) }
      log('warn', 'his.answer-invalid', { interface: 'listBills', ...inFields(faults) })
      return { kind: 'unclear', reason: 'the answer is no list of bills' }
    },
    lock: (billId, body) => askOfBill('lockBill', billId, body),
    book: (billId, body) => askOfBill('bookBill', billId, body),
    unlock: (billId, body) => askOfBill('unlockBill', billId, body),
    close: transport.close,
  }
}
