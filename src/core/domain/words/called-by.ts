// Owns whose an operation is: the token's, and of a decode the operating-system user's too, because two users of one terminal
// server may share a token but not their patients. Who called is found in api/callers.
import type { CalledBy, OrderEntry } from '../order/entries.ts'

/** The same token and the same user. What the system could not tell is a user of its own, never everybody. */
export const isSameCaller = (one: CalledBy, other: CalledBy): boolean =>
  one.caller === other.caller && one.osUser === other.osUser

/** Whose token began the order last, by an upload, accepted or not, or by the lock of its bill; undefined: nobody's. */
export const makerOf = (entries: readonly OrderEntry[]): string | undefined => {
  const beginning = entries.findLast(
    (entry) => entry.kind === 'intent' && (entry.verb === 'upload' || entry.verb === 'billLock'),
  )
  return beginning?.kind === 'intent' ? beginning.facts.by?.caller : undefined
}
