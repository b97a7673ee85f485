// Owns where the tokens that can change are kept: tokens.json in the data folder, its owner's alone (0600). What is in it, and
// what it means, is api/access.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TokenStore } from './api/access/token-file.ts'
import { writeDurably } from './journal/durable-file.ts'

export const openTokenStore = (dataDir: string): TokenStore => {
  const path = join(dataDir, 'tokens.json')
  return {
    read: () => {
      try {
        return readFileSync(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    write: (text) => {
      writeDurably(path, text)
    },
  }
}
