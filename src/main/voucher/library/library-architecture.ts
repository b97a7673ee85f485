// Owns what a library's or program's header says about the machine it is for (PE and ELF).
// It does not load anything, and does not decide what to do about a mismatch (library-faults.ts).
import { closeSync, openSync, readSync } from 'node:fs'
import { assertRegular } from '../../files/read-regular.ts'

export type Machine = 'ia32' | 'x64' | 'arm64' | 'loong64' | 'other'

export type Architecture = {
  readonly format: 'pe' | 'elf'
  readonly bits: 32 | 64
  readonly machine: Machine
  /** A DLL or shared object (position-independent programs count as one in ELF). */
  readonly shared: boolean
}

// The PE header's place is written in the file; real ones lie within the first few hundred bytes.
const headerBytes = 4096

const peMachines: Readonly<Record<number, Machine>> = { 0x14c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' }
const elfMachines: Readonly<Record<number, Machine>> = { 3: 'ia32', 62: 'x64', 183: 'arm64', 258: 'loong64' }

/** The architecture in a file's first bytes; undefined when they are neither PE nor ELF. Never throws. */
export const parseArchitecture = (bytes: Uint8Array): Architecture | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.byteLength >= 0x40 && view.getUint16(0, true) === 0x5a4d) return parsePe(view)
  if (view.byteLength >= 20 && view.getUint32(0) === 0x7f454c46) return parseElf(view)
  return undefined
}

const parsePe = (view: DataView): Architecture | undefined => {
  const at = view.getUint32(0x3c, true)
  if (at + 26 > view.byteLength || view.getUint32(at, true) !== 0x00004550) return undefined
  return {
    format: 'pe',
    bits: view.getUint16(at + 24, true) === 0x20b ? 64 : 32,
    machine: peMachines[view.getUint16(at + 4, true)] ?? 'other',
    shared: (view.getUint16(at + 22, true) & 0x2000) !== 0,
  }
}

const parseElf = (view: DataView): Architecture => {
  const littleEndian = view.getUint8(5) !== 2
  return {
    format: 'elf',
    bits: view.getUint8(4) === 2 ? 64 : 32,
    machine: elfMachines[view.getUint16(18, littleEndian)] ?? 'other',
    shared: view.getUint16(16, littleEndian) === 3,
  }
}

/**
 * The architecture of a file; undefined when it is neither PE nor ELF.
 * @throws the system's error (ENOENT, EACCES, EISDIR) when it cannot be read
 */
export const readArchitecture = (path: string): Architecture | undefined => {
  const bytes = Buffer.alloc(headerBytes)
  assertRegular(path)
  const file = openSync(path, 'r')
  try {
    return parseArchitecture(bytes.subarray(0, readSync(file, bytes, 0, headerBytes, 0)))
  } finally {
    closeSync(file)
  }
}
