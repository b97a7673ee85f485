// Opening a data folder: what it is refused for, each with its code, and that the file is then as it was before.
import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { systemClock } from '../../src/main/wiring/compose.ts'
import { lockFolder } from '../../src/main/journal/base/lock-folder.ts'
import { migrations } from '../../src/main/journal/migrations/migrations.ts'
import { openDatabase } from '../../src/main/journal/base/open-database.ts'
import { journalFile } from '../../src/main/journal/store/journal-files.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { faultOfFolder, prepareFolder } from '../../src/main/wiring/machine/prepare-folder.ts'
import { startChildAgent, startedChildAgent } from '../support/agents/child-agent.ts'
import { beginUpload, folderFor, journalIn, orderKey } from '../support/agents/open-journal.ts'

const keyFile = 'journal.key'
const newest = migrations.at(-1)?.version ?? 0

const open = (folder: string): void => {
  openJournal(folder, 'sandbox', systemClock).close()
}

const userVersion = (path: string): unknown => {
  const database = new Sqlite(path)
  try {
    return database.pragma('user_version', { simple: true })
  } finally {
    database.close()
  }
}

describe('migrations', () => {
  it('are numbered from 1 without gaps, and a new file has them all', (t) => {
    assert.deepEqual(
      migrations.map(({ version }) => version),
      migrations.map((_, index) => index + 1),
    )
    const folder = folderFor(t)
    open(folder)
    assert.equal(userVersion(join(folder, journalFile)), newest)
  })

  for (const { version } of migrations) {
    it(`number ${version} brings a file of version ${version - 1} to the newest, with what it holds`, (t) => {
      const path = join(folderFor(t), journalFile)
      const old = new Sqlite(path)
      for (const earlier of migrations.filter((one) => one.version < version)) old.exec(earlier.sql)
      old.pragma(`user_version = ${version - 1}`)
      if (version > 1) old.exec("INSERT INTO orders (org_codg, med_org_ord) VALUES ('H1', 'A1')")
      old.close()
      const { database } = openDatabase(path, 'sandbox')
      assert.equal(database.pragma('user_version', { simple: true }), newest)
      assert.equal(database.prepare('SELECT count(*) FROM orders').pluck().get(), version > 1 ? 1 : 0)
      database.close()
    })
  }

  it('make the tables of the journal', (t) => {
    const folder = folderFor(t)
    open(folder)
    const database = new Sqlite(join(folder, journalFile))
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all()
    database.close()
    assert.deepEqual(tables, [
      'checkpoints',
      'entries',
      'keys',
      'lists',
      'lookups',
      'meta',
      'new_lookups',
      'orders',
      'payloads',
      'places',
      'quarantine',
    ])
  })

  it('a file of a newer version is refused and stays as it is', (t) => {
    const folder = folderFor(t)
    open(folder)
    const path = join(folder, journalFile)
    const database = new Sqlite(path)
    database.pragma(`user_version = ${newest + 1}`)
    database.close()
    const before = readFileSync(path)
    assert.throws(() => open(folder), { code: 'JOURNAL_TOO_NEW' })
    assert.deepEqual(readFileSync(path), before)
  })
})

describe('a file that is no journal', () => {
  const contents: readonly (readonly [string, string])[] = [
    ['text', 'this is not a database\n'.repeat(500)],
    ['a few bytes', 'hello'],
  ]
  for (const [what, content] of contents) {
    it(`${what}: refused as JOURNAL_NOT_SQLITE, and left alone to the byte`, (t) => {
      const folder = folderFor(t)
      const path = join(folder, journalFile)
      writeFileSync(path, content)
      assert.throws(() => open(folder), { code: 'JOURNAL_NOT_SQLITE' })
      assert.equal(readFileSync(path, 'utf8'), content)
      assert.deepEqual(readdirSync(folder), [journalFile])
    })
  }

  it('is refused by the program too, with its code', async (t) => {
    const folder = folderFor(t)
    writeFileSync(join(folder, journalFile), 'not a database\n'.repeat(100))
    const started = await startChildAgent(folder, 'http://127.0.0.1:9')
    assert.deepEqual(started, { code: 'JOURNAL_NOT_SQLITE' })
  })

  it('a folder that is a file is refused in Chinese', async (t) => {
    const path = join(folderFor(t), 'data')
    writeFileSync(path, '')
    assert.deepEqual(await startChildAgent(path, 'http://127.0.0.1:9'), { code: 'JOURNAL_UNWRITABLE' })
  })
})

