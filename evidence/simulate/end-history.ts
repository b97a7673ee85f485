// Owns the end of a history: nothing goes wrong any more. Payers pay what waits for them, the HIS takes back what nobody will
// pay and books what it missed, time runs on, and everything that was ever told is asked for once more.
import type { ApiAnswer } from '../checker/read-answer.ts'
import { readRecord } from '../checker/read-answer.ts'
import type { Ledger } from '../checker/ledger.ts'
import type { DayReport, LastRecord, Transcript } from '../checker/transcript.ts'
import { needsPerson, readOperation, readOrder } from './ask-until-final.ts'
import { questionOf, type Desk } from './ask-as-planned.ts'
import type { HistoryPlan } from './plan-history.ts'
import { returnCash } from './refund-as-planned.ts'
import { text } from './world/virtual-his.ts'

const firstPauseMs = 30_000
const longestPauseMs = 30 * 60_000
/** Some thirty hours: past the end of any day. */
const atMostLooks = 70
const patientLooks = 4
/** What is under way arrives within it: the line's slowest message, the attempts to tell the HIS of a bill (some six minutes). */
const arrivedMs = 10 * 60_000
const atMostReadings = 30
const dayMs = 24 * 3_600_000
/** The agent asks about settled orders once a day. */
const sweptMs = dayMs + 2 * 3_600_000
const shanghaiMs = 8 * 3_600_000

const ended: ReadonlySet<string> = new Set([
  '',
  'new',
  'uploaded',
  'paid',
  'refunded',
  'partlyRefunded',
  'revoked',
  'failed',
])
const waitsForPayer: ReadonlySet<string> = new Set(['placing', 'pending', 'cashPending', 'halfDone'])

/** What a hospital does with an order that does not move by itself. */
const push = async ({ his, payer }: Desk, medOrgOrd: string, { data }: ApiAnswer, look: number): Promise<void> => {
  const state = text(data['state'])
  if (!waitsForPayer.has(state)) return
  if (payer.payNow(text(data['payOrdId']))) return
  // He never opened the page, or there is nothing to pay: the window takes the bill back.
  if (look < patientLooks || (state !== 'pending' && state !== 'cashPending')) return
  const payOrdId = text(data['payOrdId'])
  await his.ask(questionOf({ medOrgOrd }, 'revocation', 'revocation#end', 'revocation', { payOrdId }))
}

const book = (medOrgOrd: string) => questionOf({ medOrgOrd }, 'booking', 'booking#end', 'booking', { success: true })

const bringToEnd = async (desk: Desk, medOrgOrd: string, atKiosk: boolean, refresh: boolean): Promise<LastRecord> => {
  const { his } = desk
  let last: ApiAnswer | undefined
  for (let look = 0; look < atMostLooks; look += 1) {
    const answer = await readOrder(his, medOrgOrd, refresh)
    last = answer ?? last
    const isRead = answer?.code === '0' || answer?.code === 'ORDER_NOT_FOUND'
    if (answer !== undefined && isRead) {
      const { data } = answer
      const state = text(data['state'])
      const isUnbooked = state === 'paid' && data['booking'] === null
      // What was paid at a kiosk the agent books by itself, or calls a person.
      const waits = isUnbooked && atKiosk && !needsPerson(answer)
      if (isUnbooked && !atKiosk) await his.ask(book(medOrgOrd))
      else if (data['next'] === 'refundCash') await his.ask(returnCash(medOrgOrd, data, `end${look}`))
      else if ((ended.has(state) && data['next'] !== 'wait' && !waits) || needsPerson(answer))
        return readRecord(medOrgOrd, answer)
      else await push(desk, medOrgOrd, answer, look)
    }
    await his.pause(Math.min(longestPauseMs, firstPauseMs * 1.5 ** look))
  }
  if (last === undefined) throw new Error(`the agent never answered for ${medOrgOrd}`)
  return readRecord(medOrgOrd, last)
}

/** Until the agent answers. */
const insist = async <Value>({ his }: Desk, read: () => Promise<Value | undefined>): Promise<Value> => {
  for (;;) {
    const value = await read()
    if (value !== undefined) return value
    await his.pause(firstPauseMs)
  }
}

/** The dates of Shanghai from the day before the history began to the day after now: the PC's clock may be wrong by hours. */
const datesSince = (startWallMs: number): readonly string[] => {
  const dates: string[] = []
  for (let atMs = startWallMs - dayMs; atMs <= Date.now() + dayMs; atMs += dayMs) {
    dates.push(new Date(atMs + shanghaiMs).toISOString().slice(0, 10))
  }
  return dates
}

/** Brings every order to its end and gives the finished transcript. `readLedger`: the center's books as they are now. */
export const endHistory = async (
  desk: Desk,
  { orders: plans, startWallMs, quietEnd }: HistoryPlan,
  readLedger: () => Ledger,
): Promise<Transcript> => {
  const { his } = desk
  const atKiosk = new Set(plans.flatMap((plan) => (plan.atKiosk ? [plan.medOrgOrd] : [])))
  const asked = new Map<number, string>()
  const operations = new Map<string, string>()
  for (const event of his.events) {
    if (event.what === 'asked') asked.set(event.call, event.medOrgOrd)
    if (event.what === 'answered' && event.operationId !== '') {
      operations.set(event.operationId, asked.get(event.call) ?? '')
    }
  }
  const orders = new Set(asked.values())
  if (quietEnd) await his.pause(sweptMs)
  const bringAllToEnd = async (): Promise<readonly LastRecord[]> => {
    const records: LastRecord[] = []
    for (const medOrgOrd of orders) records.push(await bringToEnd(desk, medOrgOrd, atKiosk.has(medOrgOrd), !quietEnd))
    return records
  }
  let records = await bringAllToEnd()
  // While others are read, the agent takes back what nobody placed (RULES 4.7): the last reading is one during which nothing moved
  // at the center.
  for (let reading = 1, before = ''; before !== JSON.stringify(readLedger()); reading += 1) {
    if (reading > atMostReadings) throw new Error('the center never comes to rest')
    before = JSON.stringify(readLedger())
    await his.pause(arrivedMs)
    records = await bringAllToEnd()
  }
  for (const [operationId, medOrgOrd] of operations) await readOperation(his, medOrgOrd, operationId)
  const attention = await insist(desk, his.readAttention)
  const days: DayReport[] = []
  for (const date of datesSince(startWallMs)) days.push(await insist(desk, () => his.readDay(date)))
  return { events: his.events, records, attention, days }
}
