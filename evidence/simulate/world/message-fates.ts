// Owns what happens to one message to the center and to its answer. Drawing it is all that is done here; carrying it out is
// unreliable-line.ts.
import type { InterfaceCode } from '../../../src/contract/interfaces.ts'
import type { SeededRandom } from '../../seeded-random.ts'

/** How the request fares. `arrivesAfterMs`: each entry is one arrival, so two are a duplicate; none: it is lost. */
type Request = { readonly arrivesAfterMs: readonly number[] }

/** How the answer to the first arrival fares. */
type Reply =
  /** It comes as it was sent. */
  | 'whole'
  /** It never comes: the agent waits for as long as it waits. */
  | 'lost'
  /** The connection breaks: the agent knows at once that it does not know. */
  | 'broken'
  /** Something comes that nobody can read or verify. */
  | 'garbled'
  /** Only the fields of identity and outcome. */
  | 'minimal'
  /** An old answer to another request of this interface, byte for byte. */
  | 'replayed'

export type Fate =
  | { readonly kind: 'notSent' }
  /** Somebody between here and the center refuses, without a signature; the center never sees it. */
  | { readonly kind: 'refusedUnsigned' }
  | { readonly kind: 'refusedSigned' }
  | ({ readonly kind: 'sent'; readonly reply: Reply; readonly replyAfterMs: number } & Request)

const quickMs = (random: SeededRandom): number => random.integer(5, 400)

/** Within what the agent grants the center for processing (RULES 3.5), or "not placed" would be believed too early. */
const latestMs = 200_000
/** An upload that arrives after it was revoked would be a new order that nobody knows: it moves no money. */
const latestUploadMs = 25_000

/** Where it matters most, most goes wrong: questions and uploads move no money. */
const shareOf = (code: InterfaceCode, trouble: number): number =>
  code === '6301' || code === '6201' ? trouble / 2 : trouble

const fine = (random: SeededRandom): Fate => ({
  kind: 'sent',
  arrivesAfterMs: [quickMs(random)],
  reply: 'whole',
  replyAfterMs: quickMs(random),
})

/** Their replies name no order, so that an old one could be taken for the new one's (RULES 3.7). */
const namesNoOrder: ReadonlySet<InterfaceCode> = new Set(['6203', '6205', '6401'])

/** The fate of one message; `trouble`: the share of those that go wrong. */
export const drawFate = (random: SeededRandom, code: InterfaceCode, trouble: number): Fate => {
  if (namesNoOrder.has(code) && random.chance(trouble / 3)) {
    return { kind: 'sent', arrivesAfterMs: [], reply: 'replayed', replyAfterMs: quickMs(random) }
  }
  if (!random.chance(shareOf(code, trouble))) return fine(random)
  const late = (): number => random.integer(1_000, code === '6201' ? latestUploadMs : latestMs)
  const sent = (arrivesAfterMs: readonly number[], reply: Reply, replyAfterMs = quickMs(random)): Fate => ({
    kind: 'sent',
    arrivesAfterMs,
    reply,
    replyAfterMs,
  })
  return random.pick<() => Fate>([
    () => ({ kind: 'notSent' }),
    () => ({ kind: 'refusedUnsigned' }),
    () => ({ kind: 'refusedSigned' }),
    () => sent([], 'lost'),
    () => sent([], 'broken'),
    () => sent([quickMs(random)], 'lost'),
    () => sent([quickMs(random)], 'lost'),
    () => sent([quickMs(random)], 'broken'),
    () => sent([quickMs(random)], 'garbled'),
    () => sent([quickMs(random)], 'minimal'),
    () => sent([quickMs(random)], 'whole', random.integer(1_000, 60_000)),
    () => sent([late()], 'whole'),
    () => sent([late()], 'lost'),
    () => sent([quickMs(random), late()], 'whole'),
    () => sent([quickMs(random), quickMs(random)], 'broken'),
  ])()
}
