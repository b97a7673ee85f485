// Takes the pictures of docs/images: each view of the console as it is, in a real Chromium, over an agent and a simulated center
// of its own. Every patient and every number in them is invented. A command: `node scripts/docs/take-screenshots.ts [VIEW...]`.
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser } from '../../test/support/browser/browser.ts'
import { act, attentionOf, newNumber, pay, place, refundCash, upload } from '../../test/support/cashier-job.ts'
import { fillOperator, openConsole, typeAsScanner } from '../../test/support/browser/console-window.ts'
import { until } from '../../test/support/agents/test-center.ts'
import { startTestAgent, type TestAgent } from '../../test/support/agents/test-agent.ts'
import { buildPages } from '../build/build-pages.ts'

const images = join(dirname(fileURLToPath(import.meta.url)), '../../docs/images')
/** Small enough to be kept with the text. */
const atMostBytes = 150_000

/** A morning at the window: orders in many states, one that needs a person. */
const workMorning = async (agent: TestAgent): Promise<string> => {
  for (const split of ['mixed', 'insurance', 'zeroInsurance', 'mixed'] as const)
    await pay(agent, split, newNumber('MZ2026112100'))
  await place(agent, 'mixed', newNumber('MZ2026112100'))
  await upload(agent, newNumber('MZ2026112100'))
  const unclear = await pay(agent, 'mixed', newNumber('MZ2026112100'))
  await agent.center.script(unclear, { interface: '6203', lostRequest: true })
  await act(agent, unclear, 'refunds', refundCash('5.00', { operator: 'OP01' }))
  await until('the list that needs a person', () => attentionOf(agent, unclear))
  const partly = await pay(agent, 'mixed', newNumber('MZ2026112100'))
  await act(agent, partly, 'refunds', refundCash('8.00', { operator: 'OP01' }))
  return partly
}

/** What is done in a view before its picture is taken. */
const prepare: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  status: (page) => page.locator('.sides').waitFor(),
  orders: (page) => page.locator('[data-row="5"]').waitFor(),
  order: (page) => page.locator('.timeline li').first().waitFor(),
  refund: async (page) => {
    await page.getByRole('button', { name: '退费', exact: true }).click()
    await page.getByRole('dialog').getByLabel('操作员工号').fill('OP01')
    await page.getByRole('button', { name: '下一步: 核对' }).click()
    await page.getByRole('button', { name: /^确认退费/ }).waitFor()
  },
  decode: async (page) => {
    await fillOperator(page)
    await typeAsScanner(page, '2800000000000815')
    await page.getByRole('heading', { name: '解码成功' }).waitFor()
  },
  attention: (page) => page.locator('.view table').waitFor(),
  queue: (page) => page.locator('meter').waitFor(),
  shift: (page) => page.locator('.view table').waitFor(),
  days: (page) => page.locator('figure svg').waitFor(),
  doctor: async (page) => {
    await page.locator('.view table').first().waitFor()
    await page.locator('.log tbody tr').first().waitFor()
  },
}

const takePicture = async (browser: Browser, agent: TestAgent, name: string, order: string): Promise<void> => {
  const view = name === 'order' || name === 'refund' ? `order/${order}` : name
  const page = await openConsole(browser, agent.url, { view, viewport: { width: 1280, height: 720 } })
  await prepare[name]?.(page)
  // Until the dialog stands still.
  await page.evaluate('Promise.all(document.getAnimations().map((each) => each.finished)).then(() => undefined)')
  const path = join(images, `console-${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  await page.context().close()
  const { size } = statSync(path)
  if (size > atMostBytes) throw new Error(`${path}: ${size} bytes`)
  console.log(`${path} ${Math.ceil(size / 1024)} KB`)
}

mkdirSync(images, { recursive: true })
const agent = await startTestAgent({ pagesDir: await buildPages() })
const browser = await launchBrowser()
try {
  const order = await workMorning(agent)
  const asked = process.argv.slice(2)
  for (const name of asked.length === 0 ? Object.keys(prepare) : asked) await takePicture(browser, agent, name, order)
} finally {
  await browser.close()
  await agent.close()
}
