// The six interfaces as an agent meets them: happy paths and what the center refuses.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { interfaces } from '../../src/contract/interfaces.ts'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import {
  type Client,
  type Fields,
  makeBankPlacing,
  makePlacing,
  makeQuery,
  makeUpload,
  settle,
  startPair,
  upload,
} from './agent-client.ts'
import { assertRefused } from './assert-refused.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

const stateOf = async (payOrdId: string): Promise<string> => (await client.find(payOrdId)).ordStas

describe('6201', () => {
  it('opens an order in state 0 with its own number and token', async () => {
    const { data } = await client.call('6201', makeUpload())
    const order = await client.find(String(data['payOrdId']))
    assert.equal(order.ordStas, '0')
    assert.equal(order.payToken, data['payToken'])
    assert.equal(order.totalFen, 10_000)
    assert.equal(order.collectedFen, 0)
    assert.match(String(data['cashierUrl']), /^http:\/\/127\.0\.0\.1:\d+\/cashier\?payOrdId=/)
  })

  it('takes any psnNo, mdtrtId and chrgBchno', async () => {
    const { data } = await client.call('6201', makeUpload({ psnNo: 'X', mdtrtId: 'Y', chrgBchno: 'Z' }))
    assert.ok(data['payOrdId'])
  })

  it('refuses what the tables refuse, in Chinese and by the field', async () => {
    assertRefused(await client.call('6201', makeUpload({ deptName: '' })), /deptName 科室名称/)
    assertRefused(await client.call('6201', makeUpload({ other: '1' })), /other.*未知字段/)
  })

  it('refuses lines that do not add up', async () => {
    assertRefused(await client.call('6201', makeUpload({ medfeeSumamt: '100.01' })), /不一致/)
  })

  it('the same upload again gets the same number and token', async () => {
    const input = makeUpload()
    const [first, second] = [await client.call('6201', input), await client.call('6201', input)]
    assert.deepEqual(second.data, first.data)
  })

  it('another content under the same medOrgOrd is refused until the first is revoked', async () => {
    const order = await upload(client)
    const changed = makeUpload({ medOrgOrd: order.medOrgOrd, totalFen: 5_000 })
    assertRefused(await client.call('6201', changed), /先撤销/)
    await client.call('6401', makeQuery(order))
    const { data } = await client.call('6201', changed)
    assert.notEqual(data['payOrdId'], order.payOrdId)
  })
})

describe('6202', () => {
  it('with cash to pay it places at 2 and collects nothing until the payer pays', async () => {
    const order = await upload(client)
    const { data } = await client.call('6202', makePlacing(order))
    assert.deepEqual(data, {
      payOrdId: order.payOrdId,
      ordStas: '2',
      feeSumamt: '100.00',
      fundPay: '60.00',
      psnAcctPay: '20.00',
      ownPayAmt: '20.00',
      othFeeAmt: '0.00',
    })
    assert.equal((await client.find(order.payOrdId)).collectedFen, 0)
    assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['ordStas'], '6')
    assert.equal((await client.find(order.payOrdId)).collectedFen, 10_000)
  })

  it('refuses another token, an unknown order and a bill that differs from the upload', async () => {
    const order = await upload(client)
    assertRefused(await client.call('6202', makePlacing({ ...order, payToken: 'X' })), /token/)
    assertRefused(await client.call('6202', makePlacing({ ...order, payOrdId: 'X' })), /不存在/)
    assertRefused(await client.call('6202', makePlacing(order, { chrgBchno: 'B2' })), /收费批次号/)
    assertRefused(await client.call('6202', makePlacing(order, { feeType: '02' })), /费用类别/)
    assertRefused(await client.call('6202', makePlacing(order, { mdtrtId: 'M2' })), /就诊事件ID/)
    assert.equal(await stateOf(order.payOrdId), '0')
  })

  it('takes any mdtrtId when the upload named none', async () => {
    const order = await upload(client, { mdtrtId: '' })
    assert.equal((await client.call('6202', makePlacing(order, { mdtrtId: 'M2' }))).data['ordStas'], '2')
  })

  it('refuses an orgBizSer used before, on whatever order', async () => {
    const [one, other] = [await upload(client), await upload(client)]
    await client.call('6202', makePlacing(one, { orgBizSer: 'TWICE' }))
    assertRefused(await client.call('6202', makePlacing(other, { orgBizSer: 'TWICE' })), /业务流水号重复/)
  })

  it('refuses an order that is placed, paid or revoked', async () => {
    const placed = await upload(client)
    await client.call('6202', makePlacing(placed))
    assertRefused(await client.call('6202', makePlacing(placed)), /状态 2/)
    assertRefused(await client.call('6202', makePlacing(await settle(client))), /状态 6/)
    const revoked = await upload(client)
    await client.call('6401', makeQuery(revoked))
    assertRefused(await client.call('6202', makePlacing(revoked)), /状态 12/)
  })

  it('acctUsedFlag overrides the upload: without it the account pays nothing', async () => {
    const order = await upload(client)
    const { data } = await client.call('6202', makePlacing(order, { acctUsedFlag: '0' }))
    assert.equal(data['psnAcctPay'], '0.00')
    assert.equal(data['ownPayAmt'], '40.00')
  })
})

