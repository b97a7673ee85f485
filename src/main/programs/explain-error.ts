// Owns what a person reads when the agent does not start: the error, each fault of the configuration, what to do.
import { errorTable } from '../../core/domain/errors/error-table.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'

/** Lines for a terminal or a dialog, Chinese first. An error of another kind is a fault of the program: its stack. */
export const explainError = (error: unknown): readonly string[] => {
  if (!(error instanceof AgentError)) return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  const faults = (error.detail?.['faults'] ?? []) as readonly string[]
  const { en, hint } = errorTable[error.code]
  return [`[${error.code}] ${error.message}`, ...faults.map((fault) => `  - ${fault}`), `处理: ${hint}`, en]
}
