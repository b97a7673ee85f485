// Owns what shall happen to one order of a run: its money, its way, its end, and what goes wrong on the way. The same seed
// plans the same orders, whatever happens in between.
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
}

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
  const scripts = planTroubles(random, way, ending)
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
    scripts: split === 'mixed' ? scripts : [{ split }, ...scripts],
  }
}
