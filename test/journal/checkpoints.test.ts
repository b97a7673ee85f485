// Signed checkpoints and what a verification finds: at the start from the last one, in the background all of it.
import assert from 'node:assert/strict'
import type Sqlite from 'better-sqlite3'
import { describe, it, type TestContext } from 'node:test'
import { entriesPerCheckpoint } from '../../src/main/journal/chain/checkpoints.ts'
import { chainOf, type EntryRow } from '../../src/main/journal/rows/entry-rows.ts'
import type { OpenJournal } from '../../src/main/journal/open-journal.ts'
import {
  addNotes,
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
  withoutTriggers,
} from '../support/agents/open-journal.ts'
import { until } from '../support/agents/test-center.ts'

const statusOf = (journal: OpenJournal): Record<string, unknown> => journal.care.status()

const seqs = (raw: Sqlite.Database): unknown[] => raw.prepare('SELECT seq FROM checkpoints ORDER BY seq').pluck().all()

/** A folder with a closed journal of one order and so many entries; its checkpoint is at the last one. */
const closedJournal = async (t: TestContext, entries: number): Promise<string> => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  beginUpload(journal, orderKey('A1'))
  await addNotes(journal, orderKey('A1'), entries - 1)
  journal.close()
  return folder
}

/** The chain computed anew over the rows as they are now: what somebody with the file but not the keys can do. */
const rechain = (raw: Sqlite.Database, fromSeq: number): void => {
  const before = raw.prepare('SELECT chain FROM entries WHERE seq < ? ORDER BY seq DESC LIMIT 1').pluck()
  const body = raw.prepare('SELECT body FROM payloads WHERE seq = ?').pluck()
  let previous = (before.get(fromSeq) as Buffer | undefined) ?? new Uint8Array(32)
  for (const row of raw.prepare('SELECT * FROM entries WHERE seq >= ? ORDER BY seq').all(fromSeq) as EntryRow[]) {
    const { chain: _chain, ...plain } = row
    previous = chainOf(previous, plain, body.get(row.seq) as Buffer | undefined)
    raw.prepare('UPDATE entries SET chain = ? WHERE seq = ?').run(previous, row.seq)
  }
}

describe('a checkpoint', () => {
  it(`is written with every ${entriesPerCheckpoint}th entry, in its commit, and at a clean close`, async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    const raw = rawDatabase(t, folder)
    beginUpload(journal, orderKey('A1'))
    await addNotes(journal, orderKey('A1'), entriesPerCheckpoint - 2)
    assert.deepEqual(seqs(raw), [])
    journal.note(orderKey('A1'), { kind: 'authorization', facts: { payAuthNo: 'X' } })
    assert.deepEqual(seqs(raw), [])
    await journal.durable()
    assert.deepEqual(seqs(raw), [entriesPerCheckpoint])
    await addNotes(journal, orderKey('A1'), 5)
    journal.close()
    assert.deepEqual(seqs(raw), [entriesPerCheckpoint, entriesPerCheckpoint + 5])
  })

  it('is written when nothing goes on, and not again while nothing changes', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder, { times: { idleTickMs: 20 } })
    beginUpload(journal, orderKey('A1'))
    await journal.durable()
    const raw = rawDatabase(t, folder)
    assert.deepEqual(seqs(raw), [])
    journal.care.start()
    await until('a checkpoint', () => seqs(raw).length > 0)
    const at = performance.now()
    await until('some more ticks', () => performance.now() - at > 100)
    assert.deepEqual(seqs(raw), [1])
  })
})

