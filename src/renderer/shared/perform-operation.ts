// Owns following one operation to its end: a call that the agent answers 202 is asked about by its number until it is known
// what became of it. Whoever gives up waiting ends the wait alone, never the operation.
import type { Answer, Refusal } from '../../contract/local-api/answer.ts'
import { agentAway, callAgent, cancelled } from './call-agent.ts'

const pauseWhileAwayMs = 1_000
const open: ReadonlySet<string> = new Set(['OPERATION_RUNNING', 'OUTCOME_UNKNOWN'])

export type PerformOptions = {
  readonly signal?: AbortSignal
  /** Called whenever the answer is still open, with it. */
  readonly tellOpen?: (answer: Answer<Refusal>) => void
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseWhileAwayMs))

/**
 * The final answer to `POST path`, however long it takes; also OPERATION_QUEUED, which the agent ends by itself later. Without
 * an operation number the first answer is the last, AGENT_AWAY among them.
 */
export const performOperation = async <Data>(
  path: string,
  body: object,
  { signal, tellOpen }: PerformOptions = {},
): Promise<Answer<Data & Refusal>> => {
  const options = signal === undefined ? {} : { signal }
  let answer = await callAgent<Data>('POST', path, { body, ...options })
  const { operationId } = answer.data
  if (operationId === undefined) return answer
  while (open.has(answer.code) || answer.code === agentAway) {
    if (open.has(answer.code)) tellOpen?.(answer)
    else await pause()
    answer = await callAgent<Data>('GET', `/v1/operations/${operationId}?wait=20`, options)
    if (answer.code === cancelled) return answer
  }
  return answer
}
