// What rests on the disk: sealed blobs bound to their place, keyed hashes to find by, a chain over everything, and nothing
// of the patient to be read (RULES 10, I9).
import assert from 'node:assert/strict'
import type Sqlite from 'better-sqlite3'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { decodeFields, inventedPatient } from '../fixtures/invented-bill.ts'
import { chainOf, type EntryRow } from '../../src/main/journal/rows/entry-rows.ts'
import type { OpenJournal } from '../../src/main/journal/open-journal.ts'
import { encodeText } from '../../src/main/voucher/charset/encode-text.ts'
import { inventPatient } from '../../src/main/voucher/hosts/simulated-patient.ts'
import { bill, newNumber, pay, refundAll, type Fields } from '../support/cashier-job.ts'
import { holdsText } from '../support/find-text.ts'
import {
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
  uploadFacts,
  withoutTriggers,
} from '../support/agents/open-journal.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'

/** The first entry whose chain does not follow from the one before; undefined when the whole chain holds. */
const findBreak = (database: Sqlite.Database): number | undefined => {
  const body = database.prepare('SELECT body FROM payloads WHERE seq = ?').pluck()
  let previous: Uint8Array = new Uint8Array(32)
  for (const row of database.prepare('SELECT * FROM entries ORDER BY seq').all() as EntryRow[]) {
    const { chain, ...plain } = row
    if (!chainOf(previous, plain, body.get(row.seq) as Buffer | undefined).equals(chain)) return row.seq
    previous = chain
  }
  return undefined
}

/** What is read of an order, of which nothing opens. */
const damageOf = (journal: OpenJournal, medOrgOrd: string): unknown[] =>
  journal.readEntries(orderKey(medOrgOrd)).map((entry) => (entry.kind === 'attention' ? entry.facts.reason : entry))

describe('a sealed blob', () => {
  it('of an entry, moved to another row, does not open', (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    for (const number of ['A1', 'A2']) beginUpload(journal, orderKey(number))
    journal.close()
    const raw = withoutTriggers(rawDatabase(t, folder))
    raw.exec('UPDATE entries SET facts = (SELECT facts FROM entries WHERE seq = 1) WHERE seq = 2')
    const reopened = journalIn(t, folder)
    assert.equal(reopened.readEntries(orderKey('A1')).length, 1)
    assert.deepEqual(damageOf(reopened, 'A2'), ['journal-unreadable'])
  })

  it('of a body, moved to another row, does not open', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    const [first, second] = ['A1', 'A2'].map((number) => beginUpload(journal, orderKey(number)))
    await journal.durable()
    const raw = withoutTriggers(rawDatabase(t, folder))
    raw.exec('UPDATE payloads SET body = (SELECT body FROM payloads WHERE seq = 1) WHERE seq = 2')
    assert.deepEqual(journal.readBody(first?.operationId ?? ''), { feedetailList: [{ feedetlSn: 'L1' }] })
    assert.throws(() => journal.readBody(second?.operationId ?? ''))
  })

  it('with one bit changed does not open', (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A1'))
    journal.close()
    const raw = withoutTriggers(rawDatabase(t, folder))
    const facts = raw.prepare('SELECT facts FROM entries').pluck().get() as Buffer
    facts[facts.length - 1] = (facts.at(-1) ?? 0) ^ 1
    raw.prepare('UPDATE entries SET facts = ?').run(facts)
    assert.deepEqual(damageOf(journalIn(t, folder), 'A1'), ['journal-unreadable'])
  })

  it('of the same content is never the same twice', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    for (const number of ['A1', 'A2']) beginUpload(journal, orderKey(number))
    await journal.durable()
    const bodies = rawDatabase(t, folder).prepare('SELECT body FROM payloads').pluck().all() as Buffer[]
    assert.notDeepEqual(bodies[0], bodies[1])
  })
})

