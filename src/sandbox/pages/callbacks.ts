// Owns sending 6302 to the hospital: its forms, bounded retries, the record of what the hospital answered.
// When an order is settled is settlement.ts.
import { request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Channel } from '../channel/channel.ts'
import type { CallbackTarget } from '../options.ts'
import { type CallbackAttempt, type Delivery, type Order, recordEvent } from '../ledger/order.ts'
import { describeAmounts, describeSettlement } from '../ledger/settlement-fields.ts'
import { formatMoment } from '../shanghai-time.ts'

/** How often and how long the center tries; the real schedule is not published. */
const retryDelaysMs: readonly number[] = [300, 1500]
const attemptTimeoutMs = 10_000
const maxAnswerBytes = 64 * 1024
const maxRecords = 100

export type Callbacks = {
  readonly target: () => CallbackTarget | undefined
  /** Changes where 6302 goes from now on; undefined: nowhere. */
  readonly aim: (target: CallbackTarget | undefined) => void
  /** Starts delivering 6302, after what runs now has answered; nothing when it goes nowhere. */
  readonly deliver: (order: Order) => Delivery | undefined
  /** Sends 6302 once more, now. */
  readonly sendOnce: (order: Order) => Promise<CallbackAttempt | undefined>
}

type Answer = { readonly status: number; readonly text: string }

const postJson = (url: string, body: Buffer, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length }
    const outgoing = request(url, { method: 'POST', agent: false, headers, signal }, (incoming) => {
      const parts: Buffer[] = []
      let size = 0
      incoming.on('data', (part: Buffer) => {
        size += part.length
        if (size > maxAnswerBytes) outgoing.destroy(new Error('the answer is too large'))
        parts.push(part)
      })
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }))
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

const amountFields = new Set(['feeSumamt', 'ownpayAmt', 'psnAcctPay', 'fundPay', 'deposit'])
const withNumbers = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, amountFields.has(name) ? Number(value) : (value as unknown)]),
  )

/** The hospital's own result out of {code, msg, data: {success, message}} (002, table 277). */
const readAnswer = (text: string): Pick<CallbackAttempt, 'success' | 'message'> => {
  try {
    const { code, data } = JSON.parse(text) as { code?: unknown; data?: { success?: unknown; message?: unknown } }
    const message = typeof data?.message === 'string' ? data.message : undefined
    if (String(code) !== '0' || typeof data?.success !== 'boolean') return { success: undefined, message }
    return { success: data.success, message }
  } catch {
    return { success: undefined, message: undefined }
  }
}

export const createCallbacks = (
  channel: Channel,
  settings: { readonly orgName: string },
  firstTarget: CallbackTarget | undefined,
  closing: AbortSignal,
): Callbacks => {
  let target = firstTarget

  const attempt = async (order: Order, { url, form, amounts }: CallbackTarget): Promise<CallbackAttempt> => {
    const fields = { ...describeSettlement(order, settings.orgName), ...describeAmounts(order, 'ownpayAmt') }
    const inNumbers = form.startsWith('plain') && amounts !== 'strings'
    const body = channel.sealNotification(inNumbers ? withNumbers(fields) : fields, form)
    const at = formatMoment(Date.now())
    let record: CallbackAttempt
    try {
      const signal = AbortSignal.any([closing, AbortSignal.timeout(attemptTimeoutMs)])
      const { status, text } = await postJson(url, body, signal)
      record = { at, status, ...readAnswer(text) }
    } catch (error) {
      record = {
        at,
        status: undefined,
        success: undefined,
        message: error instanceof Error ? error.message : undefined,
      }
    }
    if (order.callbacks.length < maxRecords) order.callbacks.push(record)
    recordEvent(order, `6302 sent, the hospital said ${String(record.success ?? record.status ?? 'nothing')}`)
    return record
  }

  const insist = async (order: Order, to: CallbackTarget, first: Promise<CallbackAttempt>): Promise<boolean> => {
    let { success } = await first
    for (const delayMs of retryDelaysMs) {
      if (success === true) break
      await wait(delayMs, undefined, { signal: closing })
      success = (await attempt(order, to)).success
    }
    return success === true
  }

  return {
    target: () => target,
    aim: (next) => {
      target = next
    },
    deliver: (order) => {
      const to = target
      if (to === undefined) return undefined
      const first = new Promise((resolve) => setImmediate(resolve)).then(() => attempt(order, to))
      // Only closing rejects; whoever waits then learns that nothing was acknowledged.
      order.delivery = { first: first.then(() => undefined), done: insist(order, to, first).catch(() => false) }
      return order.delivery
    },
    sendOnce: async (order) => (target === undefined ? undefined : attempt(order, target)),
  }
}
