// Owns what is known of the way to the center: whether it can be reached at all, and whether what it answers is the center's. It
// decides nothing about an order.
import type { CenterStanding } from '../../../contract/local-api/status.ts'
import { judgeAnswer, type CenterDoubt } from '../../../core/domain/words/center-doubt.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Center, CenterAnswer, Clock, Timers } from './ports.ts'
import type { InterfaceCode } from '../../../contract/interfaces.ts'

export type CenterLink = {
  /** True after a request that could not be sent, until something gets through again. */
  readonly isDown: () => boolean
  /** Looks again when it was down. For callers who would otherwise be refused because of something long past. */
  readonly check: () => Promise<void>
  /**
   * Looks whether a connection opens, unless the center's last word is good: what nobody asks for is known all the same, and what
   * waits for the center goes on. `unsure` after one that did not: look again soon.
   */
  readonly look: () => Promise<'sure' | 'unsure'>
  /** Throws CENTER_UNREACHABLE when it is down: a patient is not made to wait for nothing. */
  readonly assertUp: () => void
  readonly standing: () => CenterStanding
  /** Why, while it or some of its interfaces are doubtful: what the last answer showed; undefined otherwise. */
  readonly doubt: () => CenterDoubt | undefined
  /** How far the center's clock was ahead of ours when it last signed an answer, milliseconds; undefined before. */
  readonly clockAheadMs: () => number | undefined
}

/** One answer may be lost on a bad line; three in a row are no accident. */
export const doubtfulAfter = 3

const lookEveryMs = 30_000
const lookAgainMs = 2_000

/** Looks now and again until the returned function is called. */
export const keepLooking = (link: Pick<CenterLink, 'look'>, timers: Timers): (() => void) => {
  let cancel = (): void => undefined
  let isOver = false
  const look = async (): Promise<void> => {
    const seen = await link.look()
    if (!isOver) cancel = timers.after(seen === 'sure' ? lookEveryMs : lookAgainMs, () => void look())
  }
  void look()
  return () => {
    isOver = true
    cancel()
  }
}

/** A connection that does not open once may be a slow first handshake; twice in a row is no accident. */
const closedAfter = 2

const orderIn = (input: object): string => {
  const { payOrdId, medOrgOrd } = input as { readonly payOrdId?: string; readonly medOrgOrd?: string }
  return payOrdId ?? medOrgOrd ?? ''
}

/**
 * The same center, watched: everything but "not sent" shows that the way is free; that it works, only a verified answer that did what
 * was asked, or refused one order.
 */
export const watchCenter = (
  center: Center,
  clock: Pick<Clock, 'wallMs'>,
): { readonly center: Center; readonly link: CenterLink } => {
  let isDown = false
  /** How often in a row no connection opened when looked at; what is asked for is tried all the same. */
  let closed = 0
  let isProven = false
  let failures = 0
  /** Whose refusals nobody knows, since the last answer that showed that the center works. */
  const strangers = new Set<string>()
  let doubt: CenterDoubt | undefined
  /** Failures in a row by interface: 6301, asked all the time, hides none of the others'. */
  const failing = new Map<InterfaceCode, { readonly times: number; readonly doubt: CenterDoubt }>()
  let clockAheadMs: number | undefined

  const learn = (code: InterfaceCode, order: string, answer: CenterAnswer<InterfaceCode>): void => {
    const { kind, verified } = answer
    isDown = kind === 'notSent'
    closed = isDown ? closedAfter : 0
    // What was not sent says nothing of who would have answered.
    if (isDown) return
    if (verified?.atMs !== undefined) clockAheadMs = verified.atMs - clock.wallMs()
    const judged = judgeAnswer(answer, verified !== undefined)
    if (judged.says === 'works') {
      failures = 0
      strangers.clear()
      failing.delete(code)
      isProven = true
    }
    if (judged.says !== 'doubt') return
    doubt = judged.doubt
    // A signed refusal ends what was lost before it: the line and the keys are good.
    if (judged.perOrder) failures = strangers.add(order).size
    else {
      failures += 1
      const times = (failing.get(code)?.times ?? 0) + 1
      // The last one stands last.
      failing.delete(code)
      failing.set(code, { times, doubt })
    }
  }

  const doubtOfSome = (): CenterDoubt | undefined => {
    const some = [...failing].filter(([, { times }]) => times >= doubtfulAfter)
    const last = some.at(-1)?.[1].doubt
    return last && { ...last, only: some.map(([code]) => code).toSorted() }
  }

  const standing = (): CenterStanding => {
    if (isDown || closed >= closedAfter) return 'unreachable'
    if (failures >= doubtfulAfter) return 'doubtful'
    return isProven && closed === 0 ? 'proven' : 'unproven'
  }

  return {
    center: {
      ...center,
      send: async (code, input) => {
        const answer = await center.send(code, input)
        learn(code, orderIn(input), answer)
        return answer
      },
    },
    link: {
      isDown: () => isDown,
      check: async () => {
        if (isDown) isDown = !(await center.reach())
      },
      look: async () => {
        if (standing() !== 'proven') {
          const opens = await center.reach()
          if (opens) isDown = false
          closed = opens ? 0 : closed + 1
        }
        return closed === 1 ? 'unsure' : 'sure'
      },
      assertUp: () => {
        if (isDown) throw new AgentError('CENTER_UNREACHABLE')
      },
      standing,
      doubt: () => (standing() === 'doubtful' ? doubt : doubtOfSome()),
      clockAheadMs: () => clockAheadMs,
    },
  }
}
