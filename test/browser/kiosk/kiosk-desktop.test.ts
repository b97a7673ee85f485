// The kiosk's page in a window of the desktop, which a stand-in for its bridge makes of a browser's: the token that changes with the
// agent, and the receipt that is printed without a dialog.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openPage, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { until } from '../../support/agents/test-center.ts'
import { assertAccessible } from '../accessibility.ts'
import { startScene, visitKiosk, type KioskScene, type Visit } from './kiosk-visit.ts'

/** The browser logs every answer that is not a success. */
const refused = /status of (4|5)\d\d|ERR_CONNECTION/

describe('a kiosk in the desktop', { skip: skipWithoutBrowser }, () => {
  it('asks the desktop for its token again when the agent has made another', async (context) => {
    const scene = await startScene()
    context.after(() => scene.close())
    const page = await openPage(scene.browser, `${scene.agent.url}/kiosk/`, { expectedErrors: refused })
    await page.addInitScript(() => {
      let asked = 0
      const getSession = (): Promise<object> => {
        asked += 1
        return Promise.resolve({ url: '', token: asked === 1 ? 'of-the-agent-before' : 'token-of-terminal' })
      }
      Object.assign(globalThis, { mipAgent: { getSession } })
    })
    await page.reload()
    await page.locator('[data-step="welcome"]').waitFor()
    page.assertQuiet()
  })
})

/** Runs in the page. Who was asked to print is noted at the root; its `data-answer` is the printer's next answer. */
const standForDesktop = (session: object): void => {
  const note = (who: string): string => {
    const { dataset } = document.documentElement
    dataset['printed'] = `${dataset['printed'] ?? ''} ${who}`.trim()
    return dataset['answer'] ?? 'printed'
  }
  const mipAgent = {
    getSession: () => Promise.resolve(session),
    leaveKiosk: () => Promise.resolve('wrong'),
    printReceipt: () => Promise.resolve(note('desktop')),
  }
  Object.assign(globalThis, { mipAgent, print: () => note('dialog') })
}

describe('the receipt of a kiosk in the desktop', { skip: skipWithoutBrowser }, () => {
  let scene: KioskScene
  before(async () => {
    scene = await startScene()
  })
  after(() => scene.close())

  /** Paid, in a window of a desktop with or without a printer. */
  const payIn = async (code: string, session: object): Promise<Visit> => {
    const visit = await visitKiosk(scene)
    await visit.page.addInitScript(standForDesktop, { url: '', token: 'token-of-terminal', ...session })
    await visit.page.reload()
    await visit.scan(code)
    const medOrgOrd = await visit.choose(2)
    await scene.agent.center.script(medOrgOrd, { split: 'insurance' })
    await visit.authorize(medOrgOrd)
    await visit.page.getByRole('heading', { name: '支付成功' }).waitFor()
    return visit
  }
  /** What the page asked the desktop, or the browser, to print; and what is answered from now on. */
  const printed = ({ page }: Visit): Promise<string> =>
    page.evaluate(() => document.documentElement.dataset['printed'] ?? '')

  it('is printed by the desktop, never through a print dialog; a printer that fails is told, to staff too', async () => {
    const visit = await payIn('PRINTER01', { prints: true })
    const { page } = visit
    const button = page.getByRole('button', { name: '打印凭条' })
    await button.click()
    await page.locator('html[data-printed="desktop"]').waitFor({ state: 'attached' })
    await page.evaluate(() => (document.documentElement.dataset['answer'] = 'failed'))
    await button.click()
    await page.getByRole('heading', { name: '凭条没有打印出来' }).waitFor()
    await assertAccessible(page)
    await until('staff is told', () => scene.agent.logged.some((line) => line.includes('"kind":"printer"')))
    await page.getByRole('button', { name: '知道了' }).click()
    await page.getByRole('button', { name: '完成' }).click()
    await visit.untilStep('welcome')
    assert.equal(await printed(visit), 'desktop desktop')
    page.assertQuiet()
  })

  it('is shown, and no print is offered, where the desktop has no printer', async () => {
    const visit = await payIn('PRINTER02', {})
    await visit.page.locator('.receipt-slip').waitFor()
    assert.equal(await visit.page.getByRole('button', { name: '打印凭条' }).count(), 0)
    assert.equal(await printed(visit), '')
    visit.page.assertQuiet()
  })
})
