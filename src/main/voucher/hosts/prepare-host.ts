// Owns what is started for a library: the header of its file decides which host program. It starts nothing itself.
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { makeFunctionArgument } from '../../../contract/host/host-function.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { HostLaunch } from './host-process.ts'
import type { Architecture } from '../library/library-architecture.ts'
import { faultOfArchitecture, faultOfCopy, inspectLibrary } from '../library/library-faults.ts'
import type { LibraryProfile } from '../library/library-profile.ts'

/** One host program that is installed here, and the libraries that it can load. */
export type HostProgram = Pick<Architecture, 'format' | 'machine'> & {
  /** Absolute: the host itself, or a Node 24 executable. */
  readonly program: string
  /** In front of the library's path: the host's script when `program` is Node. */
  readonly arguments: readonly string[]
}

const copyName = 'mip-decoder-host'

/** The name of our copy in a library's folder, for a host of this name. */
export const nameOfCopy = (program: string): string => copyName + extname(program)

/** A copy of the host in the library's folder, fresh whenever it differs. Throws the system's error. */
const copyBeside = (program: string, folder: string): string => {
  const copy = join(folder, nameOfCopy(program))
  if (!existsSync(copy) || !readFileSync(copy).equals(readFileSync(program))) copyFileSync(program, copy)
  return copy
}

/** On Linux the loader looks beside the library only when it is told to; Windows always does. */
const searchBeside = (folder: string): Record<string, string> => {
  const before = process.env['LD_LIBRARY_PATH']
  return process.platform === 'linux' ? { LD_LIBRARY_PATH: before ? `${folder}:${before}` : folder } : {}
}

/** What to start for the library, or why it cannot be. The first of `installed` that fits is taken. */
export const prepareHost = (profile: LibraryProfile, installed: readonly HostProgram[]): HostLaunch | AgentError => {
  const { path, kind, folder, hostBesideLibrary } = profile
  // A script cannot be copied to where the vendor looks: its program stays where Node is.
  const hosts = hostBesideLibrary ? installed.filter(({ arguments: before }) => before.length === 0) : installed
  const functions = kind.functions(profile).map(makeFunctionArgument)
  const launch = ({ program, arguments: before }: HostProgram): HostLaunch => ({
    program,
    arguments: [...before, path ?? '', ...functions],
    folder,
    environment: path === undefined ? {} : searchBeside(dirname(path)),
  })
  if (path === undefined) return hosts[0] === undefined ? faultOfArchitecture('', undefined, hosts) : launch(hosts[0])
  const library = inspectLibrary(path)
  if (library instanceof AgentError) return library
  const host = hosts.find(({ format, machine }) => format === library.format && machine === library.machine)
  if (host === undefined) return faultOfArchitecture(path, library, hosts)
  if (!hostBesideLibrary) return launch(host)
  try {
    return launch({ ...host, program: copyBeside(host.program, dirname(path)) })
  } catch (cause) {
    return faultOfCopy(dirname(path), cause)
  }
}
