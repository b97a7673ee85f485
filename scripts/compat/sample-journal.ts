// Owns a journal with every kind, verb and outcome of entry that this version writes, for the samples that a release leaves behind.
// A new kind or verb gets its place here; make.ts refuses samples in which one is missing.
import type { IntentFacts, OutcomeFacts, OutcomeKind, Verb } from '../../src/core/domain/order/entries.ts'
import type { Lookup } from '../../src/main/usecases/base/look-ups.ts'
import type { Journal, NoteEntry, OrderKey } from '../../src/main/usecases/base/ports.ts'

const orgCodg = 'H00000000001'
const keyOf = (medOrgOrd: string): OrderKey => ({ orgCodg, medOrgOrd })
const by = { caller: 'his', osUser: '1000', process: 'his.exe 4242', session: '1' }
const amounts = { feeSumamt: '100.00', fundPay: '60.00', psnAcctPay: '20.00', ownPayAmt: '20.00', othFeeAmt: '0.00' }
const settlement = { ...amounts, hiDocSn: 'DOC0001', hiRgstSn: 'RGST0001', traceTime: '20261130101500' }

const uploadFacts = (medOrgOrd: string): IntentFacts['upload'] => ({
  idNo: '11010119900307000X',
  userName: '测试甲',
  idType: '01',
  ecToken: 'EC0000000000000000000000000000000001',
  chrgBchno: `B${medOrgOrd}`,
  feeType: '01',
  mdtrtId: 'MD0001',
  medfeeSumamtFen: 10_000,
  payAuthNo: '',
  insutype: '310',
  insuplcAdmdvs: '110100',
  operator: 'OP01',
  overrideOperator: '',
})

const refundFacts = (appRefdSn: string, change: Partial<IntentFacts['refund']> = {}): IntentFacts['refund'] => ({
  appRefdSn,
  refdType: 'ALL',
  totlRefdFen: 10_000,
  fundRefdFen: 6_000,
  psnAcctRefdFen: 2_000,
  cashRefdFen: 2_000,
  ordStasBefore: '6',
  operator: 'OP02',
  ...change,
})
const cash = (cashRefdFen: number) => ({ refdType: 'CASH', fundRefdFen: 0, psnAcctRefdFen: 0, cashRefdFen }) as const

type Told = readonly [outcome: OutcomeKind, facts?: OutcomeFacts]

