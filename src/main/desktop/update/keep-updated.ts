// Owns the round of updates: look, judge, download, wait until no order is open, install. Each step is a file of its own.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { UpdateFile, UpdateTarget } from '../../../contract/desktop/update-manifest.ts'
import { assertFile, defaultFetchLimits, downloadFile, fetchManifest, type FetchLimits } from './fetch-update.ts'
import { chooseFile, compareVersions, mayInstall, openManifest } from './judge-update.ts'
import type { AgentStatus } from '../read-health.ts'

export type UpdateOptions = {
  readonly manifestUrl: string
  readonly publicKey: string
  readonly version: string
  readonly target: UpdateTarget
  /** The user's own folder of this program. */
  readonly folder: string
  readonly limits?: FetchLimits
  /** The status of the desktop's own agent; undefined: not known, and then nothing is installed. */
  readonly readStatus: () => Promise<AgentStatus | undefined>
  /** Ends the agent in order, installs, starts again. */
  readonly install: (file: string) => Promise<void>
}

export type ReadyUpdate = { readonly version: string; readonly file: UpdateFile; readonly path: string }

const seenFile = 'highest-version'
const versionPattern = /^\d+[.]\d+[.]\d+$/

const readHighest = (folder: string, version: string): string => {
  try {
    const seen = readFileSync(join(folder, seenFile), 'utf8').trim()
    return versionPattern.test(seen) && compareVersions(seen, version) > 0 ? seen : version
  } catch {
    return version
  }
}

export type Updates = {
  /** Looks once and downloads what is new. Throws UpdateRefused, or what the network says; the next round tries anew. */
  readonly look: () => Promise<ReadyUpdate | undefined>
  /** Installs what was downloaded; false: not now, an order is open or nobody knows. Throws UpdateRefused. */
  readonly install: () => Promise<boolean>
}

export const createUpdates = (options: UpdateOptions): Updates => {
  const { folder, version, limits = defaultFetchLimits } = options
  let ready: ReadyUpdate | undefined
  return {
    look: async () => {
      const manifest = openManifest(await fetchManifest(options.manifestUrl, limits), options.publicKey)
      const highestSeen = readHighest(folder, version)
      const file = chooseFile(manifest, { version, highestSeen, target: options.target })
      if (file === undefined) return undefined
      writeFileSync(join(folder, seenFile), `${manifest.version}\n`, { mode: 0o600 })
      if (ready?.file.sha256 === file.sha256) return ready
      ready = undefined
      const path = await downloadFile(options.manifestUrl, file, join(folder, 'updates'), limits)
      return (ready = { version: manifest.version, file, path })
    },
    install: async () => {
      if (ready === undefined || !mayInstall(await options.readStatus())) return false
      // It lay on the disk since it was checked.
      await assertFile(ready.path, ready.file)
      await options.install(ready.path)
      return true
    },
  }
}
