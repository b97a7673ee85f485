// Owns the one error class that crosses module borders. Its texts are error-table.ts; when an error is raised it does not know.
import { errorTable, type ErrorCode } from './error-table.ts'

/** Extra facts for the caller. Never a name, an id number, a token or a secret (I9). */
export type ErrorDetail = Readonly<Record<string, unknown>>

/**
 * The one error that crosses module borders. `message` is the Chinese text, with `addition` after a colon.
 * Adapters wrap a foreign error once (`cause`), api/ translates once.
 */
export class AgentError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail | undefined
  readonly addition: string | undefined

  constructor(code: ErrorCode, options: { addition?: string; detail?: ErrorDetail; cause?: unknown } = {}) {
    const text = errorTable[code].zh
    super(options.addition === undefined ? text : `${text}: ${options.addition}`, { cause: options.cause })
    this.name = 'AgentError'
    this.code = code
    this.detail = options.detail
    this.addition = options.addition
  }
}
