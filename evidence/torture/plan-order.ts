// Owns what shall happen to one order of a run: its money, its way, its end, and what goes wrong on the way. The same seed
// plans the same orders, whatever happens in between.
import type { HisFault } from '../../src/sandbox/his/his-faults.ts'
import { createSeededRandom, type SeededRandom } from '../seeded-random.ts'

export type Way = 'placement' | 'bankPlacement' | 'cashierUrl'

/** What becomes of an order if nothing prevents it. */
export type Ending =
  | 'leaveUploaded'
  | 'revokeUploaded'
  | 'revokePlaced'
  | 'uploadAnew'
  | 'keep'
  | 'refundAll'
  | 'refundCash'
  | 'refundInsurance'
  | 'insuranceFails'

export type OrderPlan = {
  readonly medOrgOrd: string
  readonly lines: number
  readonly lineFen: number
  readonly split: 'mixed' | 'insurance' | 'zeroInsurance'
  readonly way: Way
  readonly ending: Ending
  /** Cash is paid before the insurance settles. */
  readonly paysInHalves: boolean
  readonly bookingFails: boolean
  /** Questions that are asked once more after their answer came. */
  readonly asksAgain: boolean
  /** Refunds and revocations may wait while the center cannot be reached. */
  readonly mayWait: boolean
  /** Scripts of the center (docs/sandbox.md). */
  readonly scripts: readonly object[]
  /** At 15 the cash stays with the center: 16. */
  readonly cashStays: boolean
  /** Once a refund is done the HIS asks for it again with blanks around its number, as CHAR(40) columns give it. */
  readonly padsRepeats: boolean
  /** The staff gives money back in the center's portal; `after`: so many refunds of the HIS's. */
  readonly portal: { readonly ordStas: string; readonly after: number } | undefined
  /** A patient pays a bill of the HIS at the kiosk; undefined: a window does. */
  readonly kiosk: KioskPlan | undefined
}

export type KioskPlan = {
  /** Which of the stub's bills. */
  readonly bill: 0 | 1 | 2
  readonly givesUp: 'never' | 'forGood' | 'andComesBack'
  /** What goes wrong on the agent's way to the HIS, whoever's bill it then is. */
  readonly faults: readonly HisFault[]
}

const faultsOfHis = [
  { lostReply: true },
  { lostReply: true },
  { status: 500 },
  { status: 500, acted: true },
  { slowMs: 300 },
  { slowMs: 1_500 },
  { status: 503, times: 3 },
] as const
const calls = ['listBills', 'lockBill', 'bookBill', 'unlockBill'] as const

const planKiosk = (random: SeededRandom): KioskPlan => ({
  bill: random.pick<KioskPlan['bill']>([0, 0, 1, 2]),
  givesUp: random.pick<KioskPlan['givesUp']>(['never', 'never', 'never', 'never', 'forGood', 'andComesBack']),
  faults: random.chance(0.5) ? [{ interface: random.pick(calls), ...random.pick(faultsOfHis) }] : [],
})

type Strangers = Pick<OrderPlan, 'cashStays' | 'padsRepeats' | 'portal' | 'kiosk'>

/** What no refund of ours can have led to, its answer lost or not: nobody could tell anything else apart by its status. */
const planPortal = (random: SeededRandom, ending: Ending, split: OrderPlan['split']): OrderPlan['portal'] => {
  if (!random.chance(0.2) || split !== 'mixed') return undefined
  switch (ending) {
    case 'keep':
      return { ordStas: random.pick(['7', '8', '9', '10']), after: 0 }
    case 'refundAll':
      return { ordStas: random.pick(['9', '10']), after: 0 }
    case 'refundInsurance':
      return { ordStas: random.pick(['7', '9', '10']), after: 0 }
    case 'refundCash':
      return { ordStas: random.pick(['7', '8']), after: random.integer(0, 1) }
    default:
      return undefined
  }
}

