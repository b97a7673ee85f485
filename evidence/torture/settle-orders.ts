// Owns the end of a run: nothing is killed any more, everything is reachable. The payers pay what waits for them, the HIS
// books what it missed, and asks for everything it was ever told, once more.
import { setTimeout as pause } from 'node:timers/promises'
import { readRecord } from '../checker/read-answer.ts'
import type { LastRecord, Transcript } from '../checker/transcript.ts'
import { needsPerson, readOperation, readOrder, text, type Fields } from './ask-until-final.ts'
import type { Desk } from './play-order.ts'

const atOnce = 4
const againMs = 150

/** Nothing moves here any more by itself. */
const ended: ReadonlySet<string> = new Set([
  'new',
  'uploaded',
  'paid',
  'refunded',
  'partlyRefunded',
  'revoked',
  'failed',
  'needsPerson',
])

const inParallel = async <Value>(values: readonly Value[], work: (value: Value) => Promise<void>): Promise<void> => {
  const left = [...values]
  const worker = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) await work(next)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const book = ({ his }: Desk, medOrgOrd: string) =>
  his.ask({
    verb: 'booking',
    medOrgOrd,
    key: 'booking',
    method: 'POST',
    path: `/v1/orders/${medOrgOrd}/booking`,
    body: { success: true },
  })

const waitsForPayer: ReadonlySet<unknown> = new Set(['placing', 'pending', 'cashPending', 'halfDone'])

const bringToEnd = async (desk: Desk, medOrgOrd: string): Promise<LastRecord> => {
  const deadlineMs = performance.now() + desk.his.patienceMs
  for (;;) {
    const answer = await readOrder(desk.his, medOrgOrd, true)
    if (answer !== undefined) {
      const { data } = answer
      const isRead = answer.code === '0' || answer.code === 'ORDER_NOT_FOUND'
      // What the agent still does by itself (`next: wait`) is not over yet.
      const isAtRest = ended.has(text(data['state'])) && data['next'] !== 'wait'
      const isEnded = isRead && (data['state'] === undefined || isAtRest)
      const isUnbooked = data['state'] === 'paid' && data['booking'] === null
      if (isEnded && isUnbooked) await book(desk, medOrgOrd)
      else if (isEnded || needsPerson(answer) || performance.now() > deadlineMs) return readRecord(medOrgOrd, answer)
      if (waitsForPayer.has(data['state'])) await payWaiting(desk, data)
    }
    await pause(againMs)
  }
}

const payWaiting = async ({ center, his }: Desk, { payOrdId, medOrgOrd, way }: Fields): Promise<void> => {
  if (await center.payer(text(payOrdId), { action: 'pay' })) return
  if (way !== 'cashier') return
  // He never opened the page: nobody will pay, and the window takes the bill back.
  const number = text(medOrgOrd)
  await his.ask({
    verb: 'revocation',
    medOrgOrd: number,
    key: 'revocation#end',
    method: 'POST',
    path: `/v1/orders/${number}/revocation`,
    body: { payOrdId: text(payOrdId) },
  })
}

export type Settled = {
  readonly transcript: Transcript
  /** Reason -> how many orders need a person for it; an order may have several. */
  readonly reasons: ReadonlyMap<string, number>
}

/** Brings every order to its end and gives the finished transcript. */
export const settleOrders = async (desk: Desk): Promise<Settled> => {
  const { his } = desk
  const asked = new Map<number, string>()
  const operations = new Map<string, string>()
  for (const event of his.events) {
    if (event.what === 'asked') asked.set(event.call, event.medOrgOrd)
    if (event.what === 'answered' && event.operationId !== '') {
      operations.set(event.operationId, asked.get(event.call) ?? '')
    }
  }
  const records: LastRecord[] = []
  await inParallel([...new Set(asked.values())], async (medOrgOrd) => {
    records.push(await bringToEnd(desk, medOrgOrd))
  })
  await inParallel([...operations], async ([operationId, medOrgOrd]) => {
    await readOperation(his, medOrgOrd, operationId)
  })
  const { data } = await his.read('/v1/attention')
  const waiting = data['orders'] as readonly Fields[]
  const attention = waiting.map((order) => text(order['medOrgOrd']))
  const reasons = new Map<string, number>()
  for (const { reason } of waiting.flatMap((order) => order['reasons'] as readonly Fields[])) {
    reasons.set(text(reason), (reasons.get(text(reason)) ?? 0) + 1)
  }
  return { transcript: { events: his.events, records, attention }, reasons }
}
