// Owns whether a process's memory grows: the slope of a straight line through what was sampled.

export type MemorySample = { readonly cases: number; readonly megabytes: number }

/** Least squares, megabytes per 10,000 cases; NaN for fewer than two samples. */
export const slopePerTenThousand = (samples: readonly MemorySample[]): number => {
  const count = samples.length
  const meanCases = samples.reduce((sum, { cases }) => sum + cases, 0) / count
  const meanMegabytes = samples.reduce((sum, { megabytes }) => sum + megabytes, 0) / count
  let above = 0
  let below = 0
  for (const { cases, megabytes } of samples) {
    above += (cases - meanCases) * (megabytes - meanMegabytes)
    below += (cases - meanCases) ** 2
  }
  return below === 0 ? Number.NaN : (above / below) * 10_000
}
