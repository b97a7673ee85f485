// Shows over a long run that a kiosk stays as small as it was: one patient after the other pays, in one page that is never loaded
// anew, at one agent. `node evidence/kiosk/main.ts [--payments N] [--json]`; exit code 1 when the memory of either grows.
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { launchBrowser, skipWithoutBrowser } from '../../test/support/browser/browser.ts'
import { startedChildAgent, type ChildAgent } from '../../test/support/agents/child-agent.ts'
import { freshFolder } from '../../test/support/agents/test-agent.ts'
import { startTestCenter, type TestCenter } from '../../test/support/agents/test-center.ts'
import { kioskOptions, showCode, visitKiosk, type Visit } from '../../test/browser/kiosk/kiosk-visit.ts'
import { startKioskHis } from '../../test/kiosk/kiosk-job.ts'
import { findFreePort, openLiveHeap } from '../fuzz/live-heap.ts'
import { measurePage, type PageSize } from './page-size.ts'

const { payments: given, json } = parseArgs({
  options: {
    payments: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
    // The command that runs every part of the evidence gives one to each; nothing is random here.
    seed: { type: 'string' },
  },
}).values

type Size = Omit<PageSize, 'debuggerBytes'> & { readonly agentBytes: number }

/**
 * What either may hold more at the end than after the first payments, however many there were in between: the page the
 * deadlines of the calls of 30 s, the agent its last 500 orders and 1,000 events.
 */
const mayGrow: Size = { keptBytes: 500_000, codeBytes: 1_000_000, nodes: 50, listeners: 10, agentBytes: 6_000_000 }
/** Everything was shown and compiled once. */
const warmUp = 20
const looks = 10

if (skipWithoutBrowser !== false) {
  console.error(`not shown: ${skipWithoutBrowser}`)
  process.exit(1)
}

type Scene = { readonly agent: ChildAgent; readonly center: TestCenter; readonly visit: Visit }

/** Throws with what the page and the agent say when it is not paid. */
const untilPaid = async ({ agent, visit: { page } }: Scene, medOrgOrd: string): Promise<void> => {
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
const payOnce = async (scene: Scene, at: number): Promise<void> => {
  const { center, visit } = scene
  const { page, untilStep, choose, authorize } = visit
  showCode(`EVIDENCE${at}`)
  await page.locator('.welcome-button').click()
  await untilStep('bills')
  const hasCash = at % 2 === 0
  const medOrgOrd = await choose(hasCash ? 0 : 2)
  if (!hasCash) await center.script(medOrgOrd, { split: 'insurance' })
  if (at % 3 === 0) {
    await page.locator('.details-link').click()
    await page.locator('.details-line').first().waitFor()
    await page.keyboard.press('Escape')
  }
  await authorize(medOrgOrd)
  if (hasCash) {
    await page.locator('.order-cash dd').filter({ hasText: '25.72' }).waitFor()
    await center.payer(medOrgOrd)
  }
  await untilPaid(scene, medOrgOrd)
  await page.locator('.result .main-button').click()
  await untilStep('welcome')
}

const payments = Number(given)
const dataDir = freshFolder()
const center = await startTestCenter()
const his = await startKioskHis()
const inspectPort = await findFreePort()
const agent = await startedChildAgent(dataDir, center.url, await kioskOptions(his.url), [
  `--inspect=127.0.0.1:${inspectPort}`,
])
const agentHeap = await openLiveHeap(inspectPort)
await center.control('agent', { url: agent.url, token: 'token-of-his' })
const browser = await launchBrowser()
const visit = await visitKiosk({ browser, agent: { url: agent.url, center } })
const session = await visit.page.context().newCDPSession(visit.page)
await session.send('Performance.enable')
const scene: Scene = { agent, center, visit }

const measure = async (): Promise<Size & PageSize> => ({
  ...(await measurePage(session)),
  agentBytes: Math.round((await agentHeap.measure()) * 1_048_576),
})

for (let at = 0; at < warmUp; at += 1) await payOnce(scene, at)
const first = await measure()
let last = first
if (!json) console.log(`${warmUp} payments: ${JSON.stringify(first)}`)
const startedMs = performance.now()
for (let at = 0; at < payments; at += 1) {
  await payOnce(scene, warmUp + at)
  if ((at + 1) % Math.ceil(payments / looks) !== 0 && at + 1 !== payments) continue
  last = await measure()
  if (!json) console.log(`${at + 1} payments: ${JSON.stringify(last)}`)
}
const seconds = Math.round((performance.now() - startedMs) / 1000)
const booked = his.bills().filter(({ state }) => state === 'booked').length
agentHeap.close()
await browser.close()
await agent.kill()
await his.close()
await center.stop()
rmSync(dataDir, { recursive: true, force: true })

const names = Object.keys(mayGrow) as (keyof Size)[]
const grown = Object.fromEntries(names.map((name) => [name, last[name] - first[name]])) as Size
const isFlat = names.every((name) => grown[name] <= mayGrow[name])
console.log(JSON.stringify({ orders: payments, booked, grown, seconds }))
process.exitCode = isFlat && booked === payments + warmUp ? 0 : 1
