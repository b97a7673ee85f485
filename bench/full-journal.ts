// Owns filling a journal as months of work leave it: so many closed orders and so many open ones, each with the entries that
// the use cases write, sealed and chained by the journal itself.
import { randomUUID } from 'node:crypto'
import { inventBill, inventedPatient } from '../test/fixtures/invented-bill.ts'
import type { IntentEntry, Verb } from '../src/core/domain/order/entries.ts'
import type { OpenJournal } from '../src/main/journal/open-journal.ts'
import type { BeginRequest, Filing, OrderKey } from '../src/main/usecases/base/ports.ts'
import { orgCodg } from './channel.ts'
import { newOrderNumber } from './order-number.ts'

const ordersPerCommit = 1_000

const closed: Filing = { open: false, queued: false, settled: false, unbooked: false, attention: false }
const amounts = { feeSumamt: '10.00', fundPay: '6.00', psnAcctPay: '2.00', ownPayAmt: '2.00', othFeeAmt: '0.00' }

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
  insuplcAdmdvs: '',
  operator: '',
  overrideOperator: '',
} as const

const begin = (
  journal: OpenJournal,
  order: OrderKey,
  verb: Verb,
  facts: BeginRequest['facts'],
  body?: object,
): IntentEntry =>
  journal.begin({
    operationId: randomUUID().replaceAll('-', ''),
    order,
    key: verb,
    attempt: 1,
    verb,
    facts,
    bodyMac: journal.macOf(order.medOrgOrd),
    lookups: [{ kind: 'idNo', value: order.medOrgOrd }],
    ...(body === undefined ? {} : { body }),
  })

/** An order of one line, placed: its patient still has to pay the cash. */
const addPlaced = (journal: OpenJournal, order: OrderKey): void => {
  const payOrdId = `ORD${order.medOrgOrd}`
  const body = { ...inventBill({ ...order, lines: 1, lineFen: 1_000 }), ...inventedPatient }
  const upload = begin(journal, order, 'upload', uploadFacts, body)
  const uploaded = { payOrdId, payToken: 'T'.repeat(32), cashierUrl: 'http://127.0.0.1:1/cashier' }
  const lookups = [{ kind: 'payOrdId', value: payOrdId }] as const
  journal.finish(upload, order, { outcome: 'accepted', facts: { output: uploaded }, lookups })
  const placement = begin(journal, order, 'placement', { orgBizSer: order.medOrgOrd })
  const placed = { payOrdId, ordStas: '2', ...amounts }
  journal.finish(placement, order, { outcome: 'accepted', facts: { output: placed }, lookups: [] })
}

const addClosed = (journal: OpenJournal, order: OrderKey): void => {
  addPlaced(journal, order)
  const output = { payOrdId: `ORD${order.medOrgOrd}`, ordStas: '6', ...amounts, hiDocSn: 'H1' }
  journal.note(order, { kind: 'observation', facts: { output } })
  journal.note(order, { kind: 'booking', facts: { success: true, remark: '', caller: 'his' } })
  journal.file(order, closed)
}

/** Fills the journal; open orders come last, as the newest are. */
export const fillJournal = async (
  journal: OpenJournal,
  count: { readonly closed: number; readonly open: number },
): Promise<void> => {
  for (let at = 0; at < count.closed + count.open; at++) {
    const order = { orgCodg, medOrgOrd: newOrderNumber() }
    if (at < count.closed) addClosed(journal, order)
    else addPlaced(journal, order)
    if (at % ordersPerCommit === 0) await journal.durable()
  }
  await journal.durable()
}
