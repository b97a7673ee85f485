// A kiosk's order from the bill to the booking, and back when the patient gives up: real agent, simulated center, HIS stub.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { HisBill } from '../../src/contract/his-bills.ts'
import { inventBill } from '../fixtures/invented-bill.ts'
import { refresh, reasonsOf } from '../support/cashier-job.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'
import { startStrangeHis } from '../support/strange-his.ts'
import { until } from '../support/agents/test-center.ts'
import {
  addFault,
  billAt,
  choose,
  decode,
  listBills,
  pageOf,
  place,
  start,
  startKiosk,
  startOrder,
  untilView,
  viewOf,
  type Kiosk,
  type Page,
} from './kiosk-job.ts'

describe('a kiosk', () => {
  let kiosk: Kiosk
  let page: Page
  before(async () => {
    kiosk = await startKiosk()
    page = pageOf(kiosk.agent.call)
  })
  after(() => kiosk.close())

  it('shows the bills of the patient who was decoded, without his name or number', async () => {
    const decodeOperationId = await decode(page, 'SHOW01')
    const patient = (await page('GET', `/v1/operations/${decodeOperationId}`)).data
    const answer = await page('POST', '/v1/kiosk/bills', { decodeOperationId })
    const text = JSON.stringify(answer)
    assert.ok(!text.includes(String(patient['idNo'])))
    assert.ok(!text.includes(String(patient['userName'])))
    assert.match(text, /测\*./)
    const bills = await listBills(page, decodeOperationId)
    assert.deepEqual(
      bills.map(({ title, amount, lines, payable }) => [title, amount, lines.length, payable]),
      [
        ['门诊处方', '128.60', 4, true],
        ['检验检查', '494.00', 40, true],
        ['诊查费', '12.00', 1, true],
      ],
    )
  })

  it('pays a bill with cash, and the agent books it at the HIS by itself', async () => {
    const chosen = await startOrder(page, 0, 'CASH01')
    assert.equal(billAt(kiosk.his, chosen).state, 'locked')
    assert.equal((await place(page, chosen)).data['state'], 'cashPending')
    await kiosk.agent.center.payer(chosen.bill.medOrgOrd)
    const view = await untilView(page, chosen, 'booked', ({ booking }) => booking === 'booked')
    const { state, payOrdId, receiptNo, bookings } = billAt(kiosk.his, chosen)
    assert.deepEqual([state, payOrdId, receiptNo, bookings], ['booked', view.payOrdId, view.receiptNo, 1])
    assert.deepEqual([view.paid, view.state], [true, 'paid'])
  })

  it('pays a bill without cash', async () => {
    const { agent, his } = kiosk
    const chosen = await choose(page, 2, 'INSURED01')
    await agent.center.script(chosen.bill.medOrgOrd, { split: 'insurance' })
    assert.equal((await start(page, chosen)).code, '0')
    await place(page, chosen)
    const view = await untilView(page, chosen, 'booked', ({ booking }) => booking === 'booked')
    assert.equal(view.legs?.ownPayAmt, '0.00')
    assert.equal(billAt(his, chosen).bookings, 1)
  })

  it('a payment whose numbers 6301 tells late is booked all the same', async () => {
    const { agent, his } = kiosk
    const chosen = await choose(page, 2, 'LATE01')
    const { medOrgOrd } = chosen.bill
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    // More of them than the agent asks in the schedule's dense part.
    await agent.center.script(medOrgOrd, { interface: '6301', minimalReply: true, times: 25 })
    assert.equal((await start(page, chosen)).code, '0')
    assert.equal((await place(page, chosen)).data['state'], 'paid')
    await untilView(page, chosen, 'booked', ({ booking }) => booking === 'booked')
    assert.equal(billAt(his, chosen).bookings, 1)
  })

  it('a bill tapped twice is one order', async () => {
    const chosen = await choose(page, 1, 'TWICE01')
    const count = await kiosk.agent.center.count(chosen.bill.medOrgOrd, '6201')
    const [one, other] = await Promise.all([start(page, chosen), start(page, chosen)])
    assert.equal(one.code, '0', one.message)
    assert.equal(one.data['operationId'], other.data['operationId'])
    const later = await start(page, await choose(page, 1, 'TWICE01'))
    assert.equal(later.data['operationId'], one.data['operationId'], 'scanned anew, the same order goes on')
    assert.equal(await count(), 1)
  })

  it('a patient who gives up gets his bill back, and may begin again', async () => {
    const chosen = await startOrder(page, 0, 'GIVEUP01')
    const { medOrgOrd } = chosen.bill
    await place(page, chosen)
    const answer = await page('POST', `/v1/kiosk/orders/${medOrgOrd}/abandon`, {})
    assert.equal(viewOf(answer).state, 'revoked', answer.message)
    await untilView(page, chosen, 'released', ({ booking }) => booking === 'released')
    assert.equal(billAt(kiosk.his, chosen).state, 'unpaid')
    const again = await startOrder(page, 0, 'GIVEUP01')
    assert.equal(again.bill.medOrgOrd, medOrgOrd)
    assert.equal(billAt(kiosk.his, chosen).state, 'locked')
    await place(page, again)
    await kiosk.agent.center.payer(medOrgOrd)
    await untilView(page, again, 'booked', ({ booking }) => booking === 'booked')
  })

  it('a paid order cannot be given up', async () => {
    const chosen = await startOrder(page, 0, 'PAID01')
    await place(page, chosen)
    await kiosk.agent.center.payer(chosen.bill.medOrgOrd)
    await untilView(page, chosen, 'paid', ({ paid }) => paid)
    const answer = await page('POST', `/v1/kiosk/orders/${chosen.bill.medOrgOrd}/abandon`, {})
    assert.deepEqual([answer.status, answer.code], [409, 'WRONG_STATE'])
    // Or a fault that a later test sets would meet this booking.
    await untilView(page, chosen, 'booked', ({ booking }) => booking === 'booked')
  })

  it("another patient's bill is refused, and is not locked", async () => {
    const { bill } = await choose(page, 0, 'OWNER01')
    const decodeOperationId = await decode(page, 'THIEF01')
    const answer = await start(page, { decodeOperationId, bill })
    assert.deepEqual([answer.status, answer.code], [404, 'BILL_NOT_FOUND'])
    assert.equal(billAt(kiosk.his, { decodeOperationId, bill }).state, 'unpaid')
  })

  it('a decode of another token shows no bills', async () => {
    const decoded = await kiosk.agent.call('POST', '/v1/vouchers/decode', {
      code: 'OTHER01',
      businessType: '01301',
      operatorId: 'OP01',
      operatorName: '测试收费员',
      officeId: 'D01',
      officeName: '收费处',
    })
    const { operationId: decodeOperationId } = decoded.data
    const answer = await page('POST', '/v1/kiosk/bills', { decodeOperationId })
    assert.equal(answer.code, 'DECODE_NOT_FOUND')
  })

  it('a booking that fails twice is tried again, and done once', async () => {
    await addFault(kiosk.his, { interface: 'bookBill', times: 1, status: 500 })
    await addFault(kiosk.his, { interface: 'bookBill', times: 1, lostReply: true })
    const chosen = await startOrder(page, 0, 'FAILS01')
    await place(page, chosen)
    await kiosk.agent.center.payer(chosen.bill.medOrgOrd)
    await untilView(page, chosen, 'booked', ({ booking }) => booking === 'booked')
    assert.equal(billAt(kiosk.his, chosen).bookings, 1)
    const { data } = await page('GET', `/v1/orders/${chosen.bill.medOrgOrd}`)
    const operations = data['operations'] as readonly { verb: string; outcome: string }[]
    const bookings = operations.filter(({ verb }) => verb === 'billBooking').map(({ outcome }) => outcome)
    assert.deepEqual(bookings, ['unknown', 'unknown', 'accepted'])
  })

  it('a booking that nobody answers becomes the turn of a person, and a report of the HIS ends it', async () => {
    await addFault(kiosk.his, { interface: 'bookBill', times: 3, status: 503 })
    const chosen = await startOrder(page, 0, 'SILENT01')
    const { medOrgOrd } = chosen.bill
    await place(page, chosen)
    await kiosk.agent.center.payer(medOrgOrd)
    await untilView(page, chosen, 'failed', ({ booking }) => booking === 'failed')
    assert.deepEqual(await reasonsOf(kiosk.agent, medOrgOrd), ['his-booking-unclear'])
    await kiosk.agent.call('POST', `/v1/orders/${medOrgOrd}/booking`, { success: true })
    assert.deepEqual(await reasonsOf(kiosk.agent, medOrgOrd), [])
  })

  it('a booking that the HIS refuses is asked for once and waits for a person', async () => {
    const chosen = await startOrder(page, 0, 'REFUSED01')
    const { medOrgOrd } = chosen.bill
    await addFault(kiosk.his, { interface: 'bookBill', refuse: 'BILL_PAID' })
    const before = kiosk.his.calls('bookBill')
    await place(page, chosen)
    await kiosk.agent.center.payer(medOrgOrd)
    await untilView(page, chosen, 'failed', ({ booking }) => booking === 'failed')
    await refresh(kiosk.agent, medOrgOrd)
    assert.deepEqual(await reasonsOf(kiosk.agent, medOrgOrd), ['booking-failed'])
    assert.equal(kiosk.his.calls('bookBill') - before, 1)
  })

  it('a lock that the HIS refuses leaves nothing at the center', async () => {
    await addFault(kiosk.his, { interface: 'lockBill', refuse: 'BILL_LOCKED' })
    const chosen = await choose(page, 0, 'LOCKED01')
    const answer = await start(page, chosen)
    assert.deepEqual([answer.status, answer.code], [409, 'BILL_UNAVAILABLE'])
    assert.throws(() => kiosk.agent.center.order(chosen.bill.medOrgOrd))
  })

  it('a lock whose answer was lost is taken back', async () => {
    await addFault(kiosk.his, { interface: 'lockBill', lostReply: true })
    const chosen = await choose(page, 0, 'LOSTLOCK01')
    assert.equal((await start(page, chosen)).code, 'HIS_UNREACHABLE')
    await until('the bill is free', () => billAt(kiosk.his, chosen).state === 'unpaid')
    await untilView(page, chosen, 'released', ({ booking }) => booking === 'released')
    assert.equal((await start(page, chosen)).code, '0')
  })

  it('a bill whose unlock may still be done is not locked anew: it would be freed while it is paid', async () => {
    const own = await startKiosk({ orders: { billLateMs: 60_000 } })
    try {
      const at = pageOf(own.agent.call)
      const chosen = await startOrder(at, 0, 'LATEUNLOCK01')
      const { medOrgOrd } = chosen.bill
      await addFault(own.his, { interface: 'unlockBill', lostReply: true })
      await at('POST', `/v1/kiosk/orders/${medOrgOrd}/abandon`, {})
      await untilView(at, chosen, 'released', ({ booking }) => booking === 'released')
      const locks = own.his.calls('lockBill')
      assert.equal((await start(at, chosen)).code, 'BILL_UNAVAILABLE')
      assert.equal(own.his.calls('lockBill'), locks)
    } finally {
      await own.close()
    }
  })

  it('an upload that the center refuses unlocks the bill', async () => {
    const chosen = await choose(page, 0, 'DECLINED01')
    const decline = { code: '500', message: '药品编码错误' }
    await kiosk.agent.center.script(chosen.bill.medOrgOrd, { interface: '6201', decline })
    assert.equal((await start(page, chosen)).code, 'CENTER_DECLINED')
    await until('the bill is free', () => billAt(kiosk.his, chosen).state === 'unpaid')
  })

  it('an unlock that nobody answers becomes the turn of a person', async () => {
    const chosen = await startOrder(page, 0, 'UNLOCK01')
    await addFault(kiosk.his, { interface: 'unlockBill', times: 3, status: 500 })
    await page('POST', `/v1/kiosk/orders/${chosen.bill.medOrgOrd}/abandon`, {})
    await until('a person is called', async () =>
      (await reasonsOf(kiosk.agent, chosen.bill.medOrgOrd)).includes('his-bill-locked'),
    )
  })
})

