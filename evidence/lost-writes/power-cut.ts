// Owns a power cut: what the agent wrote and had not synced is gone, in a folder that the preloaded library watches
// (forget-unsynced.c). It does not kill anybody.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type PowerCut = {
  /** For the process whose writes shall be lost. */
  readonly environment: Readonly<Record<string, string>>
  /** Puts every file back to its last sync; one that was never synced disappears. The process must be dead. */
  readonly loseUnsynced: () => void
  /** Names of the files that were synced at least once. */
  readonly listSynced: () => readonly string[]
  readonly close: () => void
}

/** `library`: the compiled forget-unsynced.c; `folder`: the data folder, its files directly in it. */
export const createPowerCut = (library: string, folder: string): PowerCut => {
  const copies = mkdtempSync(join(tmpdir(), 'mip-synced-'))
  const listSynced = (): readonly string[] => readdirSync(copies).filter((name) => !name.endsWith('.partial'))
  return {
    environment: { LD_PRELOAD: library, LOST_WRITES_FOLDER: folder, LOST_WRITES_SYNCED: copies },
    loseUnsynced: () => {
      for (const name of readdirSync(folder)) {
        const copy = join(copies, name)
        if (existsSync(copy)) copyFileSync(copy, join(folder, name))
        else rmSync(join(folder, name), { recursive: true })
      }
    },
    listSynced,
    close: () => {
      rmSync(copies, { recursive: true, force: true })
    },
  }
}
