// 6203 as an agent meets it: bounds, authorisation, one effect per appRefdSn, and the state each refund leads to.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { interfaces } from '../../src/contract/interfaces.ts'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import {
  type Client,
  ecToken,
  type Fields,
  makePlacing,
  makeQuery,
  makeRefund,
  patient,
  type Reply,
  settle,
  startPair,
  upload,
  type Uploaded,
} from './agent-client.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

const refund = (order: Uploaded, change: Fields = {}): Promise<Reply> => client.call('6203', makeRefund(order, change))
const cash = (cashRefdAmt: string): Fields => ({
  refdType: 'CASH',
  fundRefdAmt: '0.00',
  psnAcctRefdAmt: '0.00',
  cashRefdAmt,
})
const insurance: Fields = { refdType: 'HI', cashRefdAmt: '0.00' }

const assertRefused = async (reply: Reply, pattern: RegExp): Promise<void> => {
  assert.match(String(reply.envelope['message']), pattern)
  assert.equal(reply.envelope['success'], false)
}

const assertState = async (order: Uploaded, ordStas: string, refundedFen: number): Promise<void> => {
  const found = await client.find(order.payOrdId)
  assert.deepEqual([found.ordStas, found.refundedFen], [ordStas, refundedFen])
}

describe('states', () => {
  it('ALL returns every leg: 7', async () => {
    const order = await settle(client)
    const { data } = await refund(order)
    assert.equal(data['refStatus'], 'SUCC')
    assert.deepEqual(interfaces['6203'].checkOutput(structuredClone(data)).faults, [])
    await assertState(order, '7', 10_000)
  })

  it('HI returns the insurance legs: 8; the cash after it: 11 in part, 7 when all is back', async () => {
    const order = await settle(client)
    assert.equal((await refund(order, insurance)).data['refStatus'], 'SUCC')
    await assertState(order, '8', 8_000)
    await refund(order, cash('5.00'))
    await assertState(order, '11', 8_500)
    await refund(order, cash('15.00'))
    await assertState(order, '7', 10_000)
  })

  it('CASH in part: 10; the rest of it: 9; the insurance after it: 7', async () => {
    const order = await settle(client)
    const { data } = await refund(order, cash('5.00'))
    assert.deepEqual(Object.keys(data).toSorted(), ['refStatus', 'refdSn'])
    await assertState(order, '10', 500)
    await refund(order, cash('15.00'))
    await assertState(order, '9', 2_000)
    await refund(order, insurance)
    await assertState(order, '7', 10_000)
  })

  it('HI after part of the cash: 11', async () => {
    const order = await settle(client)
    await refund(order, cash('5.00'))
    await refund(order, insurance)
    await assertState(order, '11', 8_500)
  })

  it('EXP leaves the cash with the center (8); CASH under a new number ends it (7)', async () => {
    const order = await settle(client)
    await client.script({ medOrgOrd: order.medOrgOrd, refund: 'EXP' })
    const { data } = await refund(order)
    assert.equal(data['refStatus'], 'EXP')
    await assertState(order, '8', 8_000)
    await assertRefused(await refund(order), /状态 8/)
    assert.equal((await refund(order, cash('20.00'))).data['refStatus'], 'SUCC')
    await assertState(order, '7', 10_000)
  })

  it('EXP to HI returns the insurance part; to CASH it moves nothing', async () => {
    const order = await settle(client)
    await client.script({ medOrgOrd: order.medOrgOrd, refund: 'EXP', times: 2 })
    assert.equal((await refund(order, cash('20.00'))).data['refStatus'], 'EXP')
    await assertState(order, '6', 0)
    assert.equal((await refund(order, insurance)).data['refStatus'], 'EXP')
    await assertState(order, '8', 8_000)
  })

  it('FAIL moves nothing, and the same number stays failed', async () => {
    const order = await settle(client)
    await client.script({ medOrgOrd: order.medOrgOrd, refund: 'FAIL' })
    assert.equal((await refund(order, { appRefdSn: 'FAILED1' })).data['refStatus'], 'FAIL')
    assert.equal((await refund(order, { appRefdSn: 'FAILED1' })).data['refStatus'], 'FAIL')
    await assertState(order, '6', 0)
    assert.equal((await refund(order)).data['refStatus'], 'SUCC')
  })

  it('CASH returns what is held after the insurance failed (16)', async () => {
    const order = await upload(client)
    await client.call('6202', makePlacing(order))
    await client.payer(order.payOrdId, { action: 'insuranceFails', cashReversal: 'fails' })
    assert.equal((await refund(order, cash('20.00'))).data['refStatus'], 'SUCC')
    await assertState(order, '9', 2_000)
  })

  it('ALL is refused in 7 to 12, and every type before the order is paid', async () => {
    for (const ordStas of ['7', '8', '9', '10', '11', '12']) {
      const order = await settle(client)
      await client.script({ medOrgOrd: order.medOrgOrd, interface: '6301', ordStas })
      await client.call('6301', makeQuery(order))
      await assertRefused(await refund(order), new RegExp(`状态 ${ordStas}`))
    }
    const open = await upload(client)
    for (const change of [{}, cash('1.00'), insurance]) await assertRefused(await refund(open, change), /状态 0/)
  })
})

