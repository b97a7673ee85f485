// A cashier's day at the console, in a real browser against a real agent: decode, a payment by the HIS seen live, a lost reply
// settled, a refund, an order that needed a person.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { launchBrowser, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { act, attentionOf, newNumber, pay, place, readOrder, refundCash, upload } from '../../support/cashier-job.ts'
import { proposeDay } from '../../../src/renderer/shared/moments.ts'
import { fillOperator, openConsole, typeAsScanner } from '../../support/browser/console-window.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

describe("a cashier's day at the console", { skip: skipWithoutBrowser }, () => {
  let agent: TestAgent
  let browser: Browser
  before(async () => {
    agent = await startTestAgent({ pagesDir: await buildPages() })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await agent.close()
  })

  const rowOf = (page: Page, medOrgOrd: string) => page.locator('tr', { hasText: medOrgOrd })

  it('a scan in the decode view shows whose code it is, masked, and nothing else of him', async () => {
    const page = await openConsole(browser, agent.url, { view: 'decode' })
    await fillOperator(page)
    const code = '2800000000000815'
    await typeAsScanner(page, code)
    await page.getByRole('heading', { name: '解码成功' }).waitFor()
    const text = await page.locator('main').innerText()
    const { userName, idNo } = inventPatient(code) as { userName: string; idNo: string }
    assert.ok(!text.includes(userName) && !text.includes(idNo))
    assert.ok(text.includes(idNo.slice(0, 4)))
    page.assertQuiet()
  })

  it('an order is on the list as the HIS works on it: uploaded, placed, paid', async () => {
    const page = await openConsole(browser, agent.url, { view: 'orders' })
    const medOrgOrd = newNumber('LIVE')
    await upload(agent, medOrgOrd)
    await rowOf(page, medOrgOrd).getByText('已上传').waitFor()
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    await act(agent, medOrgOrd, 'placement', { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' })
    await rowOf(page, medOrgOrd).getByText('待付自费').waitFor()
    await agent.center.payer(medOrgOrd)
    await rowOf(page, medOrgOrd).getByText('已结算').waitFor()
    assert.match(await rowOf(page, medOrgOrd).innerText(), /100[.]00\s+60[.]00\s+20[.]00\s+20[.]00/)
    page.assertQuiet()
  })

  it('a placement whose reply got lost is shown as such, and its settlement is seen without asking', async () => {
    const medOrgOrd = await upload(agent, newNumber('LOST'))
    const page = await openConsole(browser, agent.url, { view: `order/${medOrgOrd}` })
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true })
    const answer = await act(agent, medOrgOrd, 'placement', { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' })
    assert.equal(answer.code, 'OUTCOME_UNKNOWN')
    await page.locator('dd').getByText('已结算').waitFor()
    await page.getByText('全部应答').waitFor()
    page.assertQuiet()
  })

  it('a refund is confirmed twice, with exactly what goes back, and is done', async () => {
    const medOrgOrd = await pay(agent)
    const page = await openConsole(browser, agent.url, { view: `order/${medOrgOrd}` })
    await page.getByRole('button', { name: '退费' }).click()
    const dialog = page.getByRole('dialog', { name: /退费/ })
    await dialog.getByLabel(/只退现金/).check()
    await dialog.getByLabel('操作员工号').fill('OP01')
    for (const wrong of ['20.01', '0', '1.234', 'abc']) {
      await dialog.getByLabel(/退现金金额/).fill(wrong)
      await dialog.getByRole('button', { name: '下一步: 核对' }).click()
      await dialog.getByText('请填 0.01 到可退金额之间的数').waitFor()
    }
    await dialog.getByLabel(/退现金金额/).fill('5')
    await dialog.getByRole('button', { name: '下一步: 核对' }).click()
    assert.equal((await readOrder(agent, medOrgOrd)).data['refundableCash'], '20.00')
    await dialog.getByRole('button', { name: '确认退费 5.00 元' }).click()
    await dialog.getByText('退费成功。').waitFor()
    await dialog.getByRole('button', { name: '关闭', exact: true }).click()
    await page.getByRole('heading', { name: '已退费' }).waitFor()
    assert.equal((await readOrder(agent, medOrgOrd)).data['refundableCash'], '15.00')
    assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 500)
    page.assertQuiet()
  })

  it('everything goes back when everything is chosen, and the order offers no refund any more', async () => {
    const medOrgOrd = await pay(agent)
    const page = await openConsole(browser, agent.url, { view: `order/${medOrgOrd}` })
    await page.getByRole('button', { name: '退费' }).click()
    const dialog = page.getByRole('dialog', { name: /退费/ })
    await dialog.getByLabel('操作员工号').fill('OP01')
    await dialog.getByRole('button', { name: '下一步: 核对' }).click()
    await dialog.getByRole('button', { name: '确认退费 100.00 元' }).click()
    await dialog.getByText('退费成功。').waitFor()
    await dialog.getByRole('button', { name: '关闭', exact: true }).click()
    await page.locator('dd').getByText('已全退').waitFor()
    assert.equal(await page.getByRole('button', { name: '退费', exact: true }).count(), 0)
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
    page.assertQuiet()
  })

  it('an order that needs a person is told in the menu, and leaves the list once somebody decided', async () => {
    const medOrgOrd = await pay(agent)
    const page = await openConsole(browser, agent.url, { view: 'attention' })
    await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))
    await until('the list', () => attentionOf(agent, medOrgOrd))
    const row = rowOf(page, medOrgOrd)
    await row.getByText('现金退费结果不明').waitFor()
    await page.locator('nav').getByText('1', { exact: true }).waitFor()
    await row.getByRole('button', { name: '登记处理结果' }).click()
    const dialog = page.getByRole('dialog', { name: /登记处理结果/ })
    await dialog.getByLabel(/未发生/).check()
    await dialog.getByLabel('操作员工号').fill('OP01')
    await dialog.getByLabel(/处理说明/).fill('已向支付渠道核实, 没有退款')
    await dialog.getByRole('button', { name: '下一步' }).click()
    await dialog.getByText('登记后不能修改').waitFor()
    await dialog.getByRole('button', { name: '确认登记' }).click()
    await row.waitFor({ state: 'detached' })
    assert.equal((await readOrder(agent, medOrgOrd)).data['state'], 'paid')
    page.assertQuiet()
  })

  it('an uploaded order is placed without the personal account, and one nobody paid is revoked', async () => {
    const placed = await upload(agent, newNumber('ACCT'), { acctUsedFlag: '1' })
    const page = await openConsole(browser, agent.url, { view: `order/${placed}` })
    await page.getByRole('button', { name: '支付下单' }).click()
    const dialog = page.getByRole('dialog', { name: /支付下单/ })
    await dialog.getByLabel('个人账户').selectOption('0')
    await dialog.getByLabel(/payAuthNo/).fill('AUTH0001')
    await dialog.getByLabel(/mdtrtId/).fill('MD0001')
    await dialog.getByRole('button', { name: '确认下单' }).click()
    await page.locator('dd').getByText('待付自费').waitFor()
    assert.equal(agent.center.order(placed).legs?.accountFen, 0)
    await page.getByRole('button', { name: '撤销上传' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确认撤销' }).click()
    await page.locator('dd').getByText('已撤销', { exact: true }).waitFor()
    page.assertQuiet()
  })

  it('the receipt of a settled order is printed, and of another there is none', async () => {
    const [paid, placed] = [await pay(agent), await place(agent, 'mixed')]
    const page = await openConsole(browser, agent.url, { view: `order/${paid}` })
    await page.evaluate(() => {
      window.print = () => {
        document.title = 'printed'
      }
    })
    await page.getByRole('button', { name: '打印收据' }).click()
    await page.waitForFunction(() => document.title === 'printed')
    assert.equal(await page.getByText('医保移动支付收据').isVisible(), false)
    await page.emulateMedia({ media: 'print' })
    assert.match(await page.locator('section.print-only').innerText(), /测试数据, 不作凭证[\s\S]*现金支付\s*20[.]00/)
    assert.equal(await page.locator('nav').evaluate((menu) => getComputedStyle(menu).visibility), 'hidden')
    const other = await openConsole(browser, agent.url, { view: `order/${placed}` })
    await other.getByRole('button', { name: '打印收据' }).click()
    await other.getByText('没有可打印的收据').waitFor()
    page.assertQuiet()
  })

  it('a shift adds up, and the days are drawn and told in a table, with what patients paid beyond their deposits', async () => {
    const withDeposit = await upload(agent, newNumber('DEPOSIT'))
    await agent.center.script(withDeposit, { split: 'mixed' })
    await act(agent, withDeposit, 'placement', { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001', deposit: '5.00' })
    await agent.center.payer(withDeposit)
    await until('it is paid', async () => (await readOrder(agent, withDeposit)).data['paid'] === true)
    const { net } = (await agent.call('GET', `/v1/reports/shift?date=${proposeDay()}`)).data as {
      net: { ownPayAmt: string; deposit: string; patientCash: string }
    }
    assert.equal(net.deposit, '5.00')
    assert.equal(Number(net.ownPayAmt) - Number(net.patientCash), 5)
    const page = await openConsole(browser, agent.url, { view: 'shift' })
    await page.getByRole('rowheader', { name: '合计' }).waitFor()
    await page.getByRole('columnheader', { name: '患者支付现金' }).waitFor()
    assert.equal(
      await page.locator('tbody').last().locator('tr').last().locator('td').last().innerText(),
      net.patientCash,
    )
    await page.evaluate(() => {
      location.hash = '#/days'
    })
    await page.locator('figure svg rect').first().waitFor({ state: 'attached' })
    await page.getByRole('columnheader', { name: '净额 · 患者支付现金' }).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: /^日报/ }).click()
    assert.match((await download).suggestedFilename(), /^report-.*[.]csv$/)
    page.assertQuiet()
  })

  it("a day is taken from the browser's calendar, or typed as a number pad can", async () => {
    const page = await openConsole(browser, agent.url, { view: 'orders' })
    const [from, to] = [page.getByLabel('起', { exact: true }), page.getByLabel('止', { exact: true })]
    await to.fill('20260201')
    await to.press('Tab')
    await until('it is written out', async () => (await to.inputValue()) === '2026-02-01')
    await page.getByRole('button', { name: '起: 日历' }).click()
    // What the calendar sets when a day is chosen in it; the calendar itself is no part of the page.
    await page.locator('.calendar').fill('2026-01-31')
    await until('it stands in the field', async () => (await from.inputValue()) === '2026-01-31')
    page.assertQuiet()
  })
})
