// Owns waiting for another program that holds the journal's file before something is written that must not be lost: the answer to
// what was already sent. What is refused instead, so that nothing begins, is the API's.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Journal } from './ports.ts'

/** Longer than any backup or scanner holds a file; after it the order is followed as after a crash. */
const atMostMs = 60_000
const atMostTries = 20

const isHeld = (error: unknown): boolean => error instanceof AgentError && error.code === 'JOURNAL_BUSY'

/** Runs the write now, or when the file is free. Throws what it throws, JOURNAL_BUSY only when nobody lets go in time. */
export const writeWhenFree = async <Value>(journal: Pick<Journal, 'free'>, write: () => Value): Promise<Value> => {
  for (let tries = 1; ; tries++) {
    try {
      return write()
    } catch (error) {
      if (!isHeld(error) || tries >= atMostTries) throw error
      await journal.free(atMostMs)
    }
  }
}
