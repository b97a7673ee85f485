// Owns the facts about a library's file for doctor: what it is, whether a host here loads it, whether its dependencies are there.
// It loads nothing.
import { existsSync } from 'node:fs'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { findDependencies, type Dependencies } from './library/library-dependencies.ts'
import { describeMachine, faultOfArchitecture, inspectLibrary } from './library/library-faults.ts'
import { findFileFaults, openFault } from './library/library-file.ts'
import type { HostProgram } from './hosts/prepare-host.ts'

export type ExaminedLibrary = {
  readonly path: string
  readonly isMissing: boolean
  /** Chinese; "" when the file is a library. Rights are not judged here. */
  readonly fileFault: string
  /** Chinese; "" when a host here can load it. */
  readonly machineFault: string
  /** For example `Linux 64 位`. */
  readonly machine: string
  readonly dependencies: Dependencies | undefined
}

const dependenciesOf = (...parameters: Parameters<typeof findDependencies>): Dependencies | undefined => {
  try {
    return findDependencies(...parameters)
  } catch {
    // A header that says library with a body that says nothing: the trial start tells.
    return undefined
  }
}

/** Never throws: what is wrong is in the facts. */
export const examineLibrary = (path: string, hosts: readonly HostProgram[]): ExaminedLibrary => {
  const nothing = { path, isMissing: false, fileFault: '', machineFault: '', machine: '', dependencies: undefined }
  if (!existsSync(path)) return { ...nothing, isMissing: true }
  const fileFault = findFileFaults(path).find((fault) => fault !== openFault)
  if (fileFault !== undefined) return { ...nothing, fileFault }
  const library = inspectLibrary(path)
  if (library instanceof AgentError) return { ...nothing, fileFault: library.message }
  const fits = hosts.some(({ format, machine }) => format === library.format && machine === library.machine)
  if (!fits) return { ...nothing, machineFault: faultOfArchitecture(path, library, hosts).message }
  return { ...nothing, machine: describeMachine(library), dependencies: dependenciesOf(path, library) }
}
