// A native module that this system cannot load is told as what it is, and never as a full disk.
import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { wrapSqliteError } from '../../src/main/journal/base/open-database.ts'
import { folderFor } from '../support/agents/open-journal.ts'

it('a module that the loader refuses, or that is missing, names itself, the reason, and the C library', (t) => {
  const folder = folderFor(t)
  const broken = join(folder, 'broken.node')
  writeFileSync(broken, 'no module at all')
  let seen: unknown
  try {
    new Sqlite(':memory:', { nativeBinding: broken })
  } catch (error) {
    seen = error
  }
  const { code, message } = wrapSqliteError(seen)
  assert.equal(code, 'ADDON_UNLOADABLE')
  assert.match(message, /better-sqlite3; .*broken[.]node/)
  if (process.platform === 'linux') assert.match(message, /本机 glibc 2[.]\d+/)
  assert.doesNotMatch(message, /磁盘/)
  const missing = wrapSqliteError(
    new Error('Could not locate the bindings file. Tried:\n → /a/build/better_sqlite3.node'),
  )
  assert.equal(missing.code, 'ADDON_UNLOADABLE')
  assert.equal(wrapSqliteError(new Error('anything else')).code, 'JOURNAL_UNWRITABLE')
})
