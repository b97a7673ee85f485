// Owns what is known of the way to the center: whether it can be reached at all. It decides nothing about an order.
import { AgentError } from '../domain/errors.ts'
import type { Center } from './ports.ts'

export type CenterLink = {
  /** True after a request that could not be sent, until something gets through again. */
  readonly isDown: () => boolean
  /** Looks again when it was down. For callers who would otherwise be refused because of something long past. */
  readonly check: () => Promise<void>
  /** Throws CENTER_UNREACHABLE when it is down: a patient is not made to wait for nothing. */
  readonly assertUp: () => void
}

/** The same center, watched: everything but "not sent" shows that the way is free. */
export const watchCenter = (center: Center): { readonly center: Center; readonly link: CenterLink } => {
  let isDown = false
  return {
    center: {
      ...center,
      send: async (code, input) => {
        const answer = await center.send(code, input)
        isDown = answer.kind === 'notSent'
        return answer
      },
    },
    link: {
      isDown: () => isDown,
      check: async () => {
        if (isDown) isDown = !(await center.reach())
      },
      assertUp: () => {
        if (isDown) throw new AgentError('CENTER_UNREACHABLE')
      },
    },
  }
}
