// What goes wrong around the console, in a real browser: the agent away, a slow center, a burst of a scanner, two windows, a
// train ticket, values at their limits. It says what is the matter in plain Chinese and recovers without a reload.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { inventBill } from '../../fixtures/invented-bill.ts'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { awayErrors, launchBrowser, openPage, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { bill, newNumber, pay, upload } from '../../support/cashier-job.ts'
import { fillOperator, openConsole, typeAsScanner } from '../../support/browser/console-window.ts'
import { freePort } from '../../support/agents/free-port.ts'
import { startTestAgent, type TestAgent, type TestAgentOptions } from '../../support/agents/test-agent.ts'

/** On an order's page: a refund of everything, filled in up to the second confirmation. */
const prepareRefund = async (page: Page): Promise<Locator> => {
  await page.getByRole('button', { name: '退费' }).click()
  const dialog = page.getByRole('dialog', { name: /退费/ })
  await dialog.getByLabel('操作员工号').fill('OP01')
  await dialog.getByRole('button', { name: '下一步: 核对' }).click()
  return dialog
}

describe('the console when something is wrong', { skip: skipWithoutBrowser }, () => {
  let agent: TestAgent
  let browser: Browser
  let options: TestAgentOptions
  before(async () => {
    options = { pagesDir: await buildPages(), port: await freePort() }
    agent = await startTestAgent(options)
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await agent.close()
  })

  it('says that the agent is away, comes back with it, and follows again, without a reload', async () => {
    const page = await openConsole(browser, agent.url, { view: 'orders', expectedErrors: awayErrors })
    await page.evaluate(() => {
      document.title = 'same page'
    })
    await agent.stop()
    await page.getByText('助手没有应答。正在重新连接').waitFor()
    await agent.start()
    await page.getByText('助手没有应答。正在重新连接').waitFor({ state: 'detached' })
    const medOrgOrd = await upload(agent, newNumber('BACK'))
    await page.locator('tr', { hasText: medOrgOrd }).getByText('已上传').waitFor()
    assert.equal(await page.title(), 'same page')
    page.assertQuiet()
  })

  it('its lights are 未知 as soon as the agent is killed, and true again once it is back', async () => {
    const page = await openConsole(browser, agent.url, { view: 'orders', expectedErrors: awayErrors })
    const lights = page.getByRole('list', { name: '四方状态' })
    await lights.getByText('账本 正常').waitFor()
    assert.equal(await lights.getByText('未知').count(), 0)
    await agent.stop()
    const stoppedMs = performance.now()
    for (const name of ['动态库', '扫码枪', '中心', '账本']) await lights.getByText(`${name} 未知`).waitFor()
    assert.ok(performance.now() - stoppedMs < 10_000)
    await agent.start()
    await lights.getByText('账本 正常').waitFor()
    assert.equal(await lights.getByText('未知').count(), 0)
    page.assertQuiet()
  })

  it('a token that is refused leads back to pairing, and says why', async () => {
    const page = await openPage(browser, `${agent.url}/console/`, { token: 'token-of-expired', expectedErrors: /401/ })
    await page.getByText('本页的令牌已失效').waitFor()
    await page.getByRole('heading', { name: '请先配对' }).waitFor()
    page.assertQuiet()
  })

  it('a token that is revoked while the page is open leads back to pairing, which goes on where one was', async () => {
    const pair = async (name: string): Promise<string> => {
      const body = { name, scopes: ['read'] }
      return String((await agent.call('POST', '/v1/pairings', body)).data['code'])
    }
    const application = { application: '控制台' }
    const exchanged = await agent.call('POST', '/v1/pairings/exchange', {
      code: await pair('window-5'),
      ...application,
    })
    const page = await openConsole(browser, agent.url, {
      view: 'orders',
      token: String(exchanged.data['token']),
      expectedErrors: /401/,
    })
    await page.evaluate(() => {
      document.title = '控制台'
    })
    await agent.call('POST', '/v1/tokens/window-5/revoke', {})
    await page.getByText('本页的令牌已失效').waitFor()
    await page.getByText('沙箱 · 模拟').waitFor()
    assert.equal(await page.evaluate(() => sessionStorage.getItem('mip.token')), null)
    await page.getByLabel('配对码').fill(await pair('window-6'))
    await page.getByRole('button', { name: '配对', exact: true }).click()
    await page.getByRole('heading', { level: 2, name: '订单' }).waitFor()
    const medOrgOrd = await upload(agent, newNumber('AGAIN'))
    await page.locator('tr', { hasText: medOrgOrd }).getByText('已上传').waitFor()
    page.assertQuiet()
  })

  it('a computer with another time zone is told so, and its times stay those of Beijing', async () => {
    const dayInBeijing = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(5, 10)
    const before = dayInBeijing()
    const medOrgOrd = await upload(agent)
    const days = [before, dayInBeijing()]
    const page = await openConsole(browser, agent.url, { timezoneId: 'America/New_York' })
    await page.getByText('这台电脑的时间或时区不对').waitFor()
    await page.evaluate(() => {
      location.hash = '#/orders'
    })
    const shown = await page.locator('tr', { hasText: medOrgOrd }).locator('td').first().innerText()
    assert.ok(days.includes(shown.slice(0, 5)), shown)
    page.assertQuiet()
  })

  it('a center that answers late is waited for with its progress shown, and the wait can be left', async () => {
    const own = await startTestAgent({ ...options, port: 0, cable: true, timeoutMs: 60_000 })
    try {
      const medOrgOrd = await pay(own)
      const page = await openConsole(browser, own.url, { view: `order/${medOrgOrd}` })
      const dialog = await prepareRefund(page)
      own.cable.hold()
      await dialog.getByRole('button', { name: /确认退费/ }).click()
      await dialog.getByText(/正在办理, 已等 \d+ 秒/).waitFor()
      await dialog.getByRole('button', { name: /不等了/ }).click()
      await dialog.getByText('退费仍在办理').waitFor()
      own.cable.release()
      await dialog.getByRole('button', { name: '关闭', exact: true }).click()
      await page.locator('dd').getByText('已全退').waitFor()
      assert.equal(own.center.order(medOrgOrd).refunds.length, 1)
      page.assertQuiet()
    } finally {
      await own.close()
    }
  })

  it('a center slower than an answer may take is followed by the number of the operation, to its one refund', async () => {
    const slow = { ...options, port: 0, timeoutMs: 60_000 }
    const own = await startTestAgent({ ...slow, cable: true })
    try {
      const medOrgOrd = await pay(own)
      // A quarter of a second in place of 25: whatever the center does is then too slow for one answer.
      await own.stop()
      await own.start({ ...slow, orders: { answerWithinMs: 250 } })
      const page = await openConsole(browser, own.url, { view: `order/${medOrgOrd}` })
      const dialog = await prepareRefund(page)
      own.cable.hold()
      const asked = page.waitForRequest(/[/]v1[/]operations[/]/)
      await dialog.getByRole('button', { name: /确认退费/ }).click()
      await asked
      await dialog.getByText(/正在办理, 已等 [1-9]\d* 秒/).waitFor()
      assert.equal(await page.getByText('助手没有应答').count(), 0)
      own.cable.release()
      await dialog.getByText('退费成功。').waitFor()
      assert.equal(own.center.order(medOrgOrd).refunds.length, 1)
      page.assertQuiet()
    } finally {
      await own.close()
    }
  })

  it('a burst of a scanner at 1 ms per key decodes in the decode view alone, and presses no button', async () => {
    const page = await openConsole(browser, agent.url, { view: 'orders' })
    let decodes = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/vouchers/decode')) decodes += 1
    })
    await page.getByRole('button', { name: 'English' }).focus()
    await typeAsScanner(page, '2800000000000815')
    await page.getByText('收到一次扫码, 没有解码').waitFor()
    assert.equal(await page.getByRole('button', { name: 'English' }).count(), 1)
    await page.getByRole('button', { name: '知道了' }).click()
    await page.evaluate(() => {
      location.hash = '#/decode'
    })
    await fillOperator(page)
    await page.getByLabel('科室名称 *').focus()
    await typeAsScanner(page, '2800000000000815')
    await page.getByRole('heading', { name: '解码成功' }).waitFor()
    assert.equal(await page.getByLabel('科室名称 *').inputValue(), '收费处')
    assert.equal(decodes, 1)
    page.assertQuiet()
  })

  it('what is no 医保码, as a train ticket, is refused in plain words, and the next scan works', async () => {
    const page = await openConsole(browser, agent.url, { view: 'decode', expectedErrors: /502/ })
    await fillOperator(page)
    await typeAsScanner(page, 'SIM:refuse:0123456789')
    await page.getByText('请患者打开「医保码」再扫').waitFor()
    await typeAsScanner(page, '2800000000000815')
    await page.getByRole('heading', { name: '解码成功' }).waitFor()
    assert.equal(await page.getByText('请患者打开').count(), 0)
    page.assertQuiet()
  })

  it('Enter searches also while an earlier search is still under way, and the last one counts', async () => {
    const [wanted, other] = [await upload(agent), await upload(agent)]
    const page = await openConsole(browser, agent.url, { view: 'orders' })
    const rowOf = (medOrgOrd: string) => page.locator('tr', { hasText: medOrgOrd })
    await rowOf(other).waitFor()
    const held = Promise.withResolvers<undefined>()
    await page.route('**/v1/orders/search', async (route) => {
      if (!(route.request().postData() ?? '').includes(wanted)) await held.promise
      // The page gives up what it no longer wants.
      await route.continue().catch(() => undefined)
    })
    await page.locator('select').selectOption('open')
    await page.locator('[data-search]').fill(wanted)
    await page.keyboard.press('Enter')
    await rowOf(other).waitFor({ state: 'detached' })
    await rowOf(wanted).waitFor()
    held.resolve(undefined)
    page.assertQuiet()
  })

  it('two windows show the same order, and only one of two refunds at once is done', async () => {
    const medOrgOrd = await pay(agent)
    const view = `order/${medOrgOrd}`
    const windows = await Promise.all(
      [1, 2].map(() => openConsole(browser, agent.url, { view, expectedErrors: /409|422/ })),
    )
    for (const page of windows) {
      await page.getByRole('button', { name: '退费' }).click()
      await page.getByRole('dialog').getByLabel('操作员工号').fill('OP01')
      await page.getByRole('button', { name: '下一步: 核对' }).click()
    }
    await Promise.all(windows.map((page) => page.getByRole('button', { name: /确认退费/ }).click()))
    await Promise.all(windows.map((page) => page.locator('dd').getByText('已全退').waitFor()))
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
    for (const page of windows) page.assertQuiet()
  })

  it('a long name, 500 fee lines and the largest amount keep their place', async () => {
    const [many, much] = [newNumber('MANY'), newNumber('MUCH')]
    const bodies = [
      { ...bill(many), ...inventBill({ medOrgOrd: many, lines: 500, lineFen: 1 }), userName: '测'.repeat(40) },
      { ...bill(much), ...inventBill({ medOrgOrd: much, lines: 27, lineFen: 37_037_037 }) },
    ]
    for (const body of bodies) {
      const answer = await agent.call('POST', '/v1/orders', body)
      assert.equal(answer.code, '0', answer.message)
      const placed = { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' }
      await agent.center.script(String(answer.data['medOrgOrd']), { split: 'zeroInsurance' })
      await agent.call('POST', `/v1/orders/${String(answer.data['medOrgOrd'])}/placement`, placed)
    }
    const page = await openConsole(browser, agent.url, { view: 'orders' })
    const row = page.locator('tr', { hasText: much })
    await row.getByText('9,999,999.99').first().waitFor()
    await row.getByText('0.00', { exact: true }).first().waitFor()
    const cells = await row.locator('td').evaluateAll((all) => all.map((cell) => cell.scrollWidth - cell.clientWidth))
    assert.deepEqual(cells.slice(4, 8), [0, 0, 0, 0])
    for (const number of [many, much]) {
      const height = await page.locator('tr', { hasText: number }).evaluate((each) => each.clientHeight)
      assert.ok(height <= 37, `${height} px`)
    }
    await page.getByRole('link', { name: many }).click()
    await page.locator('dd').getByText('5.00', { exact: true }).first().waitFor()
    page.assertQuiet()
  })

  it('a name of 200 characters is refused in plain Chinese, and the search takes no more than a name has', async () => {
    const name = '试'.repeat(200)
    const refused = await agent.call('POST', '/v1/orders', { ...bill(newNumber('LONG')), userName: name })
    assert.deepEqual([refused.status, refused.code], [422, 'INVALID_FIELDS'])
    assert.match(JSON.stringify(refused.data['faults']), /userName.*40/)
    const page = await openConsole(browser, agent.url, { view: 'orders' })
    const field = page.getByLabel('姓名 (完整)')
    await field.focus()
    await page.keyboard.insertText(name)
    assert.equal((await field.inputValue()).length, 40)
    await page.keyboard.press('Enter')
    await page.getByText('没有符合条件的订单。').waitFor()
    page.assertQuiet()
  })

  it('amounts of 0.00 are shown as such, and a refund of nothing by the insurance is warned of', async () => {
    const medOrgOrd = await pay(agent, 'zeroInsurance')
    const page = await openConsole(browser, agent.url, { view: `order/${medOrgOrd}` })
    const amounts = page.locator('dl.amounts')
    await amounts.waitFor()
    assert.match(await amounts.innerText(), /医保基金支付\s+0[.]00\s+个人账户支付\s+0[.]00[\s\S]*现金支付\s+100[.]00/)
    await page.getByRole('button', { name: '退费' }).click()
    const dialog = page.getByRole('dialog', { name: /退费/ })
    assert.equal(await dialog.getByLabel(/医保全额退回/).count(), 0)
    await dialog.getByLabel(/只退现金/).check()
    await dialog.getByText('这笔订单医保支付为 0, 但医保有记录').waitFor()
    await dialog.getByLabel(/全额退回/).check()
    await dialog.getByLabel('操作员工号').fill('OP01')
    await dialog.getByRole('button', { name: '下一步: 核对' }).click()
    assert.match(
      await dialog.innerText(),
      /退医保基金\s+0[.]00\s+退个人账户\s+0[.]00\s+退现金\s+100[.]00\s+合计退回\s+100[.]00/,
    )
    await dialog.getByRole('button', { name: '确认退费 100.00 元' }).click()
    await dialog.getByText('退费成功。').waitFor()
    page.assertQuiet()
  })
})
