// Owns that nothing in this thread reads the real clock, waits for real time, or draws a number that the seed does not repeat:
// the code under test is the product's own, unchanged. Only for a thread that does nothing else.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import type { SeededRandom } from '../../seeded-random.ts'
import type { VirtualTime } from './virtual-time.ts'

export type Surroundings = {
  readonly time: VirtualTime
  /** The true time of day, milliseconds since the epoch. */
  readonly wallMs: () => number
  readonly random: SeededRandom
}

let surroundings: Surroundings | undefined
const here = (): Surroundings => {
  if (surroundings === undefined) throw new Error('no history is being played')
  return surroundings
}

type Handle = { readonly cancel: () => void; readonly unref: () => void }

const plan = (delayMs: number, run: () => void): Handle => ({
  cancel: here().time.current()?.after(delayMs, run) ?? (() => undefined),
  unref: () => undefined,
})
const cancel = (handle: Handle | undefined): void => handle?.cancel()

const randomBytes = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => here().random.integer(0, 255)))

/** Replaces them for good. The real ones stay reachable under `node:timers` for whoever drives virtual time. */
export const replaceGlobals = (): void => {
  Date.now = () => here().wallMs()
  Object.assign(globalThis, {
    setTimeout: (run: () => void, delayMs = 0) => plan(delayMs, run),
    setImmediate: (run: () => void) => plan(0, run),
    clearTimeout: cancel,
    clearImmediate: cancel,
  })
  Object.assign(timersPromises, {
    setTimeout: (delayMs: number) => new Promise<void>((resolve) => plan(delayMs, resolve)),
    setImmediate: () => new Promise<void>((resolve) => plan(0, resolve)),
  })
  Object.assign(crypto, { randomBytes, randomInt: (below: number) => here().random.integer(0, below - 1) })
  syncBuiltinESMExports()
}

/** What the replaced globals act on from now on. */
export const enterHistory = (next: Surroundings): void => {
  surroundings = next
}
