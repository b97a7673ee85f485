// Owns random choices that a seed repeats.

export type SeededRandom = {
  /** A whole number from `from` to `to`, both included. */
  readonly integer: (from: number, to: number) => number
  /** True in `share` of the cases. */
  readonly chance: (share: number) => boolean
  readonly pick: <Value>(values: readonly [Value, ...Value[]]) => Value
}

/** Mulberry32: small, fast, and the same on every machine. `seed`: any numbers. */
export const createSeededRandom = (...seed: readonly number[]): SeededRandom => {
  let state = seed.reduce((sum, part) => Math.imul(sum ^ part, 0x9e3779b1) + 0x7f4a7c15, 0x1234567)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    integer,
    chance: (share) => next() < share,
    pick: (values) => values[integer(0, values.length - 1)] ?? values[0],
  }
}
