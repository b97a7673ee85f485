// Owns the channel by which the owner of the machine speaks to a running agent: a Unix socket that only he can open, or a pipe of
// Windows. What is said there is the local API itself; here it listens.
import { chmodSync, lstatSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { dirname, join } from 'node:path'
import type { Log } from '../usecases/base/ports.ts'
import { choosePath, placeFile, type ControlPlace } from './control-place.ts'

const ownerOnly = 0o600

export type ControlChannel = { readonly close: () => Promise<void> }

const isOwnersAlone = (path: string): boolean => {
  const { mode, uid } = lstatSync(path)
  const folder = lstatSync(dirname(path))
  return [mode, folder.mode].every((bits) => (bits & 0o077) === 0) && uid === process.getuid?.() && folder.uid === uid
}

const listenAt = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })

/**
 * Opens the channel of an agent that holds the lock on its data folder. An agent that cannot have one works all the same, and
 * says so in its log: the administrator's token does what the channel does.
 */
export const openControlChannel = async (
  dataDir: string,
  server: Server,
  { url, log }: { readonly url: string; readonly log: Log },
): Promise<ControlChannel> => {
  const path = choosePath(dataDir)
  const file = join(dataDir, placeFile)
  const isPipe = process.platform === 'win32'
  const close = async (): Promise<void> => {
    rmSync(file, { force: true })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    if (!isPipe && dirname(path) !== dataDir) rmSync(dirname(path), { recursive: true, force: true })
  }
  try {
    // What an agent left that was killed; this one holds the folder.
    if (!isPipe) rmSync(path, { force: true })
    await listenAt(server, path)
    if (!isPipe) {
      chmodSync(path, ownerOnly)
      if (!isOwnersAlone(path)) throw new Error('the socket is not its owner’s alone')
    }
    const place: ControlPlace = { path, url }
    rmSync(file, { force: true })
    writeFileSync(file, JSON.stringify(place), { mode: ownerOnly, flag: 'wx' })
  } catch (error) {
    log('warn', 'control.unavailable', { error: (error as NodeJS.ErrnoException).code ?? 'unknown' })
    await close()
  }
  return { close }
}
