// Owns the end of a run: nothing is killed any more, everything is reachable. The payers pay what waits for them, the HIS
// books what it missed, and asks for everything it was ever told, once more.
import { setTimeout as pause } from 'node:timers/promises'
import { readDayReport, readRecord } from '../checker/read-answer.ts'
import type { DayReport, LastRecord, Transcript } from '../checker/transcript.ts'
import type { Question } from './processes/recording-his.ts'
import { needsPerson, readOperation, readOrder, text, type Fields } from './ask-until-final.ts'
import type { Desk } from './ask-as-planned.ts'
import { abandonQuestion } from './pay-at-kiosk.ts'

const atOnce = 4
const againMs = 150
const dayMs = 24 * 3_600_000
const shanghaiMs = 8 * 3_600_000

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

/** The cash that an order still owes. */
const returnCash = (medOrgOrd: string, { legs, refundableCash }: Fields, number: number): Question => {
  const appRefdSn = `R${medOrgOrd}-end${number}`
  const { feeSumamt } = legs as Fields
  return {
    verb: 'refund',
    medOrgOrd,
    key: appRefdSn,
    method: 'POST',
    path: `/v1/orders/${medOrgOrd}/refunds`,
    body: { appRefdSn, refdType: 'CASH', totlRefdAmt: feeSumamt, cashRefdAmt: refundableCash },
  }
}

const waitsForPayer: ReadonlySet<unknown> = new Set(['placing', 'pending', 'cashPending', 'halfDone'])

const bringToEnd = async (desk: Desk, medOrgOrd: string, atKiosk: boolean): Promise<LastRecord> => {
  let refunds = 0
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
      const isLate = needsPerson(answer) || performance.now() > deadlineMs
      if (data['next'] === 'refundCash') await desk.his.ask(returnCash(medOrgOrd, data, ++refunds))
      // What was paid at a kiosk the agent books by itself, or calls a person; and nobody stands there any more.
      else if (atKiosk && isEnded && isUnbooked && !isLate) await pause(againMs)
      else if (atKiosk && isEnded && data['state'] === 'uploaded' && !isLate)
        await desk.his.ask(abandonQuestion(medOrgOrd, 'abandon#end'))
      else if (isEnded && isUnbooked && !atKiosk) await book(desk, medOrgOrd)
      else if (isEnded || isLate) return readRecord(medOrgOrd, answer)
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

/** The reports of yesterday, today and tomorrow in Shanghai: a run takes less than a day. */
const readDays = async ({ his }: Desk): Promise<readonly DayReport[]> => {
  const days: DayReport[] = []
  for (const offDays of [-1, 0, 1]) {
    const date = new Date(Date.now() + shanghaiMs + offDays * dayMs).toISOString().slice(0, 10)
    const { data } = await his.read(`/v1/reports/day?date=${date}`)
    days.push(readDayReport(data))
  }
  return days
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
  const atKiosk = new Set(
    his.events.flatMap((event) => (event.what === 'asked' && event.verb === 'kioskStart' ? [event.medOrgOrd] : [])),
  )
  await inParallel([...new Set(asked.values())], async (medOrgOrd) => {
    records.push(await bringToEnd(desk, medOrgOrd, atKiosk.has(medOrgOrd)))
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
  const days = await readDays(desk)
  return { transcript: { events: his.events, records, attention, days }, reasons }
}
