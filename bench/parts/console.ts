// Measures the console in a real Chromium over a journal of 10,000 orders: first paint and usable with the processor slowed
// four times, the longest frame while the list scrolls and while one searches, and from an order's change to the screen.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { OrderSearchAnswer } from '../../src/contract/local-api/console.ts'
import { systemClock } from '../../src/main/wiring/compose.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { launchBrowser, openPage, skipWithoutBrowser } from '../../test/support/browser/browser.ts'
import { startAgent, type RunningAgent } from '../agent-under-test.ts'
import { newUpload } from '../channel.ts'
import { fillJournal } from '../full-journal.ts'
import { median, most } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { withSite } from '../site.ts'

const orders = 10_000
const slowedBy = 4
const scrollPx = 1_200
const paintAtMostMs = 1_000
const usableAtMostMs = 2_000
const frameAtMostMs = 100
const screenAtMostMs = 100

const probes = fileURLToPath(new URL('console-probes.js', import.meta.url))

/** Opens the list of orders in a fresh window; `console-probes.js` is there before the page. */
const openOrders = async (browser: Browser, agent: RunningAgent, slowed: boolean): Promise<Page> => {
  const token = (agent.headers['authorization'] ?? '').replace('Bearer ', '')
  const page = await openPage(browser, `${agent.url}/v1/health`, { token, viewport: { width: 1366, height: 768 } })
  await page.addInitScript({ path: probes })
  if (slowed) {
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowedBy })
  }
  await page.goto(`${agent.url}/console/#/orders`)
  await page.locator('[data-row="0"]').waitFor()
  return page
}

type Opening = { readonly paint: number; readonly usable: number }

/** Milliseconds since the navigation: the first paint, and when rows could be read and clicked. */
const timeOpening = async (browser: Browser, agent: RunningAgent): Promise<Opening> => {
  const page = await openOrders(browser, agent, true)
  const times = await page.evaluate<Opening>('probes.times()')
  await page.context().close()
  return times
}

/** From the last entry of the journal about a new order to its row on the screen, milliseconds. */
const timeToScreen = async (page: Page, agent: RunningAgent): Promise<number> => {
  const body = newUpload({ lines: 5, full: false })
  const { medOrgOrd } = JSON.parse(body.toString()) as { medOrgOrd: string }
  const seen = page.evaluate<number>(`probes.untilFirstRow(${JSON.stringify(medOrgOrd)})`)
  const headers = { ...agent.headers, 'content-type': 'application/json' }
  const post = (path: string, text: string): Promise<Response> =>
    fetch(`${agent.url}${path}`, { method: 'POST', headers, body: text })
  await post('/v1/orders', body.toString())
  const seenMs = await seen
  const reply = await post('/v1/orders/search', JSON.stringify({ medOrgOrd }))
  const { data } = (await reply.json()) as { data: OrderSearchAnswer }
  return seenMs - Date.parse(data.orders[0]?.updatedAt ?? '')
}

/** How long the page is left alone, for the longest frame that is not its own doing. */
const idleMs = 3_000

/** The longest frame while `act` runs, milliseconds. */
const longestFrameOf = async (page: Page, act: () => Promise<unknown>): Promise<number> => {
  await page.evaluate('probes.watchFrames()')
  await act()
  return page.evaluate<number>('probes.longestFrame()')
}

const measure = async (bench: Bench, browser: Browser, agent: RunningAgent): Promise<void> => {
  const openings: Opening[] = []
  for (let round = 0; round < bench.rounds(5); round++) openings.push(await timeOpening(browser, agent))
  const paint = median(openings.map((opening) => opening.paint))
  const usable = median(openings.map((opening) => opening.usable))
  const page = await openOrders(browser, agent, false)
  const onScreen: number[] = []
  for (let round = 0; round < bench.rounds(20); round++) onScreen.push(await timeToScreen(page, agent))
  const idle = await longestFrameOf(page, () => page.waitForTimeout(idleMs))
  const scrolled = await longestFrameOf(page, () => page.evaluate(`probes.scrollAll(${scrollPx}, ${orders})`))
  const state = page.locator('select')
  const searched = await longestFrameOf(page, async () => {
    await page.evaluate('probes.scrollToTop()')
    await state.selectOption('open')
    await page.locator('tr', { hasText: '已上传' }).first().waitFor()
    await state.selectOption('paid')
    await page.locator('tr', { hasText: '已结算' }).first().waitFor()
    await state.selectOption('all')
    const last = await page.locator('[data-row="9"] a').innerText()
    await page.locator('[data-search]').fill(last)
    await page.keyboard.press('Enter')
    await page.locator('[data-row="0"]', { hasText: last }).waitFor()
  })
  bench.print(
    ...tableLines([
      ['毫秒 ms', 'median', 'most'],
      [`首次绘制 first paint, CPU / ${slowedBy}`, digits(paint), digits(most(openings.map((each) => each.paint)))],
      [`可用 usable, CPU / ${slowedBy}`, digits(usable), digits(most(openings.map((each) => each.usable)))],
      ['什么都不做, 最长一帧 longest frame of an idle page', '', digits(idle)],
      [`滚动 ${orders} 笔, 最长一帧 longest frame`, '', digits(scrolled)],
      ['查找, 最长一帧 longest frame of a search', '', digits(searched)],
      ['订单变化到屏幕 change to screen', digits(median(onScreen)), digits(most(onScreen))],
    ]),
  )
  const record = (name: string, label: string, value: number, atMost: number): void =>
    bench.record({ name, label, value, unit: 'ms', limit: { atMost } })
  record('console-paint', '控制台首次绘制 first paint, CPU / 4', paint, paintAtMostMs)
  record('console-usable', '控制台可用 usable, CPU / 4', usable, usableAtMostMs)
  record(
    'console-frame',
    `滚动、查找 ${orders} 笔的最长一帧 longest frame`,
    Math.max(scrolled, searched),
    frameAtMostMs,
  )
  record('console-event', '订单变化到屏幕 change to screen', median(onScreen), screenAtMostMs)
}

const run = (bench: Bench): Promise<void> => {
  if (skipWithoutBrowser !== false) {
    bench.print(`  跳过 (skipped): ${skipWithoutBrowser}`)
    return Promise.resolve()
  }
  return withSite(async ({ agent: first, agentSite }, folder) => {
    await first.stop()
    const journal = openJournal(join(folder, 'agent', 'data'), 'test', systemClock)
    await fillJournal(journal, { closed: orders, open: 0 })
    journal.close()
    const agent = await startAgent(agentSite)
    const browser = await launchBrowser()
    try {
      await measure(bench, browser, agent)
    } finally {
      await browser.close()
      await agent.stop()
    }
  })
}

export const consolePages: Part = { name: 'console', title: '控制台 The console in a browser', run }