/** Drawn apart, so that every other plan stays what it was for its seed. */
const planStrangers = (random: SeededRandom, ending: Ending, split: OrderPlan['split']): Strangers => ({
  kiosk: random.chance(0.25) ? planKiosk(random) : undefined,
  cashStays: random.chance(0.5),
  padsRepeats: random.chance(0.3),
  portal: planPortal(random, ending, split),
})

const seedOfStrangers = 0x57

/** Longer than the agent waits for an answer. */
const tooSlowMs = 2_000
/** Well within what the agent grants the center for processing. */
const lateMs = 250

/** What may go wrong with a call that acts. */
const troubles = [
  { lostReply: true },
  { lostReply: true },
  { lostReply: true },
  { lostRequest: true },
  { status: { code: 503, acted: true } },
  { status: { code: 500 } },
  { garbage: true },
  { wrongSignature: true },
  { wrongAppId: true },
  { slow: { delayMs: tooSlowMs } },
  { slow: { delayMs: lateMs, acts: 'late' } },
  { unsignedRefusal: true },
  { decline: { code: '500', message: '测试拒绝' } },
  { closeIdle: true },
  { minimalReply: true },
] as const satisfies readonly [object, ...object[]]

const ofPlacing = [{ processingDelayMs: 400 }, { wrongPayOrdId: true }] as const
const ofRefunds = [
  { refund: 'EXP' },
  { refund: 'EXP' },
  { refund: 'FAIL' },
  { replay: true },
  { oldTimestamp: true },
  { refund: 'EXP', lostReply: true },
] as const

const interfaceOf = { placement: '6202', bankPlacement: '6205', cashierUrl: '6301' } as const

const refundEndings: ReadonlySet<Ending> = new Set(['refundAll', 'refundCash', 'refundInsurance'])

const planTroubles = (random: SeededRandom, way: Way, ending: Ending): readonly object[] => {
  const scripts: object[] = []
  const add = (code: string, choices: readonly object[]): void => {
    const [first = {}, ...rest] = choices
    scripts.push({ interface: code, ...random.pick([first, ...rest]) })
  }
  if (random.chance(0.15)) add('6201', troubles)
  if (random.chance(0.35)) add(interfaceOf[way], way === 'placement' ? [...troubles, ...ofPlacing] : troubles)
  if (random.chance(0.08)) add('6301', troubles)
  if (refundEndings.has(ending) && random.chance(0.5)) add('6203', [...troubles, ...ofRefunds])
  if (ending.startsWith('revoke') && random.chance(0.3)) add('6401', troubles)
  return scripts
}

/** The plan of the order with this number in a run with this seed. */
export const planOrder = (seed: number, number: number): OrderPlan => {
  const random = createSeededRandom(seed, number)
  const way = random.pick<Way>(['placement', 'placement', 'placement', 'placement', 'bankPlacement', 'cashierUrl'])
  const ending = random.pick<Ending>([
    'leaveUploaded',
    'revokeUploaded',
    'revokePlaced',
    'uploadAnew',
    'keep',
    'keep',
    'refundAll',
    'refundAll',
    'refundAll',
    'refundCash',
    'refundCash',
    'refundInsurance',
    'insuranceFails',
  ])
  const split = random.pick<OrderPlan['split']>(['mixed', 'mixed', 'insurance', 'zeroInsurance'])
  const besides = createSeededRandom(seed, number, seedOfStrangers)
  const strangers = planStrangers(besides, ending, split)
  const isEarly = way === 'placement' && besides.chance(0.15)
  const scripts = [
    ...(isEarly ? [{ interface: '6202', callbackFirst: true }] : []),
    ...planTroubles(random, way, ending),
  ]
  return {
    medOrgOrd: `T${seed}-${number}`,
    lines: random.integer(1, 4),
    lineFen: random.integer(101, 99_999),
    split,
    way,
    ending,
    paysInHalves: random.chance(0.1),
    bookingFails: random.chance(0.05),
    asksAgain: random.chance(0.2),
    mayWait: random.chance(0.3),
    ...strangers,
    scripts: split === 'mixed' || strangers.kiosk !== undefined ? scripts : [{ split }, ...scripts],
  }
}
