// Owns getting an update from the hospital's own server: bounded in size and time, into a folder of the owner's, and believed
// only when size and SHA-256 are the manifest's.
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { UpdateFile } from '../../../contract/desktop/update-manifest.ts'
import { UpdateRefused } from './judge-update.ts'

const maxManifestBytes = 128 * 1024

export type FetchLimits = {
  readonly manifestWithinMs: number
  /** For a whole package over a slow line. */
  readonly downloadWithinMs: number
}

export const defaultFetchLimits: FetchLimits = { manifestWithinMs: 30_000, downloadWithinMs: 3_600_000 }

/** A body of at most `atMostBytes`, piece by piece. Throws UpdateRefused when there is more, or none. */
async function* readBody(url: string, atMostBytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // The server that the configuration names, not one it sends us to.
  const reply = await fetch(url, { signal, redirect: 'error', headers: { 'cache-control': 'no-cache' } })
  if (!reply.ok || reply.body === null) throw new UpdateRefused(`升级服务器应答 ${reply.status}`)
  let bytes = 0
  for await (const piece of reply.body as AsyncIterable<Uint8Array>) {
    bytes += piece.length
    if (bytes > atMostBytes) throw new UpdateRefused('文件超过应有的大小')
    yield piece
  }
}

/** Throws UpdateRefused, or what the network says. */
export const fetchManifest = async (url: string, limits: FetchLimits): Promise<string> => {
  const pieces: Uint8Array[] = []
  for await (const piece of readBody(url, maxManifestBytes, AbortSignal.timeout(limits.manifestWithinMs))) {
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Throws UpdateRefused unless the file on disk is the one the manifest names. */
export const assertFile = async (path: string, { size, sha256 }: UpdateFile): Promise<void> => {
  const hash = createHash('sha256')
  const handle = await open(path, 'r')
  let bytes = 0
  try {
    for await (const piece of handle.createReadStream() as AsyncIterable<Buffer>) {
      bytes += piece.length
      hash.update(piece)
    }
  } finally {
    await handle.close()
  }
  if (bytes !== size || hash.digest('hex') !== sha256) throw new UpdateRefused('安装包与清单不符 (大小或 SHA-256)')
}

const emptyFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform !== 'win32') chmodSync(folder, 0o700)
  // Of an earlier download nothing is of use: a broken one, or an older version.
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
}

/** Downloads into `folder`, which is emptied first, and returns the file's path. Leaves nothing behind when it throws. */
export const downloadFile = async (
  manifestUrl: string,
  file: UpdateFile,
  folder: string,
  limits: FetchLimits,
): Promise<string> => {
  emptyFolder(folder)
  const path = join(folder, file.name)
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      const signal = AbortSignal.timeout(limits.downloadWithinMs)
      const url = new URL(file.name, manifestUrl).href
      for await (const piece of readBody(url, file.size, signal)) await handle.writeFile(piece)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await assertFile(path, file)
    return path
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
}