/** Writes one story after the other; gives the orders. */
export const writeSamples = (journal: Journal): readonly OrderKey[] => {
  const keys: OrderKey[] = []
  let operations = 0

  const operate = <V extends Verb>(
    order: OrderKey | undefined,
    verb: V,
    facts: IntentFacts[V],
    told: readonly Told[],
    more: {
      readonly key?: string
      readonly attempt?: number
      readonly body?: object
      readonly lookups?: Lookup[]
    } = {},
  ): void => {
    const { key = verb, attempt = 1, lookups = [], body } = more
    const intent = journal.begin({
      operationId: `00000000-0000-4000-8000-${String(++operations).padStart(12, '0')}`,
      order,
      key,
      attempt,
      verb,
      facts: verb === 'decode' ? facts : { ...facts, by },
      bodyMac: journal.macOf(`${verb} ${key}`),
      lookups,
      ...(body === undefined ? {} : { body }),
    })
    for (const [outcome, outcomeFacts = {}] of told) {
      journal.finish(intent, order, { outcome, facts: outcomeFacts, lookups: [] })
    }
  }

  const upload = (medOrgOrd: string, change: Partial<IntentFacts['upload']> = {}): OrderKey => {
    const key = keyOf(medOrgOrd)
    keys.push(key)
    const output = { payOrdId: `PAY${medOrgOrd}`, payToken: 'TOKEN', cashierUrl: 'https://center.invalid/cashier' }
    const facts = { ...uploadFacts(medOrgOrd), ...change }
    operate(key, 'upload', facts, [['accepted', { output, warnings: ['sample'] }]], {
      body: { orgCodg, medOrgOrd, iptOtpNo: 'V0001', feedetailList: [{ feedetlSn: `${medOrgOrd}-1` }] },
      lookups: [
        { kind: 'idNo', value: facts.idNo },
        { kind: 'chrgBchno', value: facts.chrgBchno },
        { kind: 'payOrdId', value: output.payOrdId },
      ],
    })
    return key
  }
  const note = (order: OrderKey, entry: NoteEntry): void => {
    journal.note(order, entry)
  }
  const see = (order: OrderKey, ordStas: string): void => {
    const output = { payOrdId: `PAY${order.medOrgOrd}`, ordStas, ...settlement }
    note(order, { kind: 'observation', facts: { output } })
  }
  const pay = (medOrgOrd: string, ordStas = '6'): OrderKey => {
    const order = upload(medOrgOrd)
    const output = { payOrdId: `PAY${medOrgOrd}`, ordStas: '2', ...amounts }
    note(order, { kind: 'authorization', facts: { payAuthNo: 'AUTH0001', by } })
    operate(order, 'placement', { orgBizSer: 'BIZ0001' }, [
      ['unknown', { reason: 'no reply', refusal: { code: '1', message: '系统忙', signed: false } }],
      ['accepted', { output, settledByQuery: true }],
    ])
    see(order, ordStas)
    return order
  }
  const refund = (order: OrderKey, facts: IntentFacts['refund'], ...told: readonly Told[]): void => {
    const { appRefdSn } = facts
    operate(order, 'refund', facts, told, {
      key: `refund:${appRefdSn}`,
      body: { appRefdSn },
      lookups: [{ kind: 'appRefdSn', value: appRefdSn }],
    })
  }
  const done = { output: { refStatus: 'SUCC', refdSn: 'SN0001' } }

  operate(undefined, 'decode', { caller: 'his', operator: 'OP01', scanner: 'window' }, [
    ['declined', { errorCode: 'SCAN_TIMEOUT', scannerSerialNumber: 'SN0001' }],
  ])

  const booked = pay('A1-booked')
  const notice = { ...settlement, payOrdId: 'PAYA1-booked', ordStas: '6' }
  note(booked, {
    kind: 'notification',
    facts: { code: '6302', digest: 'd1', signed: true, output: notice, awaitsBooking: true },
  })
  note(booked, { kind: 'notification', facts: { code: '6204', digest: 'd2', signed: false, output: notice } })
  note(booked, { kind: 'booking', facts: { ...by, success: true, remark: '已记账', mayRefund: true } })

  const refunded = pay('A2-refunded')
  refund(refunded, refundFacts('RFA2-1'), ['declined', { refusal: { code: '2', message: '拒绝', signed: true } }])
  refund(refunded, refundFacts('RFA2-2'), ['accepted', { output: { refStatus: 'EXP' } }])
  refund(refunded, refundFacts('RFA2-3', { ...cash(2_000), rule: '7.4', queue: true, ordStasBefore: '8' }), [
    'accepted',
    done,
  ])

  const inParts = pay('A3-in-parts')
  refund(inParts, refundFacts('RFA3-1', cash(500)), ['notSent', { reason: 'refused' }])
  refund(inParts, refundFacts('RFA3-2', cash(500)), ['accepted', done])
  refund(inParts, refundFacts('RFA3-3', { ...cash(500), ordStasBefore: '10' }), ['unknown', { reason: 'no reply' }])
  note(inParts, { kind: 'attention', facts: { reason: 'cash-refund-unclear' } })

  const insurance = pay('A4-insurance')
  refund(insurance, refundFacts('RFA4-1', { refdType: 'HI', cashRefdFen: 0 }), ['accepted', done])

  const failedBooking = pay('A5-failed-booking')
  note(failedBooking, { kind: 'booking', facts: { ...by, success: false, remark: '号源已停', mayRefund: true } })
  refund(failedBooking, refundFacts('RFA5-1', { rule: '8.2', queue: true }), ['queued', { reason: 'unreachable' }])

  const byRule5 = pay('A6-rule-5', '16')
  refund(byRule5, refundFacts('RFA6-1', { ...cash(2_000), rule: '5', ordStasBefore: '16' }))

  const revoked = upload('A7-revoked')
  operate(revoked, 'revocation', { ordStasBefore: '0', rule: '4.7' }, [['accepted', { output: { success: true } }]])

  const bank = upload('A8-bank')
  operate(bank, 'bankPlacement', { orgBizSer: 'BIZ0002' }, [['accepted', { output: { url: 'https://bank.invalid/' } }]])
  see(bank, '3')

  const cashier = upload('A9-cashier')
  operate(cashier, 'cashierUrl', { depositFen: 1_500 }, [['accepted', { output: {} }]])
  operate(cashier, 'query', { queue: true }, [['queued', { reason: 'unreachable' }]], { key: 'query#1' })

  const rebilled = pay('A10-rebilled')
  operate(rebilled, 'rebill', { appRefdSn: 'RFA10-1', newMedOrgOrd: 'A11-anew' }, [['unknown', { reason: 'waits' }]], {
    body: { refund: {}, upload: {}, operator: 'OP01' },
  })
  upload('A11-anew', { replaces: 'A10-rebilled', overrideOperator: 'OP03', payAuthNo: 'AUTH0002' })

  const kiosk = keyOf('A12-kiosk')
  operate(kiosk, 'billLock', { billId: 'BILL1' }, [['accepted', { output: {} }]])
  upload('A12-kiosk')
  operate(kiosk, 'placement', { orgBizSer: 'BIZ0003' }, [['accepted', { output: { ordStas: '6', ...amounts } }]])
  see(kiosk, '6')
  operate(kiosk, 'billBooking', { billId: 'BILL1' }, [['unknown', { reason: 'no reply' }]])

  const leftKiosk = keyOf('A13-left-kiosk')
  operate(leftKiosk, 'billLock', { billId: 'BILL2' }, [['accepted', { output: {} }]])
  upload('A13-left-kiosk')
  operate(leftKiosk, 'revocation', { ordStasBefore: '0' }, [['accepted', { output: { success: true } }]])
  operate(leftKiosk, 'billUnlock', { billId: 'BILL2' }, [['declined', { reason: 'refused' }]])

  const decided = pay('A14-decided')
  refund(decided, refundFacts('RFA14-1', cash(2_000)), ['declined', { reason: 'by a person', decidedBy: '007' }])
  for (const decision of ['done', 'notDone', 'handled'] as const) {
    const reasons = ['cash-refund-unclear']
    note(decided, { kind: 'resolution', facts: { ...by, decision, operator: '007', remark: '已核对', reasons } })
  }

  const unclear = keyOf('A15-unclear')
  keys.push(unclear)
  operate(unclear, 'upload', uploadFacts('A15-unclear'), [['unknown', { reason: 'no reply' }]], { body: {} })
  note(unclear, { kind: 'attention', facts: { reason: 'upload-unclear', detail: 'sample' } })
  return keys
}
