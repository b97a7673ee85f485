// Owns reading SQLite's write-ahead log: how many pages each commit wrote (https://www.sqlite.org/walformat.html).
import { readFileSync } from 'node:fs'

const headerBytes = 32
const frameHeaderBytes = 24

/** Pages of each commit that the log holds since it was begun anew, oldest first. */
export const pagesOfCommits = (walFile: string): readonly number[] => {
  const wal = readFileSync(walFile)
  if (wal.length < headerBytes) return []
  const pageBytes = wal.readUInt32BE(8)
  const salt = wal.subarray(16, 24)
  const commits: number[] = []
  let pages = 0
  for (let at = headerBytes; at + frameHeaderBytes + pageBytes <= wal.length; at += frameHeaderBytes + pageBytes) {
    // Frames behind the newest are of an earlier run of the log.
    if (!wal.subarray(at + 8, at + 16).equals(salt)) break
    pages += 1
    // The size of the database after a commit; 0 in every other frame.
    if (wal.readUInt32BE(at + 4) === 0) continue
    commits.push(pages)
    pages = 0
  }
  return commits
}
