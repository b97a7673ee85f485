// Owns `npm run compat`: the samples that a release leaves in test/compat/VERSION, so that every later version can show that it
// still opens them. A set is made once and never edited; CONTRIBUTING.md, "Release".
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTokenStore } from '../../src/main/wiring/open-token-store.ts'
import { writeTokenFile } from '../../src/main/api/tokens/token-file.ts'
import { tokenFileVersion } from '../../src/contract/token-file.ts'
import { entryNames } from '../../src/main/journal/rows/entry-shape.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { openExistingStore } from '../../src/main/journal/store/open-store.ts'
import { backUpJournal } from '../../src/main/journal/care/replace-journal.ts'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { version } from '../../src/main/wiring/machine/version.ts'
import { describeJournal } from './describe-journal.ts'
import { sampleConfig, secretVariable } from './sample-config.ts'
import { writeSamples } from './sample-journal.ts'

const startMs = Date.UTC(2026, 10, 30, 2)
const stepMs = 1_000

/** Throws when a kind, verb or outcome has no sample. */
const assertComplete = (folder: string): void => {
  const { database } = openExistingStore(folder, { mayWrite: false })
  const missing = (['kind', 'verb', 'outcome'] as const).flatMap((column) => {
    const found = new Set(database.prepare(`SELECT DISTINCT ${column} FROM entries`).pluck().all())
    return entryNames[`${column}s`].filter((name) => !found.has(name))
  })
  database.close()
  if (missing.length > 0) throw new Error(`no sample of ${missing.join(', ')}: add it to sample-journal.ts`)
}

const makeSet = async (target: string): Promise<void> => {
  const data = join(target, 'data')
  const config = join(target, 'config')
  for (const folder of [data, config]) mkdirSync(folder, { recursive: true })
  let ticks = 0
  const clock = { wallMs: () => startMs + ++ticks * stepMs, monotonicMs: () => 0 }
  const journal = openJournal(data, 'test', clock)
  const keys = writeSamples(journal)
  await journal.durable()
  writeFileSync(join(target, 'orders.txt'), describeJournal(journal, keys))
  writeTokenFile(
    openTokenStore(data, journal, () => undefined),
    {
      version: tokenFileVersion,
      tokens: [
        {
          name: 'his',
          hash: '1'.repeat(64),
          scopes: ['read', 'pay', 'refund'],
          orgCodg: 'H00000000001',
          createdAt: '2026-11-30T10:00:00+08:00',
          expiresAt: '2036-01-01T00:00:00+08:00',
          origin: 'https://his.invalid',
          application: 'HIS',
          previous: { hash: '2'.repeat(64), until: '2026-12-01T00:00:00+08:00' },
          rolledOut: '3'.repeat(64),
          charset: 'gbk',
          fsiNames: 'snake',
        },
        {
          name: 'revoked',
          hash: '4'.repeat(64),
          scopes: ['read'],
          orgCodg: 'H00000000001',
          createdAt: '2026-11-30T10:00:00+08:00',
          revokedAt: '2026-11-30T11:00:00+08:00',
        },
      ],
      refused: [{ name: 'old', hash: '5'.repeat(64), revokedAt: '2026-11-30T11:00:00+08:00' }],
    },
  )
  journal.close()
  assertComplete(data)
  const { database } = openExistingStore(data, { mayWrite: true })
  await backUpJournal(database, join(target, 'backup.db'))
  database.close()
  for (const [name, content] of Object.entries(sampleConfig())) {
    writeFileSync(join(config, name), content, { mode: 0o600 })
  }
  process.env[secretVariable] = 'sample-secret-of-the-callbacks'
  loadConfig(join(config, 'agent.json'))
}

const target = join(import.meta.dirname, '../../test/compat', version)
if (existsSync(target)) {
  console.error(`${target}: 已存在, 样本只做一次 (exists; a set is made once)`)
  process.exitCode = 1
} else {
  await makeSet(target)
  console.log(target)
}
