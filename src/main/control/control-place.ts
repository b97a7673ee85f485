// Owns where a running agent's owner-only channel is found: a small file in its data folder names it. A socket's path may not be
// long, so one that would be stands in a folder of its own; on Windows a pipe has a name nobody can guess.
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The file that names the channel. */
export const placeFile = 'control.json'

export type ControlPlace = {
  /** A Unix socket, or a pipe of Windows. */
  readonly path: string
  /** Where the agent's API and pages are. */
  readonly url: string
}

/** What the kernel takes for a socket's path, 108 bytes with the end of the text. */
const atMostPathBytes = 107

/** A new place. Its folder is its owner's alone: the data folder is, and mkdtemp makes such ones. */
export const choosePath = (dataDir: string, platform: NodeJS.Platform = process.platform): string => {
  if (platform === 'win32') return `\\\\.\\pipe\\mip-agent-${randomBytes(16).toString('hex')}`
  const path = join(dataDir, 'control.sock')
  if (Buffer.byteLength(path) <= atMostPathBytes) return path
  return join(mkdtempSync(join(tmpdir(), 'mip-agent-')), 'control.sock')
}
