// What is about to be written passes the same check as what is read: a wrong entry is a fault of ours before it is written, and
// never an order that the next start cannot read.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { NoteEntry } from '../../src/main/usecases/base/ports.ts'
import { beginUpload, folderFor, journalIn, orderKey, uploadFacts } from '../support/agents/open-journal.ts'

const wrong: readonly (readonly [string, object])[] = [
  ['a booking whose success is no boolean', { kind: 'booking', facts: { success: {}, remark: '', caller: 'his' } }],
  ['a booking without a remark', { kind: 'booking', facts: { success: true, caller: 'his' } }],
  ['an authorization without its number', { kind: 'authorization', facts: {} }],
  ['an observation of nothing', { kind: 'observation', facts: { output: null } }],
  ['an observation of a list', { kind: 'observation', facts: { output: [] } }],
  ['an observation that would be written as something else', { kind: 'observation', facts: { output: new Date(0) } }],
  [
    'a decision that nobody knows',
    { kind: 'resolution', facts: { decision: 'x', operator: '', remark: '', caller: '' } },
  ],
  ['a reason that nobody knows', { kind: 'attention', facts: { reason: 'x' } }],
  ['a kind that nobody knows', { kind: 'adoption', facts: {} }],
  ['no facts', { kind: 'authorization', facts: null }],
]

describe('an entry that would not be read again', () => {
  for (const [what, entry] of wrong) {
    it(`is refused before it is written: ${what}`, (t) => {
      const folder = folderFor(t)
      const journal = journalIn(t, folder)
      beginUpload(journal, orderKey('A1'))
      const head = journal.readHead()
      assert.throws(
        () => {
          journal.note(orderKey('A1'), entry as NoteEntry)
        },
        { code: 'INTERNAL' },
      )
      assert.deepEqual(journal.readHead(), head)
      assert.equal(journal.care.status().state, 'ok', 'the disk is not to blame')
      journal.note(orderKey('A1'), { kind: 'authorization', facts: { payAuthNo: 'AUTH' } })
      journal.close()
      const reopened = journalIn(t, folder)
      assert.equal(reopened.readEntries(orderKey('A1')).length, 2)
      assert.equal(reopened.care.status().quarantinedOrders, 0)
    })
  }

  it('is refused also as an intent, and as an outcome', (t) => {
    const journal = journalIn(t, folderFor(t))
    const intent = beginUpload(journal, orderKey('A1'))
    const begin = (facts: object, verb: string): unknown =>
      beginUpload(journal, orderKey('A2'), { facts: facts as typeof uploadFacts, verb: verb as 'upload' })
    assert.throws(() => begin({ ...uploadFacts, ecToken: 7 }, 'upload'), { code: 'INTERNAL' })
    assert.throws(() => begin({}, 'mixedOrder'), { code: 'INTERNAL' })
    assert.throws(() => begin({ depositFen: Number.NaN }, 'cashierUrl'), { code: 'INTERNAL' })
    assert.throws(() => begin({ depositFen: 0.5 }, 'cashierUrl'), { code: 'INTERNAL' })
    const facts = { output: 'text' } as unknown as { output: Record<string, unknown> }
    assert.throws(() => journal.finish(intent, orderKey('A1'), { outcome: 'accepted', facts, lookups: [] }), {
      code: 'INTERNAL',
    })
    assert.deepEqual(journal.readEntries(orderKey('A2')), [])
  })
})
