// A scanner that types (键盘口) at the kiosk, in a real browser: read on the first page where the agent leaves scanning to it, and
// none of its keys ever presses a button.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutBrowser } from '../../support/browser/browser.ts'
import { typeAsScanner } from '../../support/browser/console-window.ts'
import { openPty, skipWithoutSocat } from '../../support/devices/pty.ts'
import { until } from '../../support/agents/test-center.ts'
import { startScene, visitKiosk, type KioskScene, type Visit } from './kiosk-visit.ts'

const refused = /status of (4|5)\d\d/

/** How often a page asks for a decode from now on. */
const countDecodes = ({ page }: Visit): (() => number) => {
  let decodes = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/vouchers/decode')) decodes += 1
  })
  return () => decodes
}

describe('a scanner that types at the kiosk', { skip: skipWithoutBrowser }, () => {
  let scene: KioskScene
  before(async () => {
    scene = await startScene({ library: { scannerOwner: 'agent' } })
  })
  after(() => scene.close())

  it('is read on the first page, without a tap and without a scanner of the agent, and presses nothing', async () => {
    const visit = await visitKiosk(scene)
    const { page } = visit
    const decodes = countDecodes(visit)
    await page.getByText('正在等您扫码…').waitFor()
    await page.locator('.care-switch').focus()
    await typeAsScanner(page, 'WEDGE 0123456789')
    await visit.untilStep('bills')
    assert.equal(await page.locator('html[data-care]').count(), 0, 'its space and its Enter pressed nothing')
    await page.locator('.bill').first().focus()
    await typeAsScanner(page, 'WEDGE 9876543210')
    await typeAsScanner(page, '6901234')
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)))
    assert.equal(await page.locator('[data-step="bills"]').count(), 1, 'nobody scans for a patient who is being served')
    assert.equal(decodes(), 1)
    page.assertQuiet()
  })

  it('what is no 医保码 is said, and the next scan goes on without a touch', async () => {
    const visit = await visitKiosk(scene, { expectedErrors: refused })
    await typeAsScanner(visit.page, 'SIM:refuse:0123456789')
    await visit.page.getByRole('heading', { name: '没有认出这个码' }).waitFor()
    await typeAsScanner(visit.page, 'WEDGE2800000001')
    await visit.untilStep('bills')
    visit.page.assertQuiet()
  })

  it('a code that an input method has spoilt is not decoded: the patient scans again, staff is told', async () => {
    const visit = await visitKiosk(scene)
    const decodes = countDecodes(visit)
    await typeAsScanner(visit.page, '２８００００００００００００１５')
    await visit.page.getByRole('heading', { name: '没有扫清楚' }).waitFor()
    await until('staff is told', () => scene.agent.logged.some((line) => line.includes('"kind":"scanner"')))
    assert.equal(decodes(), 0)
    visit.page.assertQuiet()
  })
})

describe('a scanner that types where the library scans', { skip: skipWithoutBrowser }, () => {
  it('decodes nothing before the patient has tapped, and says so', async (context) => {
    const scene = await startScene()
    context.after(() => scene.close())
    const visit = await visitKiosk(scene)
    const decodes = countDecodes(visit)
    await visit.page.locator('.welcome-button').focus()
    await typeAsScanner(visit.page, 'WEDGE2800000002')
    await visit.page.getByRole('heading', { name: '请先按“开始扫码”' }).waitFor()
    assert.equal(decodes(), 0)
    await visit.page.getByRole('button', { name: '知道了' }).click()
    await visit.scan('WEDGE2800000003')
    visit.page.assertQuiet()
  })
})

describe('a scanner that types beside one of the agent', { skip: skipWithoutBrowser || skipWithoutSocat }, () => {
  it('is read, and the next code of the other one is the next patient', async (context) => {
    const pty = await openPty(context)
    const scene = await startScene({
      scanners: [{ kind: 'serial', name: '测试扫码枪', path: pty.path }],
      library: { scannerOwner: 'agent' },
    })
    context.after(() => scene.close())
    const visit = await visitKiosk(scene)
    const isWaiting = async (): Promise<boolean> => {
      const { data } = await scene.agent.call('GET', '/v1/status')
      return (data['scanners'] as readonly { waiting: boolean }[]).some(({ waiting }) => waiting)
    }
    await until('the scanner is waited for', isWaiting)
    await typeAsScanner(visit.page, 'WEDGE2800000004')
    await visit.untilStep('bills')
    await until('the scanner is let go', async () => !(await isWaiting()))
    await visit.page.getByRole('button', { name: '退出' }).click()
    await visit.untilStep('welcome')
    await until('the scanner is waited for', isWaiting)
    pty.type('28000000001234567890\r')
    await visit.untilStep('bills')
    visit.page.assertQuiet()
  })
})
