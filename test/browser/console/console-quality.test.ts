// What holds for every view of the console, in a real browser: WCAG 2.2 AA by axe in both languages, the keyboard alone, the
// budget of its JavaScript, no error in the log, nothing asked of another host.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { launchBrowser, openPage, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { act, attentionOf, pay, place, refundCash, upload } from '../../support/cashier-job.ts'
import { openConsole } from '../../support/browser/console-window.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'
import { complaints } from './console-axe.ts'

const budgetBytes = 350 * 1024
/** Each view, and what is on it once the agent has answered. */
const views = {
  status: '.sides',
  orders: '[data-row]',
  decode: '.view form',
  attention: '.view table',
  queue: 'meter',
  shift: '.view table',
  days: 'figure svg',
  access: '.view :is(table, [role="alert"])',
  settings: '.view :is(form, [role="alert"])',
  doctor: '.view :is(table, [role="alert"])',
} as const

const viewNames = Object.keys(views) as readonly (keyof typeof views)[]

const openView = async (page: Page, view: keyof typeof views): Promise<void> => {
  await page.evaluate((name) => {
    location.hash = `#/${name}`
  }, view)
  await page.locator(views[view]).first().waitFor()
}

describe('every view of the console', { skip: skipWithoutBrowser }, () => {
  let agent: TestAgent
  let browser: Browser
  let pagesDir: string
  let paid: string
  let uploaded: string
  before(async () => {
    pagesDir = await buildPages()
    agent = await startTestAgent({ pagesDir })
    browser = await launchBrowser()
    paid = await pay(agent)
    await place(agent, 'mixed')
    uploaded = await upload(agent)
    await agent.center.script(paid, { interface: '6203', lostRequest: true })
    await act(agent, paid, 'refunds', refundCash('5.00'))
    await until('the list that needs a person', () => attentionOf(agent, paid))
  })
  after(async () => {
    await browser.close()
    await agent.close()
  })

  for (const language of ['zh', 'en'] as const) {
    it(`axe finds nothing against WCAG 2.2 AA, and the log stays empty (${language})`, async () => {
      // In the sandbox there are no settings; the answer says so.
      const page = await openConsole(browser, agent.url, { language, expectedErrors: /40[0-9]/ })
      for (const view of viewNames) {
        await openView(page, view)
        assert.deepEqual(await complaints(page), [], view)
      }
      await page.evaluate((number) => {
        location.hash = `#/order/${number}`
      }, paid)
      await page.locator('.timeline li').first().waitFor()
      assert.deepEqual(await complaints(page), [], 'order')
      page.assertQuiet()
    })
  }

  it('the keyboard alone reaches every view, skips the menu, walks the list, and dialogs give the focus back', async () => {
    const page = await openConsole(browser, agent.url, { view: 'doctor', expectedErrors: /40[0-9]/ })
    for (const [at, heading] of ['状态', '订单', '解码', '待处理', '排队', '交班', '日报'].entries()) {
      await page.keyboard.press(`Alt+${at + 1}`)
      await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor()
      await page.waitForFunction(() => document.activeElement?.tagName === 'H2')
    }
    await page.keyboard.press('Alt+2')
    await page.locator('[data-row="0"]').waitFor()
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement?.hasAttribute('data-search')), true)
    await page.locator('[data-row="0"] a').focus()
    await page.keyboard.press('ArrowDown')
    assert.equal(
      await page.evaluate(() => document.activeElement?.closest('[data-row]')?.getAttribute('data-row')),
      '1',
    )
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: /^订单 / }).waitFor()
    const opener = page.getByRole('button', { name: '撤销上传' })
    await opener.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    for (let pressed = 0; pressed < 8; pressed++) {
      await page.keyboard.press('Tab')
      assert.ok(await dialog.evaluate((box) => box.contains(document.activeElement)))
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await page.waitForFunction(() => document.activeElement?.textContent.trim() === '撤销上传')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: '快捷键' }).waitFor()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.locator('h2').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H2')
    page.assertQuiet()
  })

  it('what a token has no right for is not offered, and the page says which right it wants', async () => {
    const page = await openConsole(browser, agent.url, { token: 'token-of-window', view: `order/${paid}` })
    await page.getByText(/没有这项权限.*需要的权限: 管理/).waitFor()
    assert.equal(await page.getByLabel('查看原始字段 (工程师)').isDisabled(), true)
    for (const view of ['access', 'settings', 'doctor']) {
      await page.evaluate((name) => {
        location.hash = `#/${name}`
      }, view)
      await page.locator('.view').getByText('需要的权限: 管理').waitFor()
    }
    await page.evaluate(() => {
      location.hash = '#/attention'
    })
    await page.getByText('需要的权限: 退费').waitFor()
    assert.equal(await page.getByRole('button', { name: '登记处理结果' }).isDisabled(), true)
    // Nothing was asked that the agent refused.
    page.assertQuiet()
    const reader = await openConsole(browser, agent.url, { token: 'token-of-reader', view: `order/${uploaded}` })
    await reader.getByText('需要的权限: 收费').waitFor()
    for (const name of ['支付下单', '撤销上传']) {
      assert.equal(await reader.getByRole('button', { name }).isDisabled(), true)
    }
    reader.assertQuiet()
  })

  it('the environment is on every page, also before anybody signed in', async () => {
    const page = await openConsole(browser, agent.url, { expectedErrors: /40[0-9]/ })
    for (const view of viewNames) {
      await openView(page, view)
      assert.equal(await page.locator('header').getByText('沙箱 · 模拟').isVisible(), true, view)
    }
    const stranger = await openPage(browser, `${agent.url}/console/`)
    await stranger.getByRole('heading', { name: '请先配对' }).waitFor()
    await stranger.getByText('沙箱 · 模拟').waitFor()
    assert.deepEqual(await complaints(stranger), [])
    stranger.assertQuiet()
  })

  it('what the console loads at first is at most 350 KB of JavaScript, gzip', () => {
    const folder = join(pagesDir, 'console')
    const seen = new Set<string>()
    const read = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(file, 'utf8')
      const named = file.endsWith('.html')
        ? text.matchAll(/(?:src|href)="([^"]+[.]js)"/g)
        : text.matchAll(/(?:import|from)\s*"(\.[^"]+[.]js)"/g)
      for (const [, path = ''] of named) read(join(file, '..', path))
    }
    read(join(folder, 'index.html'))
    const scripts = [...seen].filter((file) => file.endsWith('.js'))
    assert.ok(scripts.length > 1)
    const bytes = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
    console.log(`JavaScript at first: ${Math.ceil(bytes / 1024)} KB gzip in ${scripts.length} files`)
    assert.ok(bytes <= budgetBytes, `${bytes} bytes`)
  })
})
