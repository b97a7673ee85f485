// The patient's display at the window, in a real browser: what the cashier's HIS does with an agent is seen there, and nothing
// of it later.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Request } from 'playwright-core'
import { buildPages } from '../../scripts/build/build-pages.ts'
import { inventBill } from '../fixtures/invented-bill.ts'
import { act, newNumber, pay, place, placement, refundAll, refresh, upload } from '../support/cashier-job.ts'
import { launchBrowser, openPage, skipWithoutBrowser, type WatchedPage } from '../support/browser/browser.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { assertAccessible } from './accessibility.ts'
import { documentOf, landscape, portrait } from './kiosk/kiosk-visit.ts'

describe('the display at the window', { skip: skipWithoutBrowser }, () => {
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

  const open = async (viewport = landscape): Promise<WatchedPage> => {
    // Of an order from before its stream was open it does not hear.
    const options = { token: 'token-of-reader', viewport, follows: true } as const
    const page = await openPage(browser, `${agent.url}/display/`, options)
    await page.locator('[data-stage="idle"]').waitFor()
    await page.getByText('请向收费员出示医保码。').waitFor()
    // It asks for the environment once its stream is open; what began before that it does not show.
    await page.locator('[data-environment="sandbox"]').waitFor()
    return page
  }

  const untilStage = (page: WatchedPage, stage: string): Promise<void> =>
    page.locator(`[data-stage="${stage}"]`).waitFor()

  /** What the page was told by now is on the screen. */
  const untilPainted = (page: WatchedPage): Promise<unknown> =>
    page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))

  it('shows the legs as soon as they are known, then the result, then nobody', async () => {
    const page = await open()
    await page.clock.install()
    const medOrgOrd = newNumber('SHOWN')
    await place(agent, 'mixed', medOrgOrd)
    await untilStage(page, 'pay')
    const legs = await page.locator('.order-row dd').allTextContents()
    assert.deepEqual(legs, ['¥100.00', '¥60.00', '¥20.00', '¥0.00', '¥20.00'])
    const text = await documentOf(page)
    assert.ok(!text.includes(medOrgOrd), 'the number is masked')
    assert.ok(!text.includes('测试'), 'no name')
    await assertAccessible(page, { enhanced: true })
    await agent.center.payer(medOrgOrd)
    await untilStage(page, 'paid')
    await assertAccessible(page, { enhanced: true })
    await page.clock.fastForward(31_000)
    await untilStage(page, 'idle')
    assert.ok(!(await documentOf(page)).includes('60.00'))
    await assertAccessible(page, { enhanced: true })
    page.assertQuiet()
  })

  it('a lost 6202 that the center holds at 2: the patient is sent to his phone in the words of the kiosk, since when told', async () => {
    const page = await open()
    const medOrgOrd = newNumber('HELD')
    await upload(agent, medOrgOrd)
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true })
    await act(agent, medOrgOrd, 'placement', placement())
    await refresh(agent, medOrgOrd)
    await untilStage(page, 'checkPhone')
    const text = await page.locator('main').textContent()
    assert.match(text ?? '', /请看手机，付清余下的金额 *医保中心 \d\d:\d\d 起已在等您付款/)
    await assertAccessible(page, { enhanced: true })
    page.assertQuiet()
  })

  for (const viewport of [landscape, portrait]) {
    it(`shows the largest amounts, and 0.00, as any other: ${viewport.width} wide`, async () => {
      const page = await open(viewport)
      const medOrgOrd = newNumber('LIMIT')
      await upload(agent, medOrgOrd, inventBill({ medOrgOrd, lines: 3, lineFen: 333_333_333 }))
      await agent.center.script(medOrgOrd, { split: { fundFen: 0, accountFen: 100_000_000 } })
      await act(agent, medOrgOrd, 'placement', placement())
      await untilStage(page, 'pay')
      const legs = await page.locator('.order-row dd').allTextContents()
      assert.deepEqual(legs, ['¥9,999,999.99', '¥0.00', '¥1,000,000.00', '¥0.00', '¥8,999,999.99'])
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      assert.ok(beyond <= 0, `${beyond} px too wide`)
      await assertAccessible(page, { enhanced: true })
      page.assertQuiet()
    })
  }

  it('shows the order as it is, whichever of its questions is answered last', async () => {
    const page = await open()
    const medOrgOrd = newNumber('OVERTAKEN')
    const [answered, held] = [Promise.withResolvers<Request>(), Promise.withResolvers<undefined>()]
    let looks = 0
    await page.route(`**/v1/orders/${medOrgOrd}`, async (route) => {
      looks += 1
      if (looks > 1) {
        await route.continue().catch(() => undefined)
        return
      }
      // Answered at once, and on its way until the order has gone on.
      const answer = await route.fetch()
      answered.resolve(route.request())
      await held.promise
      // The page may have given it up.
      await route.fulfill({ response: answer }).catch(() => undefined)
    })
    await upload(agent, medOrgOrd)
    const first = await answered.promise
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    await act(agent, medOrgOrd, 'placement', placement())
    await untilStage(page, 'pay')
    held.resolve(undefined)
    // Without an answer it was given up.
    await (await first.response())?.finished()
    await untilPainted(page)
    assert.equal(await page.locator('[data-stage]').getAttribute('data-stage'), 'pay')
    page.assertQuiet()
  })

  it('does not show what was settled before it was opened', async () => {
    const medOrgOrd = await pay(agent, 'mixed')
    const page = await open()
    await act(agent, medOrgOrd, 'refunds', refundAll('mixed'))
    // The next order is the first thing it has to show.
    await place(agent, 'mixed')
    await untilStage(page, 'pay')
    page.assertQuiet()
  })
})
