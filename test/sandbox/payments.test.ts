// How an order is split and paid: the three money types, the deposit, the payer's acts, the cashier page.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import {
  appId,
  type Client,
  type Fields,
  makeBankPlacing,
  makePlacing,
  makeQuery,
  makeUpload,
  patient,
  startPair,
  upload,
  type Uploaded,
} from './agent-client.ts'
import { encryptText } from '../../src/main/center/envelope.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

const place = async (script: object | undefined, placing: Fields = {}, totalFen = 10_000) => {
  const order = await upload(client, { totalFen }, script)
  const { data, envelope } = await client.call('6202', makePlacing(order, placing))
  return { order, data, envelope }
}

describe('splits', () => {
  it('insurance only: no cash, paid at once', async () => {
    const { data } = await place({ split: 'insurance' })
    assert.deepEqual(
      [data['ordStas'], data['fundPay'], data['psnAcctPay'], data['ownPayAmt']],
      ['6', '80.00', '20.00', '0.00'],
    )
  })

  it('0 元医保: all cash, and an insurance record that a refund of everything returns', async () => {
    const { order, data } = await place({ split: 'zeroInsurance' })
    assert.deepEqual([data['ordStas'], data['fundPay'], data['ownPayAmt']], ['2', '0.00', '100.00'])
    await client.payer(order.payOrdId, { action: 'pay' })
    const paid = await client.find(order.payOrdId)
    assert.deepEqual([paid.ordStas, paid.insurance, paid.collected.cashFen], ['6', 'settled', 10_000])
  })

  it('mixed rounds down to the fen and gives the rest to cash', async () => {
    const { data } = await place(undefined, {}, 9_999)
    assert.deepEqual([data['fundPay'], data['psnAcctPay'], data['ownPayAmt']], ['59.99', '19.99', '20.01'])
  })

  it('legs asked for in fen are given, the rest is cash', async () => {
    const { data } = await place({ split: { fundFen: 1, accountFen: 2, otherFen: 3 } })
    assert.deepEqual(
      [data['fundPay'], data['psnAcctPay'], data['othFeeAmt'], data['ownPayAmt']],
      ['0.01', '0.02', '0.03', '99.94'],
    )
  })

  it('legs that do not add up are refused when the order is placed', async () => {
    const { envelope } = await place({ split: { fundFen: 1, accountFen: 0, cashFen: 1 } })
    assert.match(String(envelope['message']), /不符/)
  })

  it('a split stays for the next try when the first was declined', async () => {
    const { order } = await place({ split: 'insurance', decline: { code: '500', message: '药品编码错误' } })
    assert.equal((await client.call('6202', makePlacing(order))).data['ordStas'], '6')
  })
})

describe('deposit', () => {
  it('covers cash up to its amount, and the payer pays the rest', async () => {
    const { order, data } = await place(undefined, { deposit: '12.00' })
    assert.deepEqual([data['deposit'], data['ownPayAmt'], data['ordStas']], ['12.00', '20.00', '2'])
    await client.payer(order.payOrdId, { action: 'pay' })
    const { data: asked } = await client.call('6301', makeQuery(order))
    assert.equal(asked['deposit'], '12.00')
    assert.equal((await client.find(order.payOrdId)).collected.cashFen, 800)
  })

  it('above the cash it answers the cash, and the order is paid at once', async () => {
    const { data } = await place(undefined, { deposit: '500.00' })
    assert.deepEqual([data['deposit'], data['ordStas']], ['20.00', '6'])
  })
})