describe('bounds', () => {
  it('ALL wants every component as settled', async () => {
    const order = await settle(client)
    await assertRefused(await refund(order, { totlRefdAmt: '99.99' }), /总退费金额应为 100.00/)
    await assertRefused(await refund(order, { fundRefdAmt: '59.99' }), /不能部分退费/)
    await assertRefused(await refund(order, { psnAcctRefdAmt: '' }), /不能部分退费/)
    await assertRefused(await refund(order, { cashRefdAmt: '19.99' }), /须与结算一致/)
    await assertState(order, '6', 0)
  })

  it('CASH touches no insurance and stays within what is held', async () => {
    const order = await settle(client)
    await assertRefused(await refund(order, { ...cash('5.00'), fundRefdAmt: '1.00' }), /应为 0/)
    await assertRefused(await refund(order, cash('20.01')), /最多可退 20.00/)
    await assertRefused(await refund(order, cash('0.00')), /大于 0/)
    await refund(order, cash('15.00'))
    await assertRefused(await refund(order, cash('5.01')), /最多可退 5.00/)
  })

  it('HI returns no cash and the whole insurance', async () => {
    const order = await settle(client)
    await assertRefused(await refund(order, { ...insurance, cashRefdAmt: '0.01' }), /应为 0/)
    await assertRefused(await refund(order, { ...insurance, fundRefdAmt: '1.00' }), /不能部分退费/)
  })

  it('totlRefdAmt of CASH is the original total, or the sum of the parts where the center is set so', async () => {
    const order = await settle(client)
    await assertRefused(await refund(order, { ...cash('5.00'), totlRefdAmt: '5.00' }), /应为 100.00/)
    const other = await startPair({ refundTotal: 'parts' })
    const paid = await settle(other.client)
    const { data } = await other.client.call('6203', makeRefund(paid, { ...cash('5.00'), totlRefdAmt: '5.00' }))
    assert.equal(data['refStatus'], 'SUCC')
    await other.center.close()
  })

  it('a refdType that is none is refused', async () => {
    await assertRefused(await refund(await settle(client), { refdType: 'PART' }), /refdType/)
  })

  it('a deposit was never collected, so it cannot be refunded as cash', async () => {
    const order = await settle(client, undefined, {}, { deposit: '12.00' })
    await assertRefused(await refund(order, cash('8.01')), /最多可退 8.00/)
    assert.equal((await refund(order)).data['refStatus'], 'SUCC')
    await assertState(order, '7', 8_800)
  })
})

describe('authorisation', () => {
  it('wants exactly one of ecToken and payAuthNo', async () => {
    const order = await settle(client)
    await assertRefused(await refund(order, { ecToken: '' }), /不可同时为空/)
    await assertRefused(await refund(order, { payAuthNo: 'AUTH1' }), /只能传一个/)
  })

  it('the ecToken must be the upload’s', async () => {
    await assertRefused(await refund(await settle(client), { ecToken: 'EC-OTHER' }), /ecToken/)
  })

  it('a payAuthNo of the patient is taken once', async () => {
    const payAuthNo = await client.authorize()
    const [one, other] = [await settle(client), await settle(client)]
    assert.equal((await refund(one, { ecToken: '', payAuthNo })).data['refStatus'], 'SUCC')
    await assertRefused(await refund(other, { ecToken: '', payAuthNo }), /已使用/)
    const foreign = await client.authorize({ ...patient, userName: '别人' })
    await assertRefused(await refund(other, { ecToken: '', payAuthNo: foreign }), /同一用户/)
  })
})

describe('appRefdSn', () => {
  it('sent again it answers the same and moves nothing again, whatever authorises it', async () => {
    const order = await settle(client)
    const first = await refund(order, { ...cash('5.00'), appRefdSn: 'SAME1' })
    const second = await refund(order, { ...cash('5.00'), appRefdSn: 'SAME1', ecToken: '', payAuthNo: 'AUTH1' })
    assert.deepEqual(second.data, first.data)
    assert.notEqual(second.envelope['signData'], first.envelope['signData'])
    await assertState(order, '10', 500)
    assert.equal((await client.find(order.payOrdId)).refunds.length, 1)
  })

  it('is refused for another amount or order', async () => {
    const [one, other] = [await settle(client), await settle(client)]
    await refund(one, { ...cash('5.00'), appRefdSn: 'SAME2' })
    await assertRefused(await refund(one, { ...cash('6.00'), appRefdSn: 'SAME2' }), /另一笔退费/)
    await assertRefused(await refund(other, { ...cash('5.00'), appRefdSn: 'SAME2' }), /另一笔退费/)
  })

  it('of a refused refund stays free', async () => {
    const order = await settle(client)
    await refund(order, { appRefdSn: 'FREE1', ecToken: 'EC-OTHER' })
    assert.equal((await refund(order, { appRefdSn: 'FREE1', ecToken })).data['refStatus'], 'SUCC')
  })
})
