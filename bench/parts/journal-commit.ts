// Measures what durability costs: one commit of 1 KB of ciphertext into the journal's own table, and a whole append with
// cipher, chain and look-ups, against overwriting 8 KB and waiting for the same disk.
import { randomBytes, randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { inventBill, inventedPatient } from '../../test/fixtures/invented-bill.ts'
import { systemClock } from '../../src/main/wiring/compose.ts'
import { openDatabase } from '../../src/main/journal/base/open-database.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import type { BeginRequest, FinishRequest, OrderKey } from '../../src/main/usecases/base/ports.ts'
import { newOrderNumber } from '../order-number.ts'
import { interleave, median, p99 } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { withWorkFolder } from '../work-folder.ts'

const overwrittenBytes = 8 * 1024
const ciphertextBytes = 1024
const commitAtMost = 1.5
const orgCodg = 'H00000000001'

const timeUs = async (work: () => unknown): Promise<number> => {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) * 1000
}

const openRawFile = (folder: string) => {
  const file = openSync(join(folder, 'raw'), 'w+')
  const block = randomBytes(overwrittenBytes)
  writeSync(file, block, 0, overwrittenBytes, 0)
  fdatasyncSync(file)
  return {
    overwrite: () => {
      block[0] = ((block[0] ?? 0) + 1) & 0xff
      writeSync(file, block, 0, overwrittenBytes, 0)
      fdatasyncSync(file)
    },
    close: () => closeSync(file),
  }
}

/** The journal's own file, pragmas, table, indexes and triggers; only cipher and chain are left out. */
const openRawTable = (folder: string) => {
  const { database } = openDatabase(join(folder, 'table.db'), 'test')
  const insert = database.prepare(
    `INSERT INTO entries (seq, at_ms, kind, operation_id, verb, op_key, attempt, body_mac, facts, chain)
     VALUES (?, ?, 'intent', ?, 'upload', 'upload', 1, ?, ?, ?)`,
  )
  let seq = 0
  return {
    commit: (facts: Buffer, id: string) =>
      insert.run(++seq, Date.now(), id, facts.toString('hex', 0, 32), facts, facts.subarray(0, 32)),
    close: () => database.close(),
  }
}

const uploadFacts = {
  idNo: inventedPatient.idNo,
  userName: inventedPatient.userName,
  idType: inventedPatient.idType,
  ecToken: inventedPatient.ecToken,
  chrgBchno: 'B1',
  feeType: '01',
  mdtrtId: '',
  medfeeSumamtFen: 1_000,
  payAuthNo: '',
  insutype: '310',
  insuplcAdmdvs: '110100',
  operator: 'OP01',
  overrideOperator: '',
} as const

/** The intent of a one-line upload as the use case writes it. */
const intentOf = (order: OrderKey, body: object): BeginRequest => ({
  operationId: randomUUID().replaceAll('-', ''),
  order,
  key: 'upload',
  attempt: 1,
  verb: 'upload',
  facts: uploadFacts,
  bodyMac: randomBytes(32).toString('hex'),
  body,
  lookups: (['idNo', 'userName', 'chrgBchno', 'iptOtpNo'] as const).map((kind) => ({ kind, value: order.medOrgOrd })),
})

const outcomeOf = (medOrgOrd: string): FinishRequest => ({
  outcome: 'accepted',
  facts: {
    output: { payOrdId: `ORD${medOrgOrd}`, payToken: 'T'.repeat(32), cashierUrl: 'http://127.0.0.1:1/cashier' },
  },
  lookups: [{ kind: 'payOrdId', value: `ORD${medOrgOrd}` }],
})

const measure = async (bench: Bench, folder: string): Promise<void> => {
  const raw = openRawFile(folder)
  const table = openRawTable(folder)
  const journal = openJournal(folder, 'test', systemClock)
  const prepareIntent = () => {
    const order = { orgCodg, medOrgOrd: newOrderNumber() }
    const body = { ...inventBill({ ...order, lines: 1, lineFen: 1_000 }), ...inventedPatient }
    return { order, request: intentOf(order, body) }
  }
  const samples = await interleave(
    {
      fdatasync: () => timeUs(raw.overwrite),
      commit: () => {
        const [facts, id] = [randomBytes(ciphertextBytes), randomUUID()]
        return timeUs(() => table.commit(facts, id))
      },
      intent: () => {
        const { request } = prepareIntent()
        return timeUs(() => {
          journal.begin(request)
          return journal.durable()
        })
      },
      outcome: async () => {
        const { order, request } = prepareIntent()
        const intent = journal.begin(request)
        await journal.durable()
        return timeUs(() => {
          journal.finish(intent, order, outcomeOf(order.medOrgOrd))
          return journal.durable()
        })
      },
    },
    { rounds: bench.rounds(1_500), warmUp: 100 },
  )
  raw.close()
  table.close()
  journal.close()

  const reference = median(samples.fdatasync)
  const labels = {
    fdatasync: '覆盖写 8 KB + fdatasync',
    commit: '提交 1 KB 密文 commit of 1 KB ciphertext',
    intent: '完整意向 append of an intent (cipher, chain, look-ups, body)',
    outcome: '完整结果 append of an outcome (cipher, chain, look-up)',
  } as const
  const rows = [['微秒 us', 'median', 'p99', '/fdatasync']]
  for (const name of ['fdatasync', 'commit', 'intent', 'outcome'] as const) {
    const taken = samples[name]
    const ratio = median(taken) / reference
    rows.push([labels[name], digits(median(taken)), digits(p99(taken)), `${digits(ratio)}x`])
    if (name === 'fdatasync') continue
    const limit = name === 'commit' ? { limit: { atMost: commitAtMost } } : {}
    bench.record({
      name: `journal-${name}-to-fdatasync`,
      label: `${labels[name]} / fdatasync`,
      value: ratio,
      unit: 'x',
      ...limit,
    })
  }
  bench.print(...tableLines(rows))
}

export const journalCommit: Part = {
  name: 'journal',
  title: '账本提交 Journal commit',
  run: (bench) => withWorkFolder((folder) => measure(bench, folder)),
}
