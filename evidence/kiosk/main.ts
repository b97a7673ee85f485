// Shows over a long run that a kiosk's page stays as small as it was: one patient after the other pays, in one page that is
// never loaded anew. `node evidence/kiosk/main.ts [--payments N] [--json]`; exit code 1 when its memory grows.
import { parseArgs } from 'node:util'
import type { CDPSession } from 'playwright-core'
import { skipWithoutBrowser } from '../../test/support/browser.ts'
import { showCode, startScene, visitKiosk, type KioskScene, type Visit } from '../../test/browser/kiosk-visit.ts'

const { payments: given, json } = parseArgs({
  options: {
    payments: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    // The command that runs every part of the evidence gives one to each; nothing is random here.
    seed: { type: 'string' },
  },
}).values

/** What a page may hold more at the end than after the first payments: code that was compiled, a full event buffer. */
const mayGrow = { heapBytes: 1_500_000, nodes: 50, listeners: 10 } as const
/** Everything was shown and compiled once. */
const warmUp = 20
const looks = 10

if (skipWithoutBrowser !== false) {
  console.error(`not shown: ${skipWithoutBrowser}`)
  process.exit(1)
}

type Size = { readonly heapBytes: number; readonly nodes: number; readonly listeners: number }

const measure = async (session: CDPSession): Promise<Size> => {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const valueOf = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN
  return { heapBytes: valueOf('JSHeapUsedSize'), nodes: valueOf('Nodes'), listeners: valueOf('JSEventListeners') }
}

/** Throws with what the page and the agent say when it is not paid. */
const untilPaid = async ({ agent }: KioskScene, { page }: Visit, medOrgOrd: string): Promise<void> => {
  const result = page.locator('.result')
  const isThere = await result.waitFor({ timeout: 60_000 }).then(
    () => true,
    () => false,
  )
  if (isThere && (await result.getAttribute('data-outcome')) === 'paid') return
  const { data } = await agent.call('GET', `/v1/kiosk/orders/${medOrgOrd}`, undefined, 'terminal')
  throw new Error(`not paid: ${await page.locator('main h1').first().innerText()}: ${JSON.stringify(data)}`)
}

/** One patient, from 首页 to 首页. Every third opens the details, every second has cash to pay. */
const payOnce = async (scene: KioskScene, visit: Visit, at: number): Promise<void> => {
  const { agent } = scene
  const { page, untilStep, choose, authorize } = visit
  showCode(`EVIDENCE${at}`)
  await page.locator('.welcome-button').click()
  await untilStep('bills')
  const hasCash = at % 2 === 0
  const medOrgOrd = await choose(hasCash ? 0 : 2)
  if (!hasCash) await agent.center.script(medOrgOrd, { split: 'insurance' })
  if (at % 3 === 0) {
    await page.locator('.details-link').click()
    await page.locator('.details-line').first().waitFor()
    await page.keyboard.press('Escape')
  }
  await authorize(medOrgOrd)
  if (hasCash) {
    await page.locator('.order-cash dd').filter({ hasText: '25.72' }).waitFor()
    await agent.center.payer(medOrgOrd)
  }
  await untilPaid(scene, visit, medOrgOrd)
  await page.locator('.result .main-button').click()
  await untilStep('welcome')
}

const payments = Number(given)
const startedMs = performance.now()
const scene = await startScene()
const visit = await visitKiosk(scene)
const session = await visit.page.context().newCDPSession(visit.page)
await session.send('Performance.enable')
for (let at = 0; at < warmUp; at += 1) await payOnce(scene, visit, at)
const first = await measure(session)
let last = first
for (let at = 0; at < payments; at += 1) {
  await payOnce(scene, visit, warmUp + at)
  if ((at + 1) % Math.ceil(payments / looks) !== 0 && at + 1 !== payments) continue
  last = await measure(session)
  if (!json) console.log(`${at + 1} payments: ${JSON.stringify(last)}`)
}
const booked = scene.his.bills().filter(({ state }) => state === 'booked').length
await scene.close()

const grown = Object.fromEntries(
  Object.entries(mayGrow).map(([name]) => [name, last[name as keyof Size] - first[name as keyof Size]]),
) as Size
const isFlat = Object.entries(mayGrow).every(([name, limit]) => grown[name as keyof Size] <= limit)
const seconds = Math.round((performance.now() - startedMs) / 1000)
console.log(
  JSON.stringify({
    orders: payments,
    booked,
    heapBytes: last.heapBytes,
    grownBytes: grown.heapBytes,
    grownNodes: grown.nodes,
    seconds,
  }),
)
process.exitCode = isFlat && booked === payments + warmUp ? 0 : 1
