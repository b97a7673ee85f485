// Owns whose an operation is: the token's, and of a decode the operating-system user's too, because two users of one terminal
// server may share a token but not their patients. Who called is found in api/callers.
import type { CalledBy, OrderEntry } from '../order/entries.ts'

/** In place of a uid, where the system names users and could not name this one. */
export const unnamedUser = 'unknown'

/** A user of the system; undefined where it names none (Windows), and then they are all one. */
type OsUser = CalledBy['osUser']

/** An unnamed user is nobody's equal, not even his own: it may be anybody. */
export const isSameUser = (one: OsUser, other: OsUser): boolean => one === other && one !== unnamedUser

/** The same token and the same user. */
export const isSameCaller = (one: CalledBy, other: CalledBy): boolean =>
  one.caller === other.caller && isSameUser(one.osUser, other.osUser)

/** What a refusal adds for an unnamed user, whatever he asked for. */
export const whyNotHis = (osUser: OsUser): { readonly addition?: string } =>
  osUser === unnamedUser ? { addition: '操作系统没有说出这个连接属于哪个用户, 保留的扫码结果不给它' } : {}

/** Whose token began the order last, by an upload, accepted or not, or by the lock of its bill; undefined: nobody's. */
export const makerOf = (entries: readonly OrderEntry[]): string | undefined => {
  const beginning = entries.findLast(
    (entry) => entry.kind === 'intent' && (entry.verb === 'upload' || entry.verb === 'billLock'),
  )
  return beginning?.kind === 'intent' ? beginning.facts.by?.caller : undefined
}
