// The kiosk when something is not as it should be: what the patient is told in plain words, that the page recovers without being
// loaded anew, and that money is never asked for twice.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addFault } from '../../kiosk/kiosk-job.ts'
import { awayErrors, openPage, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { until } from '../../support/agents/test-center.ts'
import { assertAccessible } from '../accessibility.ts'
import { documentOf, showCode, startScene, visitKiosk, type KioskScene } from './kiosk-visit.ts'

/** The browser logs every answer that is not a success. */
const refused = new RegExp(`status of [45]\\d\\d|${awayErrors.source}`)

describe('a kiosk in trouble', { skip: skipWithoutBrowser }, () => {
  let scene: KioskScene
  before(async () => {
    scene = await startScene()
  })
  after(() => scene.close())

  /** The first bill of whoever scanned last. */
  const firstBill = (): Promise<{ readonly medOrgOrd: string }> => until('the bills', () => scene.his.bills().at(-3))

  const alertsOf = (kind: string): number =>
    scene.agent.logged.filter((line) => line.includes('kiosk.alert') && line.includes(kind)).length

  it('a train ticket is no 医保码: it says so, and the next scan goes on', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    showCode('SIM:refuse:')
    await visit.page.locator('.welcome-button').click()
    await visit.page.getByRole('heading', { name: '没有认出这个码' }).waitFor()
    await visit.page.getByText('车票码、身份证都不能用。').waitFor()
    await assertAccessible(visit.page)
    await visit.page.getByRole('button', { name: '知道了' }).click()
    await visit.scan('TICKET02')
    visit.page.assertQuiet()
  })

  it('a library that does not load is a fault: staff is told, and the page comes back by itself', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await visit.page.clock.install()
    showCode('SIM:garbage:')
    await visit.page.locator('.welcome-button').click()
    await visit.page.getByRole('heading', { name: '扫码暂时不能用' }).waitFor()
    await assertAccessible(visit.page)
    await until('staff is told', () => alertsOf('scanner') > 0)
    await visit.page.clock.fastForward(20_000)
    await visit.untilStep('welcome')
    visit.page.assertQuiet()
  })

  it('a HIS that does not answer is told as such, and staff is', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await addFault(scene.his, { interface: 'listBills', status: 503 })
    showCode('HISAWAY03')
    await visit.page.locator('.welcome-button').click()
    await visit.page.getByRole('heading', { name: '暂时查不到费用' }).waitFor()
    await until('staff is told', () => alertsOf('bills') > 0)
    visit.page.assertQuiet()
  })

  it('a bill that another window has just taken leads back to the bills', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await visit.scan('TAKEN04')
    await addFault(scene.his, { interface: 'lockBill', refuse: 'BILL_LOCKED' })
    await visit.page.locator('.bill').first().click()
    await visit.page.getByRole('heading', { name: '这笔费用现在不能在这里支付' }).waitFor()
    await visit.page.getByRole('button', { name: '知道了' }).click()
    await visit.choose(1)
    visit.page.assertQuiet()
  })

  it('a center slower than the agent waits sends the patient to the phone, and nothing is placed twice', async () => {
    const { center } = scene.agent
    const visit = await visitKiosk(scene)
    await visit.scan('SLOW05')
    const medOrgOrd = await visit.choose(2)
    await center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 60_000 } })
    const placed = await center.count(medOrgOrd, '6202')
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '请看手机，付清余下的金额' }).waitFor()
    await center.payer(medOrgOrd)
    await visit.untilStep('result')
    assert.equal(await visit.page.locator('.result').getAttribute('data-outcome'), 'paid')
    assert.equal(await placed(), 1)
    visit.page.assertQuiet()
  })

  it('an upload that the center answers a minute late is sent again by the agent: one order, and the patient goes on', async () => {
    const { center } = scene.agent
    const visit = await visitKiosk(scene)
    await visit.scan('SLOW051')
    const { medOrgOrd } = await firstBill()
    await center.script(medOrgOrd, { interface: '6201', slow: { delayMs: 60_000 } })
    await visit.page.locator('.bill').first().click()
    await visit.page.getByText('请稍候').first().waitFor()
    await visit.untilStep('confirming')
    assert.equal(center.ledger().orders.filter((order) => order.medOrgOrd === medOrgOrd).length, 1)
    visit.page.assertQuiet()
  })

  it('a HIS that is gone when it should book: paid, not to be paid again, a receipt all the same, staff told', async () => {
    const visit = await visitKiosk(scene)
    await visit.scan('HISAWAY052')
    const medOrgOrd = await visit.choose(2)
    await scene.agent.center.script(medOrgOrd, { split: 'insurance' })
    // As often as the agent tries.
    await addFault(scene.his, { interface: 'bookBill', status: 503, times: 3 })
    const before = alertsOf('payment')
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '已付款，请勿重复支付' }).waitFor()
    assert.ok((await visit.page.locator('.receipt-slip').textContent())?.includes(medOrgOrd))
    await assertAccessible(visit.page)
    await until('staff is told', () => alertsOf('payment') > before)
    visit.page.assertQuiet()
  })

  it('an answer that does not say whether it was placed is no refusal: the order tells that it is paid', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await visit.scan('UNWRITTEN053')
    const medOrgOrd = await visit.choose(2)
    const placed = await scene.agent.center.count(medOrgOrd, '6202')
    await scene.agent.center.script(medOrgOrd, { split: 'insurance' })
    await visit.page.route('**/placement', async (route) => {
      // As where the disk failed between the center's answer and the agent's.
      await route.fetch()
      await route.fulfill({ status: 503, json: { code: 'JOURNAL_UNWRITABLE', message: '账本无法写入', data: {} } })
    })
    await visit.authorize(medOrgOrd)
    await visit.untilStep('result')
    assert.equal(await visit.page.locator('.result').getAttribute('data-outcome'), 'paid')
    assert.equal(await placed(), 1)
    visit.page.assertQuiet()
  })

  it('a placement whose answer is lost sends the patient to the phone, says since when, and he pays or leaves (RULES 3.5)', async () => {
    const { center } = scene.agent
    const lose = async (code: string) => {
      const visit = await visitKiosk(scene, { expectedErrors: refused })
      await visit.scan(code)
      const medOrgOrd = await visit.choose()
      await center.script(medOrgOrd, { interface: '6202', lostReply: true })
      await visit.authorize(medOrgOrd)
      await visit.page.getByRole('heading', { name: '请看手机，付清余下的金额' }).waitFor()
      return { ...visit, medOrgOrd }
    }
    const paying = await lose('LOST054')
    await paying.page.getByText(/医保中心 \d\d:\d\d 起已在等您付款/).waitFor()
    await assertAccessible(paying.page)
    assert.equal(await paying.page.locator('.order-cash dd').textContent(), '见手机')
    await paying.page.getByRole('button', { name: 'English' }).click()
    await paying.page.getByText(/has been waiting for your payment since \d\d:\d\d/).waitFor()
    await center.payer(paying.medOrgOrd)
    await paying.untilStep('result')
    assert.equal(await paying.page.locator('.result').getAttribute('data-outcome'), 'paid')
    paying.page.assertQuiet()

    const leaving = await lose('LOST055')
    await leaving.page.getByRole('button', { name: '不付了' }).click()
    await leaving.page.getByRole('dialog').getByRole('button', { name: '不付了' }).click()
    await leaving.page.getByRole('heading', { name: '没有支付' }).waitFor()
    assert.equal(center.order(leaving.medOrgOrd).ordStas, '12')
    leaving.page.assertQuiet()
  })

  it('a center that refuses the placement took nothing: unpaid, given back, staff told', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await visit.scan('REFUSED06')
    const medOrgOrd = await visit.choose()
    await scene.agent.center.script(medOrgOrd, { interface: '6202', decline: { code: '500', message: '参保状态异常' } })
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '没有支付' }).waitFor()
    await until('the order is given back', () => scene.agent.center.order(medOrgOrd).ordStas === '12')
    assert.ok(alertsOf('payment') > 0)
  })

  it('"call staff" reaches the agent', async () => {
    const visit = await visitKiosk(scene)
    await visit.page.getByRole('button', { name: '呼叫工作人员' }).click()
    await visit.page.getByRole('heading', { name: '已通知工作人员，请稍候。' }).waitFor()
    assert.ok(alertsOf('help') > 0)
    visit.page.assertQuiet()
  })

  it('a token that is taken away in the middle ends the visit: plain words, and nothing of the patient is left', async () => {
    const { data } = await scene.agent.call('POST', '/v1/links', { page: 'kiosk' })
    const page = await openPage(scene.browser, String(data['link']), { expectedErrors: refused })
    showCode('REVOKED08')
    await page.locator('.welcome-button').click()
    await page.locator('.bill').first().waitFor()
    const name = /测\*./.exec(await documentOf(page))?.[0] ?? ''
    assert.notEqual(name, '')
    await page.locator('.bill').first().click()
    await page.locator('[data-step="confirming"]').waitFor()
    const { data: known } = await scene.agent.call('GET', '/v1/tokens')
    const sessions = (known['tokens'] as readonly { name: string }[]).filter((token) =>
      token.name.startsWith('terminal-'),
    )
    assert.equal(sessions.length, 1)
    await scene.agent.call('POST', `/v1/tokens/${sessions[0]?.name ?? ''}/revoke`, {})
    await page.getByRole('heading', { name: '这台机器暂停服务' }).waitFor()
    assert.ok(!(await documentOf(page)).includes(name))
    await assertAccessible(page)
    page.assertQuiet()
  })

  it('a token that was taken away ends the service in plain words', async () => {
    const page = await openPage(scene.browser, `${scene.agent.url}/kiosk/`, {
      token: 'a-token-that-was-revoked',
      expectedErrors: refused,
    })
    await page.getByRole('heading', { name: '这台机器暂停服务' }).waitFor()
    page.assertQuiet()
  })
})

