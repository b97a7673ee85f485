// Owns telling a native module that this system cannot load: it is neither a full disk nor a damaged journal.
import { AgentError } from '../../../core/domain/errors/errors.ts'

/** The C library of this system, e.g. `glibc 2.31`; "" where there is none to name. */
const systemLibrary = (): string => {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined ? '' : `本机 glibc ${header.glibcVersionRuntime}`
}

/** ADDON_UNLOADABLE for what the loader of native modules threw; undefined for any other error. */
export const addonFault = (error: unknown): AgentError | undefined => {
  if (!(error instanceof Error)) return undefined
  const isFromLoader = (error as NodeJS.ErrnoException).code === 'ERR_DLOPEN_FAILED'
  if (!isFromLoader && !error.message.startsWith('Could not locate the bindings file')) return undefined
  const [line = ''] = error.message.split('\n')
  const addition = ['better-sqlite3', line, systemLibrary()].filter((part) => part !== '').join('; ')
  return new AgentError('ADDON_UNLOADABLE', { addition, cause: error })
}