describe('finding', () => {
  it('is by exact value, whatever its case and the spaces around it, within one institution', (t) => {
    const journal = journalIn(t, folderFor(t))
    beginUpload(journal, orderKey('A1'))
    beginUpload(journal, orderKey('A2'))
    const find = (value: string, orgCodg = 'H00000000001'): string[] =>
      journal.findOrders(orgCodg, { kind: 'idNo', value }).map(({ medOrgOrd }) => medOrgOrd)
    assert.deepEqual(find(uploadFacts.idNo), ['A2', 'A1'])
    assert.deepEqual(find(` ${uploadFacts.idNo.toLowerCase()} `), ['A2', 'A1'])
    assert.deepEqual(find(uploadFacts.idNo.slice(0, -1)), [])
    assert.deepEqual(find(uploadFacts.idNo, 'H00000000002'), [])
    assert.deepEqual(journal.findOrders('H00000000001', { kind: 'userName', value: uploadFacts.idNo }), [])
  })

  it('is by hashes under a key of this journal: the same value gives another hash in another one', async (t) => {
    const macs: Buffer[] = []
    for (const folder of [folderFor(t), folderFor(t)]) {
      const journal = journalIn(t, folder)
      beginUpload(journal, orderKey('A1'))
      await journal.durable()
      macs.push(rawDatabase(t, folder).prepare('SELECT mac FROM new_lookups').pluck().get() as Buffer)
    }
    assert.equal(macs[0]?.length, 32)
    assert.notDeepEqual(macs[0], macs[1])
  })

  it('of a body by its hash tells a repeat from a conflict, also after a restart', (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    const mac = journal.macOf('{"a":"1"}')
    assert.notEqual(journal.macOf('{"a":"2"}'), mac)
    journal.close()
    assert.equal(journalIn(t, folder).macOf('{"a":"1"}'), mac)
  })
})

describe('the chain over the entries', () => {
  it('recomputes, and goes on after a restart', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    const order = orderKey('A1')
    const intent = beginUpload(journal, order)
    journal.finish(intent, order, { outcome: 'accepted', facts: { output: { payOrdId: 'P1' } }, lookups: [] })
    journal.close()
    const reopened = journalIn(t, folder)
    reopened.note(order, { kind: 'attention', facts: { reason: 'day-end' } })
    await reopened.durable()
    const raw = rawDatabase(t, folder)
    assert.equal(raw.prepare('SELECT count(*) FROM entries').pluck().get(), 3)
    assert.equal(findBreak(raw), undefined)
  })

  const changes: readonly (readonly [string, string, number])[] = [
    ['an outcome', "UPDATE entries SET outcome = 'declined' WHERE seq = 2", 2],
    ['a time', 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 1', 1],
    ['a body', "UPDATE payloads SET body = x'00' WHERE seq = 1", 1],
    ['a missing row', 'DELETE FROM entries WHERE seq = 2', 3],
  ]
  for (const [what, sql, at] of changes) {
    it(`breaks at ${what} that somebody changed`, async (t) => {
      const folder = folderFor(t)
      const journal = journalIn(t, folder)
      const order = orderKey('A1')
      const intent = beginUpload(journal, order)
      journal.finish(intent, order, { outcome: 'accepted', facts: {}, lookups: [] })
      journal.note(order, { kind: 'attention', facts: { reason: 'day-end' } })
      await journal.durable()
      const raw = withoutTriggers(rawDatabase(t, folder))
      assert.equal(findBreak(raw), undefined)
      raw.exec(sql)
      assert.equal(findBreak(raw), at)
    })
  }
})

