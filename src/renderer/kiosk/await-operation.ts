// Owns waiting for an operation that the agent answered with 202: it goes on there, and is asked for by its number.
import type { Answer, Refusal } from '../../contract/local-api/answer.ts'
import { agentAway, callAgent } from '../shared/call-agent.ts'
import { pause } from '../shared/pause.ts'

const unfinished: ReadonlySet<string> = new Set(['OPERATION_RUNNING', 'OUTCOME_UNKNOWN', agentAway, 'TOO_MANY_WAITS'])
const againAfterMs = 1_000

/** The final answer, or the last one before the time ran out. Ends at once when the signal does. */
export const awaitOperation = async <Data>(
  first: Answer<Data & Refusal>,
  withinMs: number,
  signal: AbortSignal,
): Promise<Answer<Data & Refusal>> => {
  const { operationId } = first.data
  const untilMs = performance.now() + withinMs
  let answer = first
  while (operationId !== undefined && unfinished.has(answer.code) && performance.now() < untilMs && !signal.aborted) {
    const askedMs = performance.now()
    answer = await callAgent<Data>('GET', `/v1/operations/${operationId}?wait=20`, { signal })
    if (performance.now() - askedMs < againAfterMs) await pause(againAfterMs, signal)
  }
  return answer
}
