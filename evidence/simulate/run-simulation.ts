// Owns a whole run: shares the histories out among worker threads and adds up what they found.
import { Worker } from 'node:worker_threads'
import { violationKinds, type Counts } from '../checker/violation.ts'
import type { Share, ToldHistory, WorkerMessage } from './simulate-worker.ts'

export type SimulationOptions = Omit<Share, 'every'> & {
  readonly workers: number
  readonly onPlayed?: (histories: number) => void
}

export type SimulationRun = Counts & {
  readonly histories: number
  readonly orders: number
  readonly attention: number
  readonly crashes: number
  readonly seconds: number
  /** Those that failed, or all when all were asked for, by number. */
  readonly broken: readonly ToldHistory[]
}

/** A history leaves much garbage and keeps nothing: a larger nursery is emptied less often. */
const youngMb = 64

const workerFile = new URL('simulate-worker.ts', import.meta.url)
const cipherFile = new URL('quick/replace-cipher.ts', import.meta.url).href

const runWorker = (share: Share, onMessage: (message: WorkerMessage) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(workerFile, {
      workerData: share,
      execArgv: ['--import', cipherFile],
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    })
    worker.on('message', onMessage)
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`a worker ended with ${code}`))
    })
  })

/** Plays the histories `from` to `to`. Rejects when the agent throws what is no answer, or a history has no end. */
export const runSimulation = async (options: SimulationOptions): Promise<SimulationRun> => {
  const { workers, onPlayed, ...share } = options
  const startedMs = performance.now()
  const sums: Record<string, number> = {}
  const broken: ToldHistory[] = []
  const onMessage = (message: WorkerMessage): void => {
    if (message.kind === 'told') {
      broken.push(message.history)
      return
    }
    for (const [name, count] of Object.entries(message.counts)) sums[name] = (sums[name] ?? 0) + count
    onPlayed?.(sums['histories'] ?? 0)
  }
  await Promise.all(
    Array.from({ length: workers }, (_, at) =>
      runWorker({ ...share, from: share.from + at, every: workers }, onMessage),
    ),
  )
  const sum = (name: string): number => sums[name] ?? 0
  return {
    ...(Object.fromEntries(violationKinds.map((kind) => [kind, sum(kind)])) as Counts),
    histories: sum('histories'),
    orders: sum('orders'),
    attention: sum('attention'),
    crashes: sum('crashes'),
    seconds: (performance.now() - startedMs) / 1000,
    broken: broken.toSorted((one, other) => one.number - other.number),
  }
}
