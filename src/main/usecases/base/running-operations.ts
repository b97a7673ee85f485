// Owns which operations run right now, so that a repeat joins instead of sending again (RULES 2.2). Memory only: after a
// crash nothing runs, and following/watch-orders.ts says so in the journal.

export type RunningOperations = {
  /** Runs the work under its id; whoever asks for the id meanwhile waits for the same work. */
  readonly start: (operationId: string, work: () => Promise<void>) => Promise<void>
  /** The running work; undefined when there is none. It rejects when the work failed. */
  readonly find: (operationId: string) => Promise<void> | undefined
  readonly ids: () => readonly string[]
  /** How many run now. */
  readonly count: () => number
  /** Resolves when nothing runs any more. */
  readonly drain: () => Promise<void>
}

export const createRunningOperations = (): RunningOperations => {
  const running = new Map<string, Promise<void>>()
  return {
    start: (operationId, work) => {
      const promise = work().finally(() => running.delete(operationId))
      running.set(operationId, promise)
      return promise
    },
    find: (operationId) => running.get(operationId),
    ids: () => [...running.keys()],
    count: () => running.size,
    drain: async () => {
      await Promise.allSettled(running.values())
    },
  }
}
