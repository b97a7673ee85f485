// Owns whose an operation is: the token's, and of a decode the operating-system user's too, because two users of one terminal
// server may share a token but not their patients. Who called is found in api/callers.
import type { CalledBy, OrderEntry } from './entries.ts'

/** The same token and the same user. What the system could not tell is a user of its own, never everybody. */
export const isSameCaller = (one: CalledBy, other: CalledBy): boolean =>
  one.caller === other.caller && one.osUser === other.osUser

/** True when this token uploaded the order, accepted or not: then it may see what became of it without the scope to read. */
export const madeOrder = (entries: readonly OrderEntry[], caller: string): boolean =>
  entries.some((entry) => entry.kind === 'intent' && entry.verb === 'upload' && entry.facts.by?.caller === caller)
