// Owns the errors of the HTTP framework that a caller can cause, as ours. Any other foreign error is INTERNAL.
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'

const ours: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'REQUEST_BROKEN',
  // QUERY, which the framework knows and no address of ours.
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'ROUTE_NOT_FOUND',
  // The peer left in the middle of its body: nobody reads the answer, and it is no fault of ours to log.
  ECONNRESET: 'REQUEST_BROKEN',
}

/** The error as an AgentError where it is one or the caller's fault; undefined when it is ours. */
export const asAgentError = (error: unknown): AgentError | undefined => {
  if (error instanceof AgentError) return error
  const { code, statusCode = 0 } = (error ?? {}) as { readonly code?: unknown; readonly statusCode?: number }
  const isCallers = statusCode >= 400 && statusCode < 500
  const errorCode =
    typeof code === 'string' && Object.hasOwn(ours, code) ? ours[code] : isCallers ? 'REQUEST_BROKEN' : undefined
  return errorCode === undefined ? undefined : new AgentError(errorCode)
}
