// Owns the verdict over a whole history: the HIS's transcript against the center's ledger. It knows nothing of the agent but
// what the agent answered.
import { judgeAnswers } from './answer-rules.ts'
import { judgeDays } from './day-rules.ts'
import { judgeEnds } from './end-rules.ts'
import { judgeBills, type Bills } from './bill-rules.ts'
import type { Ledger } from './ledger.ts'
import { judgeMoney } from './money-rules.ts'
import { isAnswered, readCalls } from './read-calls.ts'
import type { Transcript } from './transcript.ts'
import { countViolations, type Counts, type Violation } from './violation.ts'

export type Verdict = Counts & {
  readonly orders: number
  /** How many orders stand on the list that needs a person: no violation, but somebody's work. */
  readonly attention: number
  readonly violations: readonly Violation[]
}

const noBills: Bills = { bills: [], freedTooEarly: [] }

/**
 * Checks a history (docs/evidence.md says what each count means). Throws an Error when the transcript contradicts itself,
 * which is a fault of whoever wrote it down.
 */
export const checkHistory = (transcript: Transcript, ledger: Ledger, bills: Bills = noBills): Verdict => {
  const calls = readCalls(transcript)
  const violations = [
    ...judgeMoney(ledger, calls),
    ...judgeAnswers(calls.filter(isAnswered)),
    ...judgeEnds(transcript, ledger, calls),
    ...judgeDays(transcript, ledger),
    ...judgeBills(bills, transcript, ledger),
  ]
  const orders = new Set(calls.map(({ asked }) => asked.medOrgOrd)).size
  return { orders, attention: transcript.attention.length, ...countViolations(violations), violations }
}