describe('after a whole job', () => {
  const codeOfPatient = '2800000000004711'

  it('no file in the data folder and no line of the log holds the name, id number or tokens, in any encoding', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    // The most that the log can say.
    assert.equal((await agent.call('POST', '/v1/log/level', { level: 'debug' })).code, '0')
    const { idNo, userName, idType } = inventedPatient
    const decoded = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: codeOfPatient })
    assert.equal(decoded.code, '0')
    const medOrgOrd = await pay(agent)
    const payAuthNo = await agent.center.authorize({ idNo, userName, idType })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, refundAll('mixed', { payAuthNo }))
    const second = await agent.call('POST', '/v1/orders', secondBill(decoded.data['operationId']))
    const given = await agent.center.authorize(patientOf(codeOfPatient))
    await agent.call('POST', `/v1/orders/${String(second.data['medOrgOrd'])}/authorization`, { payAuthNo: given })
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)

    const seen = inventPatient(codeOfPatient)
    const secrets = [
      ...[idNo, userName, inventedPatient.ecToken, 'AUTH0001', payAuthNo, given, codeOfPatient],
      ...[seen['idNo'], seen['userName'], seen['ecToken'], seen['authNo']].map(String),
      ...agent.center
        .ledger()
        .orders.flatMap(({ payToken, settlement }) => [payToken, settlement?.revsToken ?? payToken]),
      ...['his', 'kiosk'].map((name) => `token-of-${name}`),
    ]
    // What waits to be logged is in the file then.
    assert.equal((await agent.call('GET', '/v1/log')).code, '0')
    const files = readdirSync(agent.dataDir, { withFileTypes: true, recursive: true })
      // A socket holds nothing.
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name))] as const)
    const names = files.map(([name]) => name)
    for (const name of ['journal.db', 'journal.db-wal', 'journal.db-shm', 'agent.lock', 'agent.log'])
      assert.ok(names.includes(name))
    const places = [...files, ['the log', Buffer.from(agent.logged.join('\n'))] as const]
    const found = places.flatMap(([name, bytes]) =>
      secrets.filter((secret) => holdsText(bytes, secret)).map((secret) => [name, secret]),
    )
    assert.deepEqual(found, [])

    // The search itself works: what is meant to be readable is found, in the same files.
    assert.ok(files.some(([, bytes]) => holdsText(bytes, medOrgOrd)))
    // The log names an order by its mark alone.
    const logs = places.filter(([name]) => name.includes('log'))
    assert.deepEqual(
      logs.map(([name, bytes]) => [name, holdsText(bytes, medOrgOrd)]),
      [
        ['agent.log', false],
        ['the log', false],
      ],
    )
  })

  const patientOf = (code: string): Fields => {
    const { idNo, userName, idType } = inventPatient(code)
    return { idNo, userName, idType }
  }
  const secondBill = (decodeOperationId: unknown): Fields => {
    const { idNo: _idNo, userName: _userName, idType: _idType, ecToken: _ecToken, ...rest } = bill(newNumber('S'))
    return { ...rest, decodeOperationId }
  }
})

describe('the search for a text', () => {
  const text = '测试甲110101'
  const bytes = (prefix: string, encoding: BufferEncoding): Buffer => Buffer.from(`${prefix}${text}后`, encoding)
  const shapes: readonly (readonly [string, Buffer])[] = [
    ['UTF-8', bytes('前', 'utf8')],
    ['UTF-16LE', bytes('前', 'utf16le')],
    ['GBK', encodeText(JSON.stringify({ name: text }), 'gbk')],
    ['hex', Buffer.from(bytes('前', 'utf8').toString('hex'))],
    ['base64 of UTF-8, aligned', Buffer.from(bytes('abc', 'utf8').toString('base64'))],
    ['base64 of UTF-8, one off', Buffer.from(bytes('a', 'utf8').toString('base64'))],
    ['base64 of UTF-16LE, two off', Buffer.from(bytes('a', 'utf16le').toString('base64'))],
    ['JSON escapes', Buffer.from('{"name":"\\u6d4b\\u8bd5\\u7532\\u0031\\u0031\\u0030\\u0031\\u0030\\u0031"}')],
    ['percent encoding', Buffer.from(`?name=${encodeURIComponent(text)}`)],
  ]
  for (const [shape, content] of shapes) {
    it(`finds it in ${shape}, and not where it is not`, () => {
      assert.equal(holdsText(content, text), true)
      assert.equal(holdsText(content, '测试乙110101'), false)
    })
  }
})
