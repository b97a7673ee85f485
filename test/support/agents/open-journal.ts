// A journal in a fresh folder for tests, with raw access to its file and entries to put into it.
import Sqlite from 'better-sqlite3'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '../../../src/main/wiring/compose.ts'
import type { IntentEntry, UploadFacts } from '../../../src/core/domain/order/entries.ts'
import { journalFile } from '../../../src/main/journal/store/journal-files.ts'
import { openJournal, type JournalOptions, type OpenJournal } from '../../../src/main/journal/open-journal.ts'
import type { BeginRequest, OrderKey } from '../../../src/main/usecases/base/ports.ts'
import { freshFolder } from './test-agent.ts'

/** A fresh folder that is removed when the test ends. */
export const folderFor = (context: TestContext): string => {
  const folder = freshFolder()
  context.after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** The journal of a folder, closed when the test ends. */
export const journalIn = (context: TestContext, folder: string, options: JournalOptions = {}): OpenJournal => {
  const journal = openJournal(folder, 'sandbox', systemClock, options)
  context.after(journal.close)
  return journal
}

/** The journal's file through a connection of its own, as somebody with a SQLite tool has it. */
export const rawDatabase = (context: TestContext, folder: string): Sqlite.Database => {
  const database = new Sqlite(join(folder, journalFile))
  context.after(() => database.close())
  return database
}

/** As somebody who is not stopped by triggers. */
export const withoutTriggers = (database: Sqlite.Database): Sqlite.Database => {
  const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all() as string[]
  for (const name of triggers) database.exec(`DROP TRIGGER ${name}`)
  return database
}

export const orderKey = (medOrgOrd: string): OrderKey => ({ orgCodg: 'H00000000001', medOrgOrd })

export const uploadFacts: UploadFacts = {
  idNo: '11010119900307000X',
  userName: '测试甲',
  idType: '01',
  ecToken: 'EC0000000000000000000000000000000001',
  chrgBchno: 'B0001',
  feeType: '01',
  mdtrtId: '',
  medfeeSumamtFen: 10_000,
  payAuthNo: '',
  insutype: '310',
  insuplcAdmdvs: '110100',
  operator: 'OP01',
  overrideOperator: '',
}

let lastOperation = 0

/** Begins an upload of an order; gives its intent. */
export const beginUpload = (journal: OpenJournal, order: OrderKey, change: Partial<BeginRequest> = {}): IntentEntry =>
  journal.begin({
    operationId: `op-${++lastOperation}`,
    order,
    key: 'upload',
    attempt: 1,
    verb: 'upload',
    facts: uploadFacts,
    bodyMac: 'mac',
    body: { feedetailList: [{ feedetlSn: 'L1' }] },
    lookups: [{ kind: 'idNo', value: uploadFacts.idNo }],
    ...change,
  })

/** So many more entries for an order, in one commit. */
export const addNotes = async (journal: OpenJournal, order: OrderKey, count: number): Promise<void> => {
  for (let at = 0; at < count; at++) journal.note(order, { kind: 'authorization', facts: { payAuthNo: `AUTH${at}` } })
  await journal.durable()
}
