// Owns what shall happen in one history: its orders, what people do, the weather on the line, crashes and clock jumps.
// The same seed and number plan the same history, whatever happens in between.
import { createSeededRandom, type SeededRandom } from '../seeded-random.ts'
import type { Behaviour } from '../../src/sandbox/script.ts'

export type Way = 'placement' | 'bankPlacement' | 'cashierUrl'
export type Ending = 'leaveUploaded' | 'revoke' | 'uploadAnew' | 'keep' | 'refundAll' | 'refundCash' | 'refundInsurance'

/** What becomes of a placed order. `afterMs` undefined: nobody pays. */
export type Payer = {
  readonly afterMs: number | undefined
  readonly act: 'pay' | 'halfThenPay' | 'half' | 'insuranceFails' | 'cashStays'
}

export type OrderPlan = {
  readonly medOrgOrd: string
  /** The patient pays a bill of the HIS at the kiosk, alone. */
  readonly atKiosk: boolean
  /** The bill: another order of the history may carry the same. */
  readonly bill: string
  readonly startMs: number
  readonly lines: number
  readonly lineFen: number
  readonly split: 'mixed' | 'insurance' | 'zeroInsurance'
  /** How long the center works on a placement without cash. */
  readonly settlesAfterMs: number
  readonly way: Way
  readonly ending: Ending
  /** When the window takes back what it placed, if nothing was paid by then. */
  readonly revokesPlacedAfterMs: number | undefined
  readonly payer: Payer
  readonly bookingFails: boolean
  /** Every question goes out twice at once. */
  readonly doubleClicks: boolean
  /** Another window asks for the same with another body, or another way, while the first works on it. */
  readonly secondWindow: boolean
  /** Asks once more what it was answered already. */
  readonly asksAgain: boolean
  /** Its refunds and revocations may wait while the center cannot be reached. */
  readonly mayWait: boolean
  /** What the staff does in the center's portal after the payment. */
  readonly portal: '7' | '8' | '9' | '10' | '14' | undefined
  readonly secondUpload: Behaviour['duplicate']
  readonly refundWishes: readonly Behaviour['refund'][]
  /** 6302 comes before the answer of 6202, which takes so long; undefined: as the line has it. */
  readonly answersAfterMs: number | undefined
  /** The portal gives money back in between the HIS's own refunds: when, after the payment. */
  readonly portalAfterMs: number | undefined
  /** Once a refund is done the HIS asks for it again with blanks around its number, as CHAR(40) columns give it. */
  readonly padsRepeats: boolean
}

export type Span = { readonly fromMs: number; readonly forMs: number }

export type HistoryPlan = {
  /** The true time at the beginning, milliseconds since the epoch. */
  readonly startWallMs: number
  readonly orders: readonly OrderPlan[]
  /** Share of the messages to the center that go wrong, and of the notices. */
  readonly trouble: number
  /** The center cannot be reached. */
  readonly outages: readonly Span[]
  /** The machine sleeps: its wall clock runs on, everything else stands. */
  readonly sleeps: readonly Span[]
  readonly jumps: readonly { readonly atMs: number; readonly byMs: number }[]
  /** Each: how many steps the agent lives after its start, or until when; and for how long it is down. */
  readonly crashes: readonly { readonly afterSteps?: number; readonly atMs?: number; readonly downMs: number }[]
  readonly confirmsByQuery: boolean
  readonly notices: boolean
  /** The center reaches 6 only by the hospital's own answer to 6302. */
  readonly ackSettles: boolean
  /** The agent returns the cash at 16 by rule. */
  readonly returnsCashAt16: boolean
  /** The agent finds by itself what there is to find: at the end nobody asks it to look at the center. */
  readonly quietEnd: boolean
  /** From here on nothing goes wrong any more. */
  readonly calmAtMs: number
  /** The PC was off for days, and is on again from here on; 0 where it was not. */
  readonly backAtMs: number
}

const secondMs = 1_000
const minuteMs = 60_000
/** Before any answer that is to come late. */
const paysAtOnceMs = 1_500
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** 2026-11-20 00:00 in Shanghai. */
const dayStartMs = Date.UTC(2026, 10, 19, 16)

const maybe = <Value>(random: SeededRandom, share: number, value: () => Value): Value | undefined =>
  random.chance(share) ? value() : undefined

