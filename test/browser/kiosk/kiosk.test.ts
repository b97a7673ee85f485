// The kiosk from start to wipe, in a real browser: what a patient sees and taps, what the center and the HIS then hold.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { encode } from 'uqr'
import { skipWithoutBrowser, type WatchedPage } from '../../support/browser/browser.ts'
import { openPty, skipWithoutSocat } from '../../support/devices/pty.ts'
import { until } from '../../support/agents/test-center.ts'
import { assertAccessible } from '../accessibility.ts'
import { documentOf, startScene, visitKiosk, type KioskScene } from './kiosk-visit.ts'

/** Everything that the page's memory holds as text, after its garbage was collected. */
const memoryOf = async (page: WatchedPage): Promise<string> => {
  const session = await page.context().newCDPSession(page)
  const parts: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => parts.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await session.detach()
  // What is not ASCII is escaped in a snapshot.
  const { strings } = JSON.parse(parts.join('')) as { strings: readonly string[] }
  return strings.join('\n')
}

describe('a patient at the kiosk', { skip: skipWithoutBrowser }, () => {
  let scene: KioskScene
  before(async () => {
    scene = await startScene()
  })
  after(() => scene.close())

  const billOf = (medOrgOrd: string) => scene.his.bills().find((bill) => bill.medOrgOrd === medOrgOrd)

  it('pays a bill with cash: scanned, confirmed, authorised, paid, booked, printed, wiped', async () => {
    const { agent } = scene
    const visit = await visitKiosk(scene)
    const { page } = visit
    await page.evaluate(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', '')
    })
    await visit.scan('WHOLE01')
    const name = /测\*./.exec(await documentOf(page))?.[0] ?? ''
    assert.notEqual(name, '')
    const medOrgOrd = await visit.choose()
    await page.locator('.pay-button').click()
    const drawn = await page.locator('.qr-code path').getAttribute('d')
    const { data } = encode(`https://h5.example.test/pay?order=${medOrgOrd}`, { ecc: 'M', border: 4 })
    assert.equal(
      drawn?.split('M').length,
      1 + data.flat().filter(Boolean).length,
      'the QR leads to the H5 of this order',
    )

    await agent.center.control(`orders/${agent.center.order(medOrgOrd).payOrdId}/authorization`, {})
    await page.getByRole('heading', { name: '请在手机上支付余下的金额' }).waitFor()
    await page.locator('.order-cash dd').filter({ hasText: '¥25.72' }).waitFor()
    await agent.center.payer(medOrgOrd)
    await visit.untilStep('result')
    await page.getByRole('heading', { name: '支付成功' }).waitFor()
    const { state, receiptNo = '', bookings } = billOf(medOrgOrd) ?? {}
    assert.deepEqual([state, bookings], ['booked', 1])
    // Not by a locator with a text: the driver would remember the whole slip.
    const slip = await page.locator('.receipt-slip').textContent()
    assert.ok(slip?.includes(receiptNo))
    await page.getByRole('button', { name: '打印凭条' }).click()
    await page.locator('[data-printed]').waitFor({ state: 'attached' })

    await page.getByRole('button', { name: '完成' }).click()
    await visit.untilStep('welcome')
    const left = await documentOf(page)
    const held = await memoryOf(page)
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)]),
    )
    for (const text of [name, medOrgOrd, receiptNo, '急性鼻咽炎', '门诊处方']) {
      assert.ok(!left.includes(text), `${text} is left in the document`)
      assert.ok(!kept.includes(text), `${text} is left in storage`)
    }
    assert.ok(held.includes('请出示医保码'), 'the snapshot holds texts')
    for (const text of [name, medOrgOrd, receiptNo, '急性鼻咽炎']) {
      assert.ok(!held.includes(text), `${text} is left in memory`)
    }
    page.assertQuiet()
  })

  it('a deposit that paid a part is named, and only what is left is asked for (RULES 4.9)', async () => {
    const { agent } = scene
    const visit = await visitKiosk(scene)
    const { page } = visit
    await visit.scan('DEPOSIT011')
    const medOrgOrd = await visit.choose()
    await page.locator('.pay-button').click()
    await page.locator('.qr-code').waitFor()
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, {
      payAuthNo: 'AUTH0001',
      deposit: '5.00',
    })
    assert.equal(placed.code, '0')
    await page.getByText('住院押金（预交金）已抵扣 ¥5.00，还需支付 ¥20.72。').waitFor()
    assert.equal(await page.locator('.order-cash dd').textContent(), '¥20.72')
    await assertAccessible(page)
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('Your deposit has paid ¥5.00. ¥20.72 is left to pay.').waitFor()
    await agent.center.payer(medOrgOrd)
    await visit.untilStep('result')
    assert.equal(await page.locator('.receipt-slip .order-cash dd').textContent(), '¥20.72')
    page.assertQuiet()
  })

  it('pays a bill without cash: nothing is left to pay on the phone', async () => {
    const visit = await visitKiosk(scene)
    await visit.scan('INSURED02')
    const medOrgOrd = await visit.choose(2)
    await scene.agent.center.script(medOrgOrd, { split: 'insurance' })
    await visit.authorize(medOrgOrd)
    await visit.untilStep('result')
    assert.equal(await visit.page.locator('.result').getAttribute('data-outcome'), 'paid')
    assert.equal(await visit.page.locator('.order-cash dd').textContent(), '¥0.00')
    assert.equal(billOf(medOrgOrd)?.state, 'booked')
    visit.page.assertQuiet()
  })

  it('pays one bill after the other', async () => {
    const visit = await visitKiosk(scene)
    await visit.scan('MORE03')
    const first = await visit.choose(2)
    await scene.agent.center.script(first, { split: 'insurance' })
    await visit.authorize(first)
    await visit.untilStep('result')
    await visit.page.getByRole('button', { name: '支付其他费用' }).click()
    await visit.untilStep('bills')
    assert.equal(await visit.page.locator('.bill').count(), 2, 'the bill that is paid is gone')
    assert.notEqual(await visit.choose(), first)
    visit.page.assertQuiet()
  })

  it('pays at the 收银台: its address is what the phone opens', async () => {
    const visit = await visitKiosk(scene)
    await visit.scan('CASHIER04')
    const medOrgOrd = await visit.choose()
    await visit.page.getByText('医保收银台').click()
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '请用手机扫码付款' }).waitFor()
    const { payOrdId } = scene.agent.center.order(medOrgOrd)
    const path = `/v1/orders/${medOrgOrd}/cashier-url`
    const { data } = await scene.agent.call('POST', path, { payOrdId }, 'terminal')
    const { ok } = await fetch(String(data['cashierUrl']))
    assert.ok(ok)
    await scene.agent.center.payer(medOrgOrd)
    await visit.untilStep('result')
    assert.equal(billOf(medOrgOrd)?.state, 'booked')
    visit.page.assertQuiet()
  })

  it('who does not want to pay gives the order back, and his bill is free again', async () => {
    const visit = await visitKiosk(scene)
    await visit.scan('CANCEL05')
    const medOrgOrd = await visit.choose()
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '请在手机上支付余下的金额' }).waitFor()
    await visit.page.getByRole('button', { name: '不付了' }).click()
    await visit.page.getByRole('dialog').getByRole('button', { name: '不付了' }).click()
    await visit.page.getByRole('heading', { name: '没有支付' }).waitFor()
    assert.equal(scene.agent.center.order(medOrgOrd).ordStas, '12')
    await until('the bill is free', () => billOf(medOrgOrd)?.state === 'unpaid')
    visit.page.assertQuiet()
  })

  it('who walks away is counted down, wiped, and his order given back', async () => {
    const visit = await visitKiosk(scene)
    const { page } = visit
    await page.clock.install()
    await visit.scan('AWAY06')
    const medOrgOrd = await visit.choose()
    await page.clock.fastForward(46_000)
    await page.getByRole('heading', { name: '您还在吗？' }).waitFor()
    await page.mouse.click(5, 900)
    await page.getByRole('heading', { name: '您还在吗？' }).waitFor({ state: 'detached' })
    await page.clock.fastForward(61_000)
    await visit.untilStep('welcome')
    assert.ok(!(await documentOf(page)).includes(medOrgOrd))
    await until('the order is given back', () => scene.agent.center.order(medOrgOrd).ordStas === '12')
    page.assertQuiet()
  })

  it('a page that is loaded anew gives back the order that it had', async () => {
    const visit = await visitKiosk(scene)
    await visit.scan('RELOAD07')
    const medOrgOrd = await visit.choose()
    await visit.page.evaluate(() => location.reload())
    await visit.untilStep('welcome')
    await until('the order is given back', () => scene.agent.center.order(medOrgOrd).ordStas === '12')
  })

  it('leads nobody out but staff: five presses in the corner, and the PIN that the agent knows', async () => {
    const { page } = await visitKiosk(scene, { expectedErrors: /403/ })
    const door = page.getByRole('button', { name: '工作人员入口，连按五次' })
    for (let presses = 0; presses < 5; presses += 1) await door.press('Enter')
    const pin = page.getByLabel('管理密码')
    await pin.fill('1111')
    await pin.press('Enter')
    await page.getByText('密码不对').waitFor()
    for (const digit of '2468') await page.getByRole('button', { name: digit, exact: true }).click()
    await page.getByRole('button', { name: '确定' }).click()
    await page.getByText('密码正确').waitFor()
    page.assertQuiet()
  })
})

describe('a kiosk whose scanner the agent drives', { skip: skipWithoutBrowser || skipWithoutSocat }, () => {
  it('waits for a code from the first page on, without a tap', async (context) => {
    const pty = await openPty(context)
    const scene = await startScene({
      scanners: [{ kind: 'serial', name: '测试扫码枪', path: pty.path }],
      library: { scannerOwner: 'agent' },
    })
    context.after(() => scene.close())
    const visit = await visitKiosk(scene)
    await visit.page.getByText('正在等您扫码…').waitFor()
    assert.equal(await visit.page.locator('.welcome-button').count(), 0)
    await until('the scanner is waited for', async () => {
      pty.type('28000000001234567890\r')
      return (await visit.page.locator('[data-step="bills"]').count()) === 1
    })
    visit.page.assertQuiet()
  })
})