describe('6205', () => {
  it('gives the page where the payer pays, again when asked again, and is paid there', async () => {
    const order = await upload(client)
    const { data } = await client.call('6205', makeBankPlacing(order))
    const page = await fetch(String(data['medBankPayUrl']))
    assert.equal(page.status, 200)
    assert.match(await page.text(), /去支付/)
    assert.equal(await stateOf(order.payOrdId), '2')
    assert.ok((await client.call('6205', makeBankPlacing(order))).data['medBankPayUrl'])
    await client.payer(order.payOrdId, { action: 'pay' })
    assert.equal(await stateOf(order.payOrdId), '6')
  })

  it('refuses an order that 6202 placed, and 6202 one that it placed', async () => {
    const one = await upload(client)
    await client.call('6202', makePlacing(one))
    assertRefused(await client.call('6205', makeBankPlacing(one)), /另一种方式/)
    const other = await upload(client)
    await client.call('6205', makeBankPlacing(other))
    assertRefused(await client.call('6202', makePlacing(other)), /状态 2/)
  })

  it('refuses a paid order', async () => {
    assertRefused(await client.call('6205', makeBankPlacing(await settle(client))), /状态 6/)
  })
})

describe('6301', () => {
  it('gives only payOrdId and ordStas while nothing is decided', async () => {
    const order = await upload(client)
    assert.deepEqual((await client.call('6301', makeQuery(order))).data, { payOrdId: order.payOrdId, ordStas: '0' })
    await client.call('6202', makePlacing(order))
    assert.deepEqual((await client.call('6301', makeQuery(order))).data, { payOrdId: order.payOrdId, ordStas: '2' })
  })

  it('gives every field of the table for a paid order', async () => {
    const order = await settle(client)
    const { data } = await client.call('6301', makeQuery(order))
    const { faults } = interfaces['6301'].checkOutput(structuredClone(data))
    assert.deepEqual(faults, [])
    assert.equal(data['ordStas'], '6')
    assert.equal(data['medOrgOrd'], order.medOrgOrd)
    assert.equal(data['ownPayAmt'], '20.00')
    assert.equal(data['setlType'], 'ALL')
    assert.match(String((data['extData'] as Fields)['psnPaySn']), /^PP/)
  })

  it('brings psnPaySn only when the personal account paid', async () => {
    const order = await settle(client, undefined, { acctUsedFlag: '0' })
    assert.equal((await client.call('6301', makeQuery(order))).data['extData'], undefined)
  })

  it('refuses another patient, token or order', async () => {
    const order = await upload(client)
    assertRefused(await client.call('6301', makeQuery(order, { idNo: 'X' })), /不一致/)
    assertRefused(await client.call('6301', makeQuery(order, { userName: '别人' })), /不一致/)
    assertRefused(await client.call('6301', makeQuery(order, { idType: '99' })), /不一致/)
    assertRefused(await client.call('6301', makeQuery({ ...order, payToken: 'X' })), /token/)
    assertRefused(await client.call('6301', makeQuery({ ...order, payOrdId: 'X' })), /不存在/)
  })
})

describe('6401', () => {
  it('revokes at 0 and at 2, and a revoked order cannot be paid', async () => {
    for (const placed of [false, true]) {
      const order = await upload(client)
      if (placed) await client.call('6202', makePlacing(order))
      const { data } = await client.call('6401', makeQuery(order))
      assert.equal(data['success'], true)
      assert.equal(await stateOf(order.payOrdId), '12')
      assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['httpStatus'], 409)
    }
  })

  it('refuses a paid order, a revoked one and another patient', async () => {
    assertRefused(await client.call('6401', makeQuery(await settle(client))), /状态 6/)
    const order = await upload(client)
    assertRefused(await client.call('6401', makeQuery(order, { idNo: 'X' })), /不一致/)
    await client.call('6401', makeQuery(order))
    assertRefused(await client.call('6401', makeQuery(order)), /状态 12/)
  })
})