const several = <Value>(count: number, make: (at: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, at) => make(at))

const planPayer = (random: SeededRandom): Payer => {
  const quickMs = random.integer(secondMs, 18 * secondMs)
  const lateMs = random.integer(20 * secondMs, 30 * minuteMs)
  return {
    afterMs: random.chance(0.85) ? quickMs : random.chance(0.5) ? lateMs : undefined,
    act: random.chance(0.75)
      ? 'pay'
      : random.pick<Payer['act']>(['halfThenPay', 'half', 'insuranceFails', 'cashStays']),
  }
}

type Besides = 'atKiosk' | 'answersAfterMs' | 'portalAfterMs' | 'padsRepeats'

type Portal = OrderPlan['portal']

/** What no refund of ours can have led to, its answer lost or not: nobody could tell anything else apart by its status. */
const toldApart = ({ ending, split }: Pick<OrderPlan, 'ending' | 'split'>): readonly [Portal, ...Portal[]] => {
  if (split !== 'mixed') return [undefined]
  switch (ending) {
    case 'refundAll':
      return ['9', '10']
    case 'refundInsurance':
      return ['7', '9', '10']
    case 'refundCash':
      return ['7', '8']
    default:
      return [undefined]
  }
}

/** What strangers do besides: drawn apart, so that every other plan stays what it was for its seed. */
const addStrangers = (random: SeededRandom, plan: Omit<OrderPlan, Exclude<Besides, 'atKiosk'>>): OrderPlan => {
  const isEarly = random.chance(0.15)
  const answersAfterMs = random.integer(5 * secondMs, 25 * secondMs)
  const [first, ...more] = toldApart(plan)
  const portal = random.pick([first, ...more])
  const isInBetween = random.chance(0.25) && portal !== undefined
  const portalAfterMs = random.integer(secondMs, 3 * minuteMs)
  const padsRepeats = random.chance(0.2)
  const keepsCash = random.chance(0.08)
  return {
    ...plan,
    payer: {
      act: keepsCash ? 'cashStays' : plan.payer.act,
      afterMs: isEarly ? paysAtOnceMs : plan.payer.afterMs,
    },
    portal: isInBetween ? portal : plan.portal,
    answersAfterMs: isEarly ? answersAfterMs : undefined,
    portalAfterMs: isInBetween ? portalAfterMs : undefined,
    padsRepeats,
  }
}

/** While the PC is off payers pay, and the portal gives back. */
const movesMeanwhile = (random: SeededRandom, plan: OrderPlan, offMs: number): OrderPlan => {
  const { payer, portal, ending } = plan
  const paysLate = random.chance(0.4)
  const afterMs = random.integer(minuteMs, offMs)
  const portalStates = random.pick<OrderPlan['portal']>(['7', '9', '10'])
  const portalAfter = random.integer(minuteMs, offMs)
  const isKept = ending === 'keep' && random.chance(0.5)
  return {
    ...plan,
    payer: paysLate ? { ...payer, afterMs } : payer,
    ...(isKept ? { portal: portal ?? portalStates, portalAfterMs: portalAfter } : {}),
  }
}

const planOrder = (random: SeededRandom, name: string, bills: readonly string[]): Omit<OrderPlan, Besides> => {
  const ending = random.pick<Ending>([
    'leaveUploaded',
    'revoke',
    'uploadAnew',
    'keep',
    'keep',
    'refundAll',
    'refundAll',
    'refundAll',
    'refundCash',
    'refundCash',
    'refundInsurance',
  ])
  const [firstBill] = bills
  return {
    medOrgOrd: name,
    bill: firstBill !== undefined && random.chance(0.15) ? firstBill : name,
    startMs: random.integer(0, 90 * secondMs),
    lines: random.integer(1, 3),
    lineFen: random.integer(101, 99_999),
    split: random.pick<OrderPlan['split']>(['mixed', 'mixed', 'insurance', 'zeroInsurance']),
    settlesAfterMs: random.chance(0.3) ? random.integer(secondMs, 2 * minuteMs) : 0,
    way: random.pick<Way>(['placement', 'placement', 'placement', 'placement', 'bankPlacement', 'cashierUrl']),
    ending,
    revokesPlacedAfterMs: maybe(random, 0.15, () => random.integer(minuteMs, 5 * minuteMs)),
    payer: planPayer(random),
    bookingFails: random.chance(0.05),
    doubleClicks: random.chance(0.1),
    secondWindow: random.chance(0.1),
    asksAgain: random.chance(0.2),
    // What the portal did cannot be told from a refund of ours whose answer was lost: never both in one order.
    portal:
      ending === 'keep'
        ? maybe(random, 0.15, () => random.pick<'7' | '8' | '9' | '10' | '14'>(['7', '8', '9', '10', '14']))
        : undefined,
    secondUpload: random.chance(0.1) ? 'refuse' : undefined,
    refundWishes: several(3, () =>
      random.pick<Behaviour['refund']>([undefined, undefined, undefined, undefined, undefined, 'EXP', 'FAIL']),
    ),
    mayWait: random.chance(0.3),
  }
}

