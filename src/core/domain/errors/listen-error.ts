// Owns what the system's refusals to listen mean: their codes as errors of ours, with the address that was asked for.
import { AgentError } from './errors.ts'
import type { ErrorCode } from './error-table.ts'

const codes: Readonly<Record<string, ErrorCode>> = {
  EADDRINUSE: 'PORT_IN_USE',
  EACCES: 'PORT_REFUSED',
  EADDRNOTAVAIL: 'ADDRESS_NOT_HERE',
  ENOTFOUND: 'ADDRESS_NOT_HERE',
}

/** The error of a server that could not listen on `address`; one that says nothing of the address stays as it is. */
export const listenError = (error: unknown, address: string, detail?: Readonly<Record<string, unknown>>): unknown => {
  const code = codes[(error as { readonly code?: string }).code ?? '']
  if (code === undefined) return error
  return new AgentError(code, { addition: address, cause: error, ...(detail === undefined ? {} : { detail }) })
}