describe('at the start', () => {
  it('an untouched journal is ok, with where its chain stands', async (t) => {
    const folder = await closedJournal(t, 40)
    const { state, entries, head, checkpoint } = statusOf(journalIn(t, folder))
    assert.deepEqual([state, entries], ['ok', 40])
    assert.match(String(head), /^[0-9a-f]{64}$/)
    assert.equal((checkpoint as { seq: number }).seq, 40)
  })

  const changes: readonly (readonly [string, (raw: Sqlite.Database) => void, string])[] = [
    [
      'an entry after the last checkpoint was changed',
      (raw) => raw.exec("DELETE FROM checkpoints; UPDATE entries SET kind = 'booking' WHERE seq = 30"),
      'link',
    ],
    [
      'an entry after it is missing',
      (raw) => raw.exec('DELETE FROM checkpoints; DELETE FROM entries WHERE seq = 30'),
      'gap',
    ],
    ['the newest entries are missing', (raw) => raw.exec('DELETE FROM entries WHERE seq > 35'), 'checkpoint'],
    [
      'the chain was computed anew over changed entries',
      (raw) => {
        raw.exec("UPDATE entries SET kind = 'booking' WHERE seq = 30")
        rechain(raw, 30)
      },
      'checkpoint',
    ],
    [
      'a checkpoint was moved to a chain computed anew',
      (raw) => {
        raw.exec("UPDATE entries SET kind = 'booking' WHERE seq = 30")
        rechain(raw, 30)
        raw.exec('UPDATE checkpoints SET chain = (SELECT chain FROM entries WHERE seq = 40)')
      },
      'checkpoint',
    ],
  ]
  for (const [what, change, reason] of changes) {
    it(`${what}: nothing new is begun, everything is answered, and it is said where`, async (t) => {
      const folder = await closedJournal(t, 40)
      const raw = withoutTriggers(rawDatabase(t, folder))
      change(raw)
      const lines: string[] = []
      const journal = journalIn(t, folder, {
        log: (level, line, fields) => lines.push(JSON.stringify({ level, line, ...fields })),
      })
      assert.equal(statusOf(journal)['state'], 'broken')
      assert.throws(() => beginUpload(journal, orderKey('A2')), { code: 'JOURNAL_BROKEN' })
      assert.ok(journal.readEntries(orderKey('A1')).length > 30)
      assert.ok(
        lines.some((line) => line.includes('journal.finding') && line.includes(reason)),
        lines.join(),
      )
      journal.note(orderKey('A1'), { kind: 'booking', facts: { success: true, remark: '', caller: 'his' } })
      await journal.durable()
      journal.close()
      assert.throws(() => beginUpload(journalIn(t, folder), orderKey('A3')), { code: 'JOURNAL_BROKEN' })
    })
  }

  it('checkpoints that were taken away are missed', async (t) => {
    const folder = await closedJournal(t, 2 * entriesPerCheckpoint + 10)
    withoutTriggers(rawDatabase(t, folder)).exec('DELETE FROM checkpoints')
    assert.equal(statusOf(journalIn(t, folder))['state'], 'broken')
  })
})

describe('in the background', () => {
  it('the whole chain is walked: a change long before the last checkpoint is found, and remembered', async (t) => {
    const folder = await closedJournal(t, 1_500)
    withoutTriggers(rawDatabase(t, folder)).exec('UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 7')
    const journal = journalIn(t, folder, { times: { firstWalkAfterMs: 1, walkEveryMs: 3_600_000 } })
    assert.equal(statusOf(journal)['state'], 'ok')
    journal.care.start()
    await until('the walk', () => statusOf(journal)['state'] === 'broken')
    assert.throws(() => beginUpload(journal, orderKey('A2')), { code: 'JOURNAL_BROKEN' })
    journal.close()
    assert.equal(statusOf(journalIn(t, folder))['state'], 'broken')
  })

  it('a journal that is whole is walked again and again, and stays ok', async (t) => {
    const folder = await closedJournal(t, 1_500)
    const lines: string[] = []
    const journal = journalIn(t, folder, {
      times: { firstWalkAfterMs: 1, walkEveryMs: 5 },
      log: (_level, what, fields) => lines.push(`${what} ${JSON.stringify(fields)}`),
    })
    journal.care.start()
    await until('two walks', () => lines.filter((line) => line.startsWith('journal.verified')).length >= 2)
    assert.ok(lines.includes('journal.verified {"entries":1500,"findings":0}'), lines.join())
    assert.equal(statusOf(journal)['state'], 'ok')
  })

  it('a walk beside payments finds nothing: what is added between two slices is no break', async (t) => {
    const folder = await closedJournal(t, 900)
    const lines: string[] = []
    const journal = journalIn(t, folder, {
      times: { firstWalkAfterMs: 1, walkEveryMs: 1 },
      log: (_level, what) => lines.push(what),
    })
    journal.care.start()
    for (let number = 0; number < 150; number++) {
      beginUpload(journal, orderKey(`B${number}`))
      await addNotes(journal, orderKey(`B${number}`), 9)
    }
    await until('a walk after them', () => lines.filter((line) => line === 'journal.verified').length >= 2)
    assert.equal(lines.includes('journal.finding'), false)
    assert.equal(statusOf(journal)['state'], 'ok')
  })
})