describe('a kiosk whose agent goes and comes back', { skip: skipWithoutBrowser }, () => {
  it('says so, and goes on with the payment where it was', async (context) => {
    const scene = await startScene()
    context.after(() => scene.close())
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await visit.scan('BACK01')
    const medOrgOrd = await visit.choose()
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '请在手机上支付余下的金额' }).waitFor()
    await scene.agent.stop()
    await visit.page.getByText('连接中断，正在恢复。请不要重复付款。').waitFor()
    await scene.agent.center.payer(medOrgOrd)
    await scene.startAgain()
    await visit.untilStep('result')
    assert.equal(await visit.page.locator('.result').getAttribute('data-outcome'), 'paid')
    await visit.page.getByRole('button', { name: '完成' }).click()
    await visit.untilStep('welcome')
    await scene.agent.stop()
    await visit.page.locator('.welcome-button').click()
    await visit.page.getByRole('heading', { name: '这台机器暂时不能用' }).waitFor()
    await assertAccessible(visit.page)
    await scene.startAgain()
    await visit.untilStep('welcome')
    await until('staff is told', () => scene.agent.logged.some((line) => line.includes('"kind":"offline"')))
    visit.page.assertQuiet()
  })
})

describe('a kiosk whose center takes longer than the agent lets a page wait', { skip: skipWithoutBrowser }, () => {
  it('waits on without placing twice, and shows what came of it', async (context) => {
    const scene = await startScene({ timeoutMs: 60_000 })
    context.after(() => scene.close())
    const { center } = scene.agent
    const visit = await visitKiosk(scene)
    await visit.scan('MINUTE01')
    const medOrgOrd = await visit.choose()
    // The agent answers with the number of an operation that still runs after 25 s.
    await center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 26_000 } })
    const placed = await center.count(medOrgOrd, '6202')
    await visit.authorize(medOrgOrd)
    await visit.page.getByText('医保中心有些慢').waitFor()
    await visit.page.getByRole('heading', { name: '请在手机上支付余下的金额' }).waitFor()
    await center.payer(medOrgOrd)
    await visit.untilStep('result')
    assert.equal(await visit.page.locator('.result').getAttribute('data-outcome'), 'paid')
    assert.equal(await placed(), 1)
    visit.page.assertQuiet()
  })
})