const planOutages = (random: SeededRandom): readonly Span[] => {
  if (random.chance(0.85)) return []
  const fromMs = random.integer(0, 10 * minuteMs)
  return [{ fromMs, forMs: random.chance(0.05) ? dayMs : random.integer(5 * secondMs, 15 * minuteMs) }]
}

const planCrash = (random: SeededRandom): HistoryPlan['crashes'][number] => {
  const downMs = random.chance(0.05) ? random.integer(hourMs, 10 * hourMs) : random.integer(secondMs, 2 * minuteMs)
  // Most crashes come while something is being done.
  return random.chance(0.8)
    ? { afterSteps: random.integer(1, 40), downMs }
    : { atMs: random.integer(0, 20 * minuteMs), downMs }
}

/** The plan of the history with this number in a run with this seed. */
export const planHistory = (seed: number, number: number): HistoryPlan => {
  const random = createSeededRandom(seed, number, 1)
  // A number of its own: what is planned besides does not change with it.
  const atKiosk = createSeededRandom(seed, number, 5).chance(0.2)
  const strangers = createSeededRandom(seed, number, 7)
  const returnsCashAt16 = strangers.chance(0.5)
  const offDays = maybe(strangers, 0.05, () => ({
    atMs: strangers.integer(secondMs, 5 * minuteMs),
    downMs: strangers.integer(dayMs, 3 * dayMs),
  }))
  const whileOff = createSeededRandom(seed, number, 8)
  const quietEnd = offDays !== undefined && whileOff.chance(0.5)
  const orders: OrderPlan[] = []
  for (const at of several(random.pick([1, 1, 1, 2, 3]), (index) => index)) {
    const bills = orders.map(({ bill }) => bill)
    const plan = { ...planOrder(random, `S${number}-${at + 1}`, bills), atKiosk: atKiosk && at === 0 }
    const order = addStrangers(strangers, plan)
    orders.push(offDays === undefined ? order : movesMeanwhile(whileOff, order, offDays.downMs))
  }
  const outages = planOutages(random)
  const ends = outages.map(({ fromMs, forMs }) => fromMs + forMs)
  return {
    startWallMs: dayStartMs + random.integer(7 * hourMs, 23 * hourMs),
    orders,
    trouble: random.pick([0, 0.1, 0.2, 0.4, 0.7]),
    outages,
    sleeps: random.chance(0.9)
      ? []
      : [{ fromMs: random.integer(0, 10 * minuteMs), forMs: random.integer(minuteMs, 3 * hourMs) }],
    jumps: several(random.pick([0, 0, 0, 1, 2]), () => ({
      atMs: random.integer(0, 15 * minuteMs),
      byMs: random.pick([-1, 1]) * random.pick([secondMs, minuteMs, 20 * minuteMs, 3 * hourMs]),
    })),
    crashes: [
      ...several(random.pick([0, 0, 1, 1, 0, 2]), () => planCrash(random)),
      ...(offDays === undefined ? [] : [offDays]),
    ],
    confirmsByQuery: random.chance(0.3),
    // A notice that shall come first comes.
    notices: random.chance(0.6) || orders.some(({ answersAfterMs }) => answersAfterMs !== undefined),
    ackSettles: random.chance(0.15),
    returnsCashAt16,
    quietEnd,
    backAtMs: offDays === undefined ? 0 : offDays.atMs + offDays.downMs,
    calmAtMs: Math.max(random.integer(2 * minuteMs, 20 * minuteMs), ...ends),
  }
}
