// Owns which decodes wait for a scan right now, so that a window which asks twice gets the one scan, and not the next patient's.
// Memory only: after a crash nobody waits.
import { canonicalJsonText } from '../../../contract/check/json-text.ts'
import { isSameCaller } from '../../../core/domain/words/called-by.ts'
import type { CalledBy } from '../../../core/domain/order/entries.ts'
import type { Scanner } from '../base/ports.ts'

export type AskedScan = {
  readonly by: CalledBy
  /** undefined: the library drives its own. */
  readonly scanner: Scanner | undefined
  /** All of table 1 that was asked with: operator, office, business type. */
  readonly data: object
}

export type WaitingDecodes = {
  /** The operation that waits for the same scan: same token, user and terminal session, same scanner, same fields. */
  readonly find: (asked: AskedScan) => string | undefined
  /** Returns what ends the waiting; harmless when it has ended. */
  readonly add: (operationId: string, asked: AskedScan) => () => void
}

const isSame = (one: AskedScan, other: AskedScan): boolean =>
  one.scanner === other.scanner &&
  isSameCaller(one.by, other.by) &&
  one.by.session === other.by.session &&
  canonicalJsonText(one.data) === canonicalJsonText(other.data)

export const createWaitingDecodes = (): WaitingDecodes => {
  const waiting = new Map<string, AskedScan>()
  return {
    find: (asked) => [...waiting].find(([, other]) => isSame(other, asked))?.[0],
    add: (operationId, asked) => {
      waiting.set(operationId, asked)
      return () => {
        waiting.delete(operationId)
      }
    },
  }
}
