// Owns the one error table: code -> what the cashier reads, English, the engineer's hint, what a caller may do. HTTP status codes
// are api/answers/http-status.ts, the error class is errors.ts.
import { accessErrors } from './access-errors.ts'
import { callErrors } from './call-errors.ts'
import { machineErrors } from './machine-errors.ts'

export const errorTable = { ...callErrors, ...accessErrors, ...machineErrors }

export type ErrorCode = keyof typeof errorTable