describe("a province's own fields in a kiosk's bill (RULES 9.5)", () => {
  const billWith = (medOrgOrd: string, change: object, ofLine: object = {}): HisBill => {
    const {
      idNo: _idNo,
      userName: _userName,
      ...upload
    } = inventBill({ medOrgOrd, lines: 1, lineFen: 1_000 }) as Record<string, unknown> & {
      medfeeSumamt: string
      feedetailList: readonly Record<string, unknown>[]
    }
    const feedetailList = upload.feedetailList.map((line) => ({ ...line, ...ofLine }))
    const named = { billId: medOrgOrd, title: '门诊处方', department: '', amount: upload.medfeeSumamt }
    return { ...named, upload: { ...upload, feedetailList, ...change } as HisBill['upload'] }
  }

  it('reach the center where they are configured; a bill with any other is left out', async (context) => {
    const extraFields = { '6201': { xxFlag: 3 }, '6201.feedetailList': { zzFlag: 3 } }
    const bills = [billWith('PROVINCE1', { xxFlag: '1' }, { zzFlag: '2' }), billWith('PROVINCE2', { yyFlag: '1' })]
    const known = { '6201': { xxFlag: 3, yyFlag: 3 }, '6201.feedetailList': { zzFlag: 3 } }
    const his = await startStrangeHis(() => bills, known)
    context.after(() => his.close())
    const agent = await startTestAgent({ kiosk: { hisUrl: his.url }, orders: { extraFields } })
    context.after(() => agent.close())
    const page = pageOf(agent.call)
    const decodeOperationId = await decode(page, 'PROVINCE')
    const [bill, other] = await listBills(page, decodeOperationId)
    assert.deepEqual([bill?.medOrgOrd, other], ['PROVINCE1', undefined])
    const { message } = await page('POST', '/v1/kiosk/orders', { decodeOperationId, billId: 'PROVINCE1' })
    // The simulated center knows no such fields: they came that far.
    assert.match(message, /^医保移动支付中心拒绝了请求: .*zzFlag: 未知字段/)
    assert.match(message, /xxFlag: 未知字段/)
  })
})