describe('payer', () => {
  const placed = async (): Promise<Uploaded> => (await place(undefined)).order

  it('abandon leaves the order at 2, and it can still be paid', async () => {
    const order = await placed()
    assert.equal((await client.payer(order.payOrdId, { action: 'abandon' }))['ordStas'], '2')
    assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['ordStas'], '6')
  })

  it('abandon with an expired page: paying is refused until 6205 gives a new one', async () => {
    const order = await upload(client)
    await client.call('6205', makeBankPlacing(order))
    await client.payer(order.payOrdId, { action: 'abandon', expires: true })
    assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['httpStatus'], 409)
    await client.call('6205', makeBankPlacing(order))
    assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['ordStas'], '6')
  })

  it('partial takes the cash only: 3, which can end at 6 or 15', async () => {
    const [one, other] = [await placed(), await placed()]
    for (const order of [one, other]) {
      assert.equal((await client.payer(order.payOrdId, { action: 'partial' }))['ordStas'], '3')
      assert.equal((await client.find(order.payOrdId)).collectedFen, 2_000)
    }
    assert.equal((await client.payer(one.payOrdId, { action: 'pay' }))['ordStas'], '6')
    assert.equal((await client.payer(other.payOrdId, { action: 'insuranceFails' }))['ordStas'], '15')
    assert.equal((await client.find(one.payOrdId)).collectedFen, 10_000)
  })

  it('insuranceFails returns the cash (15), or keeps it when the reversal fails too (16)', async () => {
    const [one, other] = [await placed(), await placed()]
    await client.payer(one.payOrdId, { action: 'insuranceFails' })
    await client.payer(other.payOrdId, { action: 'insuranceFails', cashReversal: 'fails' })
    const [reversed, held] = [await client.find(one.payOrdId), await client.find(other.payOrdId)]
    assert.deepEqual([reversed.ordStas, reversed.collectedFen, reversed.refundedFen], ['15', 2_000, 2_000])
    assert.deepEqual([held.ordStas, held.collectedFen, held.refundedFen], ['16', 2_000, 0])
  })

  it('an order that is not placed, or paid, has nothing to pay; an unknown action or key is refused', async () => {
    const order = await upload(client)
    assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['httpStatus'], 409)
    await client.call('6202', makePlacing(order))
    assert.equal((await client.payer(order.payOrdId, { action: 'run' }))['httpStatus'], 422)
    assert.equal((await client.payer(order.payOrdId, { action: 'pay', other: 1 }))['httpStatus'], 422)
    await client.payer(order.payOrdId, { action: 'pay' })
    assert.equal((await client.payer(order.payOrdId, { action: 'pay' }))['httpStatus'], 409)
    assert.equal((await client.payer('none', { action: 'pay' }))['httpStatus'], 404)
  })
})

describe('processing time', () => {
  it('keeps an order without cash at 2 until it settles, and revoking in between stops it', async () => {
    const { order, data } = await place({ split: 'insurance', processingDelayMs: 3_600_000 })
    assert.equal(data['ordStas'], '2')
    assert.equal((await client.call('6401', makeQuery(order))).data['success'], true)
    assert.equal((await client.find(order.payOrdId)).collectedFen, 0)
  })

  it('ends by itself: the 6202 that said 2 is 6 when asked later', { timeout: 60_000 }, async () => {
    const { order } = await place({ split: 'insurance', processingDelayMs: 1 })
    let ordStas: unknown
    do ordStas = (await client.call('6301', makeQuery(order))).data['ordStas']
    while (ordStas === '2')
    assert.equal(ordStas, '6')
  })
})

describe('cashier page', () => {
  const openCashier = async (parameters: object, change: Fields = {}) => {
    const { data } = await client.call('6201', makeUpload(change))
    const address =
      `${String(data['cashierUrl'])}&chnlAppId=${appId}` +
      `&chnlEncData=${encryptText(client.keys.sm4Key, JSON.stringify(parameters))}`
    const page = await fetch(address)
    return { address, page, payOrdId: String(data['payOrdId']), text: await page.text() }
  }

  it('places the order of its address, in Chinese, and the payer pays there', async () => {
    const { page, text, payOrdId } = await openCashier({ payAuthNo: await client.authorize(patient), deposit: 5.5 })
    assert.equal(page.status, 200)
    assert.match(text, /医保基金支付<\/dt><dd>60.00 元/)
    assert.match(text, /现金支付<\/dt><dd>14.50 元/)
    const order = await client.find(payOrdId)
    assert.deepEqual([order.ordStas, order.way], ['2', 'cashier'])
    assert.equal((await client.payer(payOrdId, { action: 'pay' }))['ordStas'], '6')
  })

  it('opened again it shows the same order without a new authorisation', async () => {
    const { address } = await openCashier({ payAuthNo: await client.authorize(patient) })
    assert.equal((await fetch(address)).status, 200)
  })

  it('refuses a bad authorisation and unreadable parameters, and places nothing', async () => {
    const { page, payOrdId, address } = await openCashier({ payAuthNo: 'PA-NONE' })
    assert.equal(page.status, 400)
    assert.equal((await fetch(address.replace(/chnlEncData=.*/, 'chnlEncData=00'))).status, 400)
    assert.equal((await fetch(address.replace(appId, 'OTHER'))).status, 400)
    assert.equal((await client.find(payOrdId)).ordStas, '0')
  })

  it('an order placed there cannot be placed by 6202 too', async () => {
    const { payOrdId } = await openCashier({ payAuthNo: 'AUTH1' })
    const { payToken } = await client.find(payOrdId)
    const { envelope } = await client.call('6202', makePlacing({ payOrdId, payToken, medOrgOrd: '' }))
    assert.match(String(envelope['message']), /状态 2/)
  })
})
