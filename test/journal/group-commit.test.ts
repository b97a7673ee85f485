// What it means that the writes of one turn share a commit: seen through a second connection and on a disk that is full.
import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import { join } from 'node:path'
import { it } from 'node:test'
import { createGroupCommit } from '../../src/main/journal/base/group-commit.ts'
import { beginUpload, folderFor, journalIn, orderKey, rawDatabase } from '../support/agents/open-journal.ts'

const noHooks = {
  assertWritable: () => undefined,
  onCommitted: () => undefined,
  onHeld: () => undefined,
  onFree: () => undefined,
  onLost: () => undefined,
}

const countEntries = (database: Sqlite.Database): unknown =>
  database.prepare('SELECT count(*) FROM entries').pluck().get()

it('the writes of one turn are on the disk together, and not before durable resolves', async (t) => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  const raw = rawDatabase(t, folder)
  for (const number of ['A1', 'A2', 'A3']) beginUpload(journal, orderKey(number))
  assert.equal(countEntries(raw), 0)
  assert.equal(journal.readEntries(orderKey('A2')).length, 1)
  await journal.durable()
  assert.equal(countEntries(raw), 3)
})

it('a write that breaks a rule is undone alone; the others of its turn stay', async (t) => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  beginUpload(journal, orderKey('A1'))
  assert.throws(() => beginUpload(journal, orderKey('A1')), { code: 'JOURNAL_UNWRITABLE' })
  beginUpload(journal, orderKey('A2'))
  await journal.durable()
  assert.equal(countEntries(rawDatabase(t, folder)), 2)
})

it('closing commits what was written', (t) => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  beginUpload(journal, orderKey('A1'))
  journal.close()
  assert.equal(countEntries(rawDatabase(t, folder)), 1)
})

it('an order that was closed is off the open list after a restart, and back with its next intent', async (t) => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  const order = orderKey('A1')
  const closed = { open: false, queued: false, settled: false, unbooked: false, attention: false }
  beginUpload(journal, order)
  journal.file(order, closed)
  journal.close()
  const reopened = journalIn(t, folder)
  assert.deepEqual(reopened.readList('open'), [])
  reopened.file(order, closed)
  beginUpload(reopened, order, { attempt: 2 })
  await reopened.durable()
  assert.deepEqual(reopened.readList('open'), [order])
})

it('when SQLite undoes the whole transaction during a write, everybody of that turn is told and nothing of it stays', async (t) => {
  const database = new Sqlite(join(folderFor(t), 'undone.db'))
  t.after(() => database.close())
  database.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY) STRICT')
  let lost = 0
  const group = createGroupCommit(database, { ...noHooks, onLost: () => lost++ })
  group.write(() => database.exec('INSERT INTO kept VALUES (1)'))
  const first = group.durable()
  const undo = (): never => {
    database.exec('ROLLBACK')
    throw new Error('disk full')
  }
  assert.throws(() => group.write(undo), /disk full/)
  group.write(() => database.exec('INSERT INTO kept VALUES (2)'))
  await assert.rejects(first, { code: 'JOURNAL_UNWRITABLE' })
  await group.durable()
  assert.equal(lost, 1)
  assert.deepEqual(database.prepare('SELECT id FROM kept').pluck().all(), [2])
})

it('when the commit fails everybody who wrote in that turn is told, and the next turn starts anew', async (t) => {
  const database = new Sqlite(join(folderFor(t), 'full.db'))
  t.after(() => database.close())
  database.pragma('journal_mode = WAL')
  database.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT')
  database.exec('CREATE TABLE child (id INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED) STRICT')
  database.pragma('foreign_keys = ON')
  let lost = 0
  const group = createGroupCommit(database, { ...noHooks, onLost: () => lost++ })
  const write = (sql: string): Promise<void> => {
    group.write(() => database.exec(sql))
    return group.durable()
  }
  // A deferred constraint fails at the commit itself, as a full disk does.
  const [first, second] = [write('INSERT INTO parent VALUES (1)'), write('INSERT INTO child VALUES (9)')]
  await assert.rejects(first, { code: 'JOURNAL_UNWRITABLE' })
  await assert.rejects(second, { code: 'JOURNAL_UNWRITABLE' })
  assert.equal(lost, 1)
  await write('INSERT INTO parent VALUES (2)')
  assert.deepEqual(database.prepare('SELECT id FROM parent').pluck().all(), [2])
})
