// Takes the pictures of the kiosk and the patient's display that the documentation shows, from real pages with invented
// patients, into docs/images. A command: `node scripts/docs/take-kiosk-screenshots.ts`.
import { mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { landscape, portrait, showCode, startScene, visitKiosk } from '../../test/browser/kiosk/kiosk-visit.ts'
import { openPage, skipWithoutBrowser } from '../../test/support/browser/browser.ts'
import { newNumber, place } from '../../test/support/cashier-job.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../docs/images')
/** A kiosk's screen at half its size. */
const half = ({ width, height }: typeof portrait) => ({ width: width / 2, height: height / 2 })
const atMostBytes = 150 * 1024

if (skipWithoutBrowser !== false) throw new Error(skipWithoutBrowser)
mkdirSync(folder, { recursive: true })

const take = async (page: Page, name: string): Promise<void> => {
  const path = join(folder, `kiosk-${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  const { size } = statSync(path)
  if (size > atMostBytes) throw new Error(`${path}: ${size} bytes`)
  console.log(`${path} ${Math.round(size / 1024)} KB`)
}

const scene = await startScene()

/** A patient's way from 首页 to the end; a picture of each of the steps that are named. */
const walk = async (name: string, viewport: typeof portrait, steps: readonly string[]): Promise<void> => {
  const { page, scan, choose, authorize, untilStep } = await visitKiosk(scene, { viewport })
  const show = async (step: string): Promise<void> => {
    if (steps.includes(step)) await take(page, `${name}-${step}`)
  }
  if (name === 'care') await page.locator('.care-switch').click()
  await show('welcome')
  await scan(`PICTURE${name}`)
  await show('bills')
  const medOrgOrd = await choose()
  await show('order')
  await authorize(medOrgOrd)
  await page.locator('.order-cash dd').filter({ hasText: '25.72' }).waitFor()
  await show('paying')
  await scene.agent.center.payer(medOrgOrd)
  await untilStep('result')
  await show('result')
  await page.context().close()
}

await walk('portrait', half(portrait), ['welcome', 'bills', 'order', 'paying', 'result'])
await walk('care', half(portrait), ['welcome', 'order', 'paying'])
await walk('landscape', half(landscape), ['welcome', 'paying'])

const { page } = await visitKiosk(scene, { viewport: half(portrait) })
showCode('SIM:garbage:')
await page.locator('.welcome-button').click()
await page.locator('[data-step="fault"]').waitFor()
await take(page, 'fault')

const display = await openPage(scene.browser, `${scene.agent.url}/display/`, {
  token: 'token-of-reader',
  viewport: half(landscape),
})
await display.getByText('请向收费员出示医保码。').waitFor()
await place(scene.agent, 'mixed', newNumber('PICTURE'))
await display.locator('[data-stage="pay"]').waitFor()
await take(display, 'display')
await scene.close()
