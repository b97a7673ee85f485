// Owns reading a file that a setting or a folder names: a regular one, no larger than its limit. A device, a pipe or a socket would
// keep the whole agent waiting, or never end. What is wrong is thrown as the system throws: an error with a code.
import { closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs'

/** Certificates, secrets, tokens and whatever else a person writes. */
export const maxNamedBytes = 1024 * 1024

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code })

const assertIs = (stats: Stats, path: string, maxBytes: number): void => {
  if (stats.isDirectory()) throw failure('EISDIR', path)
  if (!stats.isFile()) throw failure('ENOTREG', path)
  if (stats.size > maxBytes) throw failure('EFBIG', path)
}

/** Before it is opened: opening is enough to set off some devices. Throws as `readRegularFile`. */
export const assertRegular = (path: string, maxBytes = Infinity): void => {
  assertIs(statSync(path), path, maxBytes)
}

/** Throws the system's error, ENOTREG for what is no regular file, or EFBIG. */
export const readRegularFile = (path: string, maxBytes = maxNamedBytes): Buffer => {
  assertRegular(path, maxBytes)
  // Windows has no such flag, and no pipes among its files.
  const file = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0))
  try {
    const stats = fstatSync(file)
    assertIs(stats, path, maxBytes)
    // Of what the kernel makes up (/proc) the size is 0.
    const bytes = Buffer.alloc((stats.size || maxBytes) + 1)
    let length = 0
    for (let more = 1; more > 0 && length < bytes.length; length += more) {
      more = readSync(file, bytes, length, bytes.length - length, null)
    }
    // It grew while it was read.
    if (length === bytes.length) throw failure('EFBIG', path)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}
