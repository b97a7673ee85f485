// Owns how a thing is measured: rounds in which every candidate runs once, so that whatever else the machine does hits
// all of them, and the numbers taken from the samples. What is measured is the parts' own business.

export type Samples = readonly number[]

const quantile = (samples: Samples, share: number): number => {
  const sorted = samples.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (samples: Samples): number => quantile(samples, 0.5)
export const p99 = (samples: Samples): number => quantile(samples, 0.99)
export const most = (samples: Samples): number => Math.max(...samples)

/** Milliseconds that the work took. */
export const timeMs = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

/** Each candidate gives one sample a call; it may do untimed work before it starts its clock. */
export type Candidates<Name extends string> = Readonly<Record<Name, () => number | Promise<number>>>

/** Runs every candidate once a round, the first one changing, after `warmUp` rounds that do not count. */
export const interleave = async <Name extends string>(
  candidates: Candidates<Name>,
  { rounds, warmUp }: { readonly rounds: number; readonly warmUp: number },
): Promise<Readonly<Record<Name, Samples>>> => {
  const names = Object.keys(candidates) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const sample = await candidates[name]()
      if (round >= 0) samples[name].push(sample)
    }
  }
  return samples
}

/** A sample lasts at least this long, so that the clock and one collection of garbage do not decide it. */
const sampleMs = 2

/** A candidate of a short synchronous work: microseconds a call, over as many calls as fill a sample. */
export const everyCallUs = (work: () => void): (() => number) => {
  let calls = 1
  return () => {
    const startedMs = performance.now()
    for (let call = 0; call < calls; call++) work()
    const elapsedMs = performance.now() - startedMs
    const usPerCall = (elapsedMs * 1000) / calls
    calls = Math.max(1, Math.ceil((calls * sampleMs) / Math.max(elapsedMs, 0.001)))
    return usPerCall
  }
}
