// Owns how a code ends on one line: with a terminator, or by silence where the scanner sends none. Learned from what comes; a
// scanner that ends its codes does not lose half of one because it paused.

/** Before anything is known, a pause within a code must not be taken for its end, milliseconds. */
const firstSilenceMs = 1_000
/** Half a code that is not continued within this time is given up, milliseconds. */
const giveUpMs = 3_000

export type LineEnding = {
  /** A code ended with a terminator. */
  readonly sawTerminator: () => void
  /** How long silence lasts until `onSilence` is asked. */
  readonly silenceMs: () => number
  /** The line fell silent within a code: true when that was its end, false when half of it was lost. */
  readonly endsCode: () => boolean
}

/** `idleFlushMs`: how long a scanner without terminator is silent between two codes. */
export const createLineEnding = (idleFlushMs: number): LineEnding => {
  let ending: 'unknown' | 'terminator' | 'silence' = 'unknown'
  return {
    sawTerminator: () => {
      ending = 'terminator'
    },
    silenceMs: () => {
      if (ending === 'silence') return idleFlushMs
      return Math.max(idleFlushMs, ending === 'unknown' ? firstSilenceMs : giveUpMs)
    },
    endsCode: () => {
      if (ending === 'terminator') return false
      ending = 'silence'
      return true
    },
  }
}
