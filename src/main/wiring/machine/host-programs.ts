// Owns which decoder hosts this installation has, and in which order they are taken. The library's header then decides
// (voucher/hosts/prepare-host.ts).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { entryPaths } from './entry-paths.ts'
import { readArchitecture } from '../../voucher/library/library-architecture.ts'
import type { HostProgram } from '../../voucher/hosts/prepare-host.ts'

const builds = {
  win32: ['win32-x64/decoder-host.exe', 'win32-ia32/decoder-host.exe'],
  linux: ['linux-x64/decoder-host'],
} as const

/** A host written in JavaScript, run by this Node: it loads libraries of Node's own system and processor. */
export const nodeHost = (script: string): HostProgram => {
  // On systems with other headers (macOS) it loads no vendor library, but the simulated host runs.
  const { format, machine } = readArchitecture(process.execPath) ?? { format: 'elf', machine: 'other' }
  return { program: process.execPath, arguments: [script], format, machine }
}

const cHosts = (folder: string): HostProgram[] => {
  const names = process.platform === 'win32' ? builds.win32 : builds.linux
  return names.flatMap((name) => {
    const program = join(folder, name)
    const header = existsSync(program) ? readArchitecture(program) : undefined
    return header === undefined ? [] : [{ program, arguments: [], format: header.format, machine: header.machine }]
  })
}

/** Where the packaged shell's files are; plain Node has no such thing. */
const { resourcesPath: shellFolder } = process as { readonly resourcesPath?: string }

/**
 * The hosts, the preferred first. Node comes first for libraries of its own kind; inside the packaged shell it cannot be
 * one at all (its program is Electron, which does not run scripts), so the hosts in C serve every library there.
 */
export const listHostPrograms = (resources = shellFolder): readonly HostProgram[] =>
  resources === undefined
    ? [nodeHost(entryPaths.hostNode), ...cHosts(entryPaths.native)]
    : cHosts(join(resources, 'native'))
