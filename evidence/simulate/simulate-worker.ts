// Owns a worker thread of the simulation: plays its share of the histories one after the other. The thread's clocks and random
// numbers are virtual from its first line on, which is why histories are never played in the main thread.
import { parentPort, workerData } from 'node:worker_threads'
import { describeHistory } from '../checker/describe-history.ts'
import { violationKinds, type Counts } from '../checker/violation.ts'
import { memoryFolder } from '../memory-folder.ts'
import { AgentIsDead } from './agent-life.ts'
import { replaceGlobals } from './world/replace-globals.ts'
import { createHistoryRunner, type HistoryRun } from './run-history.ts'
import type { Fault } from '../torture/agent-order.ts'

export type Share = {
  readonly seed: number
  /** The histories `from`, `from + every`, up to `to`. */
  readonly from: number
  readonly to: number
  readonly every: number
  readonly fault?: Fault
  /** Tells every history in full, not only those that fail. */
  readonly trace?: boolean
}

export type PlayedCounts = Counts & {
  readonly histories: number
  readonly orders: number
  readonly attention: number
  readonly crashes: number
}

/** A history in words. `digest`: of its whole trace. */
export type ToldHistory = {
  readonly number: number
  readonly violations: readonly string[]
  readonly lines: readonly string[]
  readonly digest: string
}

export type WorkerMessage =
  { readonly kind: 'played'; readonly counts: PlayedCounts } | { readonly kind: 'told'; readonly history: ToldHistory }

const share = workerData as Share
const atMostTold = 20

// A dead agent's code goes on until it touches a port, and nobody awaits what it did.
process.on('unhandledRejection', (error) => {
  if (!(error instanceof AgentIsDead)) throw error
})

const tell = (message: WorkerMessage): void => parentPort?.postMessage(message)

const inWords = (number: number, { verdict, transcript, ledger, trace, digest }: HistoryRun): ToldHistory => {
  const orders = new Set(verdict.violations.map(({ medOrgOrd }) => medOrgOrd))
  return {
    number,
    violations: verdict.violations.map(({ kind, sentence }) => `${kind}: ${sentence}`),
    lines: [...trace, ...[...orders].flatMap((medOrgOrd) => describeHistory(transcript, ledger, medOrgOrd))],
    digest,
  }
}

const countsOf = ({ verdict, crashes }: HistoryRun): PlayedCounts => ({
  ...(Object.fromEntries(violationKinds.map((kind) => [kind, verdict[kind]])) as Counts),
  histories: 1,
  orders: verdict.orders,
  attention: verdict.attention,
  crashes,
})

const playShare = async (): Promise<void> => {
  const { seed, from, to, every, fault, trace = false } = share
  const runner = createHistoryRunner(memoryFolder, fault)
  let described = 0
  try {
    for (let number = from; number <= to; number += every) {
      const run = await runner.run({ seed, number, trace })
      tell({ kind: 'played', counts: countsOf(run) })
      const isBroken = run.verdict.violations.length > 0
      if (!trace && (!isBroken || described >= atMostTold)) continue
      described += 1
      // The same seed plays the same history: only one that is told has to be written down.
      const again = trace ? run : await runner.run({ seed, number, trace: true })
      tell({ kind: 'told', history: inWords(number, again) })
    }
  } finally {
    runner.close()
  }
}

replaceGlobals()
await playShare()
