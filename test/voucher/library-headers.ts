// Makes the first bytes of libraries for other machines; they are headers only and cannot be loaded.

const peMachines = { ia32: 0x14c, x64: 0x8664 } as const
const elfMachines = { ia32: 3, x64: 62, arm64: 183, loong64: 258 } as const

/** A DLL's header, with the PE part at byte `at`. */
export const makePe = (machine: keyof typeof peMachines, at = 0x80): Buffer => {
  const bytes = Buffer.alloc(at + 0x100)
  bytes.write('MZ')
  bytes.writeUInt32LE(at, 0x3c)
  bytes.write('PE', at)
  bytes.writeUInt16LE(peMachines[machine], at + 4)
  bytes.writeUInt16LE(0x2000, at + 22)
  bytes.writeUInt16LE(machine === 'x64' ? 0x20b : 0x10b, at + 24)
  return bytes
}

/** A shared object's header. */
export const makeElf = (machine: keyof typeof elfMachines): Buffer => {
  const bytes = Buffer.alloc(64)
  bytes.write('\x7fELF', 'latin1')
  bytes[4] = machine === 'ia32' ? 1 : 2
  bytes[5] = 1
  bytes.writeUInt16LE(3, 16)
  bytes.writeUInt16LE(elfMachines[machine], 18)
  return bytes
}
