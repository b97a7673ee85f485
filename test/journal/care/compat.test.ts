// Every release leaves samples of what it wrote (scripts/compat). Each set of each release is opened here: its journal holds and
// folds to the orders that were recorded then, its backup restores to the same, its configuration and its tokens are taken.
import assert from 'node:assert/strict'
import { chmodSync, cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { describeJournal } from '../../../scripts/compat/describe-journal.ts'
import { secretVariable } from '../../../scripts/compat/sample-config.ts'
import { readTokenFile } from '../../../src/main/api/tokens/token-file.ts'
import { configFormat } from '../../../src/main/config/schema/config-schema.ts'
import { loadConfig } from '../../../src/main/config/load-config.ts'
import { openExistingStore } from '../../../src/main/journal/store/open-store.ts'
import { openJournal } from '../../../src/main/journal/open-journal.ts'
import { restoreJournal } from '../../../src/main/journal/care/replace-journal.ts'
import { verifyJournal } from '../../../src/main/journal/care/verify-journal.ts'
import { openTokenStore } from '../../../src/main/wiring/open-token-store.ts'
import { systemClock } from '../../../src/main/wiring/compose.ts'
import type { OrderKey } from '../../../src/main/usecases/base/ports.ts'
import { folderFor } from '../../support/agents/open-journal.ts'

const sets = join(import.meta.dirname, '../../compat')

/** A copy of a set, readable by its owner alone as it was where it was made. */
const copyOf = (t: TestContext, version: string): string => {
  const folder = folderFor(t)
  cpSync(join(sets, version), folder, { recursive: true })
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600)
  }
  return folder
}

const describeFolder = (data: string): string => {
  const store = openExistingStore(data, { mayWrite: false })
  assert.deepEqual(verifyJournal(store).findings, [])
  const keys = store.database.prepare('SELECT org_codg AS orgCodg, med_org_ord AS medOrgOrd FROM orders ORDER BY id')
  const orders = keys.all() as OrderKey[]
  store.database.close()
  const journal = openJournal(data, 'test', systemClock)
  try {
    assert.equal(journal.care.status().state, 'ok')
    return describeJournal(journal, orders)
  } finally {
    journal.close()
  }
}

const tokensIn = (t: TestContext, data: string): ReturnType<typeof readTokenFile> => {
  const journal = openJournal(data, 'test', systemClock)
  t.after(journal.close)
  return readTokenFile(openTokenStore(data, journal, () => undefined))
}

describe('what an earlier release wrote', () => {
  for (const version of readdirSync(sets)) {
    const expected = readFileSync(join(sets, version, 'orders.txt'), 'utf8')

    it(`${version}: its journal is read as it was then`, (t) => {
      assert.equal(describeFolder(join(copyOf(t, version), 'data')), expected)
    })

    it(`${version}: its sealed backup restores to the same`, (t) => {
      const folder = copyOf(t, version)
      const data = join(folder, 'data')
      const { verification } = restoreJournal(data, join(folder, 'backup.db'), { atMs: 0 })
      assert.ok(verification.holds)
      assert.equal(describeFolder(data), expected)
    })

    it(`${version}: its configuration and its tokens are taken`, (t) => {
      const folder = copyOf(t, version)
      process.env[secretVariable] = 'sample-secret-of-the-callbacks'
      t.after(() => {
        Reflect.deleteProperty(process.env, secretVariable)
      })
      assert.equal(loadConfig(join(folder, 'config', 'agent.json')).config.orgCodg, 'H00000000001')
      assert.ok(tokensIn(t, join(folder, 'data')).tokens.length > 0)
    })
  }
})

describe('what a later release wrote', () => {
  const [version = ''] = readdirSync(sets)
  const change = (path: string, by: (value: Record<string, unknown>) => object): void => {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    writeFileSync(path, JSON.stringify(by(value)))
  }

  it('as a configuration of a higher format is refused by name, whatever else is in it', (t) => {
    const path = join(copyOf(t, version), 'config', 'agent.json')
    change(path, (config) => ({ ...config, format: configFormat + 1, hub: { url: 'https://hub.invalid' } }))
    assert.throws(() => loadConfig(path), { code: 'CONFIG_TOO_NEW', message: /更新的版本.*格式 2/ })
  })

  it('as a file of tokens of a higher version is refused by name, and not told as damaged', (t) => {
    const data = join(copyOf(t, version), 'data')
    change(join(data, 'tokens.json'), (file) => ({ ...file, version: 2, persons: [] }))
    assert.throws(() => tokensIn(t, data), { code: 'TOKENS_TOO_NEW' })
  })
})