describe('a data folder', { skip: process.platform === 'win32' ? 'Windows 没有权限位 (no mode bits)' : false }, () => {
  const refused = (folder: string, message: RegExp): void => {
    const before = lstatSync(folder)
    assert.throws(() => prepareFolder(folder), { code: 'DATA_FOLDER_UNSAFE', message })
    const { mode, uid, ctimeMs } = lstatSync(folder)
    assert.deepEqual({ mode, uid, ctimeMs }, { mode: before.mode, uid: before.uid, ctimeMs: before.ctimeMs })
  }

  it('that others can open is refused with the command that mends it, and its rights are left alone', (t) => {
    for (const mode of [0o755, 0o770, 0o701, 0o1777]) {
      const folder = folderFor(t)
      chmodSync(folder, mode)
      refused(folder, /chmod 700 '/)
    }
    assert.throws(() => prepareFolder('/tmp'), { code: 'DATA_FOLDER_UNSAFE' })
  })

  it('that is a link is refused, also with a slash at its end', (t) => {
    const link = join(folderFor(t), 'link')
    symlinkSync(folderFor(t), link)
    refused(link, /符号链接/)
    assert.throws(() => prepareFolder(`${link}/`), { code: 'DATA_FOLDER_UNSAFE' })
  })

  it('below one that others may write to is refused, there or still to be made: they could move it away', (t) => {
    const outer = folderFor(t)
    const folder = join(outer, 'data')
    chmodSync(outer, 0o777)
    assert.throws(() => prepareFolder(folder), { code: 'DATA_FOLDER_UNSAFE', message: /chmod go-w '/ })
    mkdirSync(folder, { mode: 0o700 })
    refused(folder, /0777, 其他用户能换掉其中的文件/)
    chmodSync(outer, 0o1777)
    prepareFolder(folder)
  })

  it('of another user is refused', (t) => {
    if (process.getuid?.() !== 0) {
      t.skip('要 root 才能换所有者 (needs root to change owners)')
      return
    }
    const folder = folderFor(t)
    chownSync(folder, 65_534, 65_534)
    refused(folder, /属于另一个系统用户 \(uid 65534\)/)
  })

  it('below one of another user, or behind his link, is refused, there or still to be made', (t) => {
    if (process.getuid?.() !== 0) {
      t.skip('要 root 才能换所有者 (needs root to change owners)')
      return
    }
    const [outer, elsewhere] = [folderFor(t), folderFor(t)]
    const [folder, link] = [join(outer, 'data'), join(elsewhere, 'link')]
    symlinkSync(outer, link)
    chownSync(outer, 65_534, 65_534)
    const both = (places: readonly string[], isThere: boolean, message: RegExp): void => {
      for (const place of places) {
        assert.equal(existsSync(place), isThere)
        assert.throws(() => prepareFolder(place), { code: 'DATA_FOLDER_UNSAFE', message })
      }
    }
    const ways = [folder, join(link, 'data')]
    both(ways, false, /属于另一个系统用户/)
    mkdirSync(folder, { mode: 0o700 })
    both(ways, true, /属于另一个系统用户/)
    assert.match(
      faultOfFolder(folder, null) ?? '',
      /属于另一个系统用户/,
      'who only looks takes its owner for the agent',
    )
    chownSync(folder, 65_534, 65_534)
    assert.equal(faultOfFolder(folder, null), undefined)
    for (const place of [folder, outer]) chownSync(place, 0, 0)
    prepareFolder(join(link, 'data'))
    lchownSync(link, 65_534, 65_534)
    both([join(link, 'data')], true, /link 属于另一个系统用户/)
    both([join(link, 'new')], false, /link 属于另一个系统用户/)
  })

  it('is made for its owner alone, with those above it', (t) => {
    const folder = join(folderFor(t), 'a', 'b')
    prepareFolder(folder)
    prepareFolder(folder)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
  })

  it('is refused by the program too, with its code', async (t) => {
    const folder = folderFor(t)
    chmodSync(folder, 0o755)
    assert.deepEqual(await startChildAgent(folder, 'http://127.0.0.1:9'), { code: 'DATA_FOLDER_UNSAFE' })
    assert.deepEqual(readdirSync(folder), [])
  })
})

describe('the environment stamp', () => {
  it('is kept from the first start; another environment is refused, the same one is not', (t) => {
    const folder = folderFor(t)
    open(folder)
    for (const other of ['test', 'production'] as const) {
      assert.throws(() => openJournal(folder, other, systemClock), { code: 'DATA_FOLDER_OTHER_ENVIRONMENT' })
    }
    open(folder)
  })
})

describe('a journal that is no longer there', () => {
  it('is not made anew beside its key: open orders would be forgotten', (t) => {
    const folder = folderFor(t)
    open(folder)
    rmSync(join(folder, journalFile))
    assert.throws(() => open(folder), { code: 'JOURNAL_GONE' })
    assert.deepEqual(readdirSync(folder), [keyFile])
    writeFileSync(join(folder, journalFile), '')
    assert.throws(() => open(folder), { code: 'JOURNAL_GONE' })
    assert.equal(statSync(join(folder, journalFile)).size, 0)
  })
})

describe('the key file', () => {
  it('is made at the first start, readable by its owner alone', (t) => {
    const folder = folderFor(t)
    open(folder)
    assert.equal(statSync(join(folder, keyFile)).mode & 0o777, 0o600)
  })

  const spoil = (t: TestContext, how: (path: string) => void): string => {
    const folder = folderFor(t)
    open(folder)
    how(join(folder, keyFile))
    return folder
  }

  it('lost: the journal is refused, and no other key is made in its place', (t) => {
    const folder = spoil(t, (path) => {
      rmSync(path)
    })
    assert.throws(() => open(folder), { code: 'JOURNAL_KEY_LOST', message: /找不到/ })
    assert.equal(existsSync(join(folder, keyFile)), false)
  })

  it('of another journal, or half of it: refused', (t) => {
    const foreign = folderFor(t)
    open(foreign)
    const other = readFileSync(join(foreign, keyFile), 'utf8')
    for (const content of [other, other.slice(0, 16), '']) {
      const folder = spoil(t, (path) => {
        writeFileSync(path, content)
      })
      assert.throws(() => open(folder), { code: 'JOURNAL_KEY_LOST' })
    }
  })

  it('that others may read: refused, with what it should be', (t) => {
    for (const mode of [0o640, 0o604, 0o666]) {
      const folder = spoil(t, (path) => {
        chmodSync(path, mode)
      })
      assert.throws(() => open(folder), { code: 'RIGHTS_TOO_WIDE', message: /journal[.]key.*chmod 600 '/ })
    }
  })
})

describe('a first start that was cut short', () => {
  it('after the file was made: the next start makes the keys', (t) => {
    const folder = folderFor(t)
    writeFileSync(join(folder, journalFile), '')
    open(folder)
    open(folder)
  })

  it('after the tables were made: the next start makes the keys', (t) => {
    const folder = folderFor(t)
    openDatabase(join(folder, journalFile), 'sandbox').database.close()
    open(folder)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A1'))
    assert.equal(journal.readEntries(orderKey('A1')).length, 1)
  })

  it('after the key file was made: its key is used', (t) => {
    const folder = folderFor(t)
    openDatabase(join(folder, journalFile), 'sandbox').database.close()
    const key = 'ab'.repeat(16)
    writeFileSync(join(folder, keyFile), key, { mode: 0o600 })
    open(folder)
    assert.equal(readFileSync(join(folder, keyFile), 'utf8'), key)
  })
})

describe('the lock on a data folder', () => {
  it('is held by one at a time, and free after the holder let go', (t) => {
    const folder = folderFor(t)
    const release = lockFolder(folder)
    assert.throws(() => lockFolder(folder), { code: 'DATA_FOLDER_IN_USE' })
    release()
    lockFolder(folder)()
  })

  it('keeps out an agent in another process, and is free when that one is killed', async (t) => {
    const folder = folderFor(t)
    const center = 'http://127.0.0.1:9'
    const holder = await startedChildAgent(folder, center)
    t.after(holder.kill)
    assert.throws(() => lockFolder(folder), { code: 'DATA_FOLDER_IN_USE' })
    assert.deepEqual(await startChildAgent(folder, center), { code: 'DATA_FOLDER_IN_USE' })
    await holder.kill()
    const next = await startedChildAgent(folder, center)
    await next.kill()
  })

  it('that is no lock file is not mistaken for another agent', (t) => {
    const folder = folderFor(t)
    writeFileSync(join(folder, 'agent.lock'), 'something else\n'.repeat(100))
    assert.throws(() => lockFolder(folder), { code: 'JOURNAL_NOT_SQLITE' })
    assert.throws(() => lockFolder(join(folder, 'missing')), { code: 'JOURNAL_UNWRITABLE' })
  })
})
