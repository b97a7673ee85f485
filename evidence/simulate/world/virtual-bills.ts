// Owns the kiosk's side of the HIS in a history: the stub's own bills, and the line on which the agent asks for them. It sees
// what no answer shows: a bill that is free for others while its money may still move.
import type { HisBill } from '../../../src/contract/his-bills.ts'
import type { HisAnswer, HisBills } from '../../../src/main/usecases/base/ports.ts'
import type { OrderPicture } from '../../../src/sandbox/ledger/ledger.ts'
import { BillRefused, createBillLedger, type BillPicture } from '../../../src/sandbox/his/bill-ledger.ts'
import { inventBill } from '../../../test/fixtures/invented-bill.ts'
import type { SeededRandom } from '../../seeded-random.ts'
import type { AgentLife } from '../agent-life.ts'
import type { HistoryTrace } from './history-trace.ts'
import type { HistoryPlan, OrderPlan } from '../plan-history.ts'
import type { VirtualCenter } from './virtual-center.ts'
import type { Scope, VirtualTime } from './virtual-time.ts'

export type VirtualBills = {
  /** The port for one life of the agent. */
  readonly connect: (agent: Scope, life: AgentLife) => HisBills
  readonly picture: () => readonly BillPicture[]
  /** medOrgOrd of every order whose bill was let go while the center worked on its payment, or held its money. */
  readonly freedTooEarly: () => readonly string[]
}

export const billIdOf = ({ medOrgOrd }: { readonly medOrgOrd: string }): string => `BILL-${medOrgOrd}`

/** The agent's own limit for one question to the HIS. */
const timeoutMs = 5_000
const refusedMs = 20
const latestMs = 20_000

/** `arrivesAfterMs`: it has its effect then, also when nobody waits for it any more; undefined: never. */
type Fate = {
  readonly arrivesAfterMs: number | undefined
  readonly answer: 'whole' | 'lost' | 'broken' | 'notSent'
  readonly answerAfterMs: number
}

const drawFate = (random: SeededRandom, trouble: number): Fate => {
  const quickMs = (): number => random.integer(5, 400)
  const lateMs = (): number => random.integer(400, latestMs)
  const fine: Fate = { arrivesAfterMs: quickMs(), answer: 'whole', answerAfterMs: quickMs() }
  if (!random.chance(trouble)) return fine
  return random.pick<Fate>([
    { ...fine, arrivesAfterMs: undefined, answer: 'notSent' },
    { ...fine, arrivesAfterMs: undefined, answer: 'lost' },
    { ...fine, answer: 'lost' },
    { ...fine, answer: 'broken' },
    { ...fine, arrivesAfterMs: lateMs(), answer: 'broken' },
    { ...fine, arrivesAfterMs: lateMs() },
    { ...fine, answerAfterMs: lateMs() },
  ])
}

const billOf = (plan: OrderPlan) => {
  const { medOrgOrd, bill, lines, lineFen } = plan
  return {
    billId: billIdOf(plan),
    medOrgOrd,
    title: '门诊处方',
    department: '测试内科',
    amountFen: lines * lineFen,
    split: undefined,
    upload: { ...inventBill({ medOrgOrd: bill, lines, lineFen }), medOrgOrd },
  }
}

/** Given back, revoked, failed with the cash returned. */
const chargesNobody: ReadonlySet<string> = new Set(['7', '12', '15'])
/** The insurance failed (16), and all the cash that was taken for it is back. */
const isFailed = ({ ordStas, insurance }: OrderPicture): boolean => ordStas === '9' && insurance === 'none'

export type BillsOptions = {
  readonly plan: HistoryPlan
  readonly time: VirtualTime
  readonly world: Scope
  readonly center: VirtualCenter
  readonly random: SeededRandom
  readonly trace: HistoryTrace
}

const never = <Value>(): Promise<Value> => new Promise(() => undefined)

export const createVirtualBills = ({ plan, time, world, center, random, trace }: BillsOptions): VirtualBills => {
  const own = plan.orders.filter(({ atKiosk }) => atKiosk).map(billOf)
  const ledger = createBillLedger(() => Promise.resolve(own))
  const freedTooEarly: string[] = []
  const trouble = (): number => (time.nowMs() >= plan.calmAtMs ? 0 : plan.trouble)

  /** Then nobody else may be paid for the bill. */
  const mayBeCharged = (number: string): boolean =>
    center
      .ledger()
      .orders.some(
        (order) =>
          order.medOrgOrd === number &&
          order.way !== undefined &&
          !chargesNobody.has(order.ordStas) &&
          !isFailed(order),
      )

  const unlock = (billId: string, medOrgOrd: string): void => {
    ledger.unlock(billId, medOrgOrd)
    if (mayBeCharged(medOrgOrd)) freedTooEarly.push(medOrgOrd)
  }

  const act = async <Value>(name: string, work: () => Promise<Value> | Value): Promise<HisAnswer<Value>> => {
    try {
      const value = await work()
      trace.note(() => `bills ${name}`)
      return { kind: 'done', value }
    } catch (error) {
      if (!(error instanceof BillRefused)) throw error
      trace.note(() => `bills ${name} refused ${error.code}`)
      return { kind: 'refused', code: error.code, message: error.message }
    }
  }

  const connect = (agent: Scope, life: AgentLife): HisBills => {
    const ask = <Value>(name: string, work: () => Promise<Value> | Value): Promise<HisAnswer<Value>> => {
      if (life.isOver()) return never()
      life.step('before a question to the HIS')
      const fate = drawFate(random, trouble())
      trace.note(() => `agent asks the HIS: ${name} ${JSON.stringify(fate)}`)
      const answering = new Promise<HisAnswer<Value>>((resolve) => {
        const { arrivesAfterMs, answer, answerAfterMs } = fate
        if (answer === 'notSent') agent.after(refusedMs, () => resolve({ kind: 'notSent', reason: 'ECONNREFUSED' }))
        if (answer === 'broken') agent.after(refusedMs, () => resolve({ kind: 'unclear', reason: 'ECONNRESET' }))
        agent.after(timeoutMs, () => resolve({ kind: 'unclear', reason: 'ETIMEDOUT' }))
        if (arrivesAfterMs === undefined) return
        world.after(arrivesAfterMs, () => {
          void act(name, work).then((said) => {
            if (answer === 'whole') agent.after(answerAfterMs, () => resolve(said))
          })
        })
      })
      life.step('with a question to the HIS under way')
      return answering
    }
    return {
      list: (request) => ask('list', async () => (await ledger.list(request)) as readonly HisBill[]),
      lock: (billId, { medOrgOrd }) =>
        ask(`lock ${billId}`, () => {
          ledger.lock(billId, medOrgOrd)
          return { billId }
        }),
      book: (billId, request) => ask(`book ${billId}`, () => ({ billId, ...ledger.book(billId, request) })),
      unlock: (billId, { medOrgOrd }) =>
        ask(`unlock ${billId}`, () => {
          unlock(billId, medOrgOrd)
          return { billId }
        }),
      close: () => undefined,
    }
  }

  return { connect, picture: ledger.picture, freedTooEarly: () => freedTooEarly }
}
