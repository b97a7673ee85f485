// Owns what is known of the way to the center: whether it can be reached at all, and whether what it answers is the center's. It
// decides nothing about an order.
import type { CenterStanding } from '../../contract/local-api/status.ts'
import { AgentError } from '../domain/errors.ts'
import type { Center, CenterAnswer, Clock, Timers } from './ports.ts'
import type { InterfaceCode } from '../../contract/interfaces.ts'

export type CenterLink = {
  /** True after a request that could not be sent, until something gets through again. */
  readonly isDown: () => boolean
  /** Looks again when it was down. For callers who would otherwise be refused because of something long past. */
  readonly check: () => Promise<void>
  /** Looks whether a connection opens, unless the center's last word is good: what nobody asks for is known all the same. */
  readonly look: () => Promise<void>
  /** Throws CENTER_UNREACHABLE when it is down: a patient is not made to wait for nothing. */
  readonly assertUp: () => void
  readonly standing: () => CenterStanding
  /** How far the center's clock was ahead of ours when it last signed an answer, milliseconds; undefined before. */
  readonly clockAheadMs: () => number | undefined
}

/** One answer may be lost on a bad line; three in a row are no accident. */
export const doubtfulAfter = 3

const lookEveryMs = 30_000

/** Looks now and again until the returned function is called. */
export const keepLooking = (link: Pick<CenterLink, 'look'>, timers: Timers): (() => void) => {
  let cancel = (): void => undefined
  let isOver = false
  const look = async (): Promise<void> => {
    await link.look()
    if (!isOver) cancel = timers.after(lookEveryMs, () => void look())
  }
  void look()
  return () => {
    isOver = true
    cancel()
  }
}

/** The same center, watched: everything but "not sent" shows that the way is free, and only a verified signature who answers. */
export const watchCenter = (
  center: Center,
  clock: Pick<Clock, 'wallMs'>,
): { readonly center: Center; readonly link: CenterLink } => {
  let isDown = false
  /** False when no connection opened when last looked at; what is asked for is tried all the same. */
  let opens = true
  let isProven = false
  let failures = 0
  let clockAheadMs: number | undefined

  const learn = ({ kind, verified }: CenterAnswer<InterfaceCode>): void => {
    isDown = kind === 'notSent'
    opens = !isDown
    if (verified === undefined) {
      // What was not sent says nothing of who would have answered.
      if (!isDown) failures += 1
      return
    }
    failures = 0
    isProven = true
    if (verified.atMs !== undefined) clockAheadMs = verified.atMs - clock.wallMs()
  }

  const standing = (): CenterStanding => {
    if (isDown || !opens) return 'unreachable'
    if (failures >= doubtfulAfter) return 'doubtful'
    return isProven ? 'proven' : 'unproven'
  }

  return {
    center: {
      ...center,
      send: async (code, input) => {
        const answer = await center.send(code, input)
        learn(answer)
        return answer
      },
    },
    link: {
      isDown: () => isDown,
      check: async () => {
        if (isDown) isDown = !(await center.reach())
      },
      look: async () => {
        if (standing() !== 'proven') opens = await center.reach()
      },
      assertUp: () => {
        if (isDown) throw new AgentError('CENTER_UNREACHABLE')
      },
      standing,
      clockAheadMs: () => clockAheadMs,
    },
  }
}
