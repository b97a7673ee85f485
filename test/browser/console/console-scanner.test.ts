// Decoding with the agent's own scanner at the console, in a real browser: a real pseudo terminal that the agent opens.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { startSimulatedScanner, type SimulatedScanner } from '../../../examples/demo/simulated-scanner.ts'
import { buildSimulatedScanner } from '../../../scripts/build/build-native.ts'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import type { ScannerStatus } from '../../../src/contract/local-api/scanners.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { launchBrowser, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { fillOperator, openConsole } from '../../support/browser/console-window.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const program = buildSimulatedScanner()
const skip = program.built ? skipWithoutBrowser : program.reason
const code = '2800000000000815'

describe("the agent's own scanner at the console", { skip }, () => {
  let scanner: SimulatedScanner
  let agent: TestAgent
  let browser: Browser
  const scannerOf = async (): Promise<ScannerStatus | undefined> =>
    ((await agent.call('GET', '/v1/status')).data['scanners'] as ScannerStatus[])[0]
  before(async () => {
    scanner = await startSimulatedScanner(program.built ? program.path : '')
    const scanners = [{ kind: 'serial', name: '测试扫码枪', path: scanner.path }] as const
    // The agent must not give up a wait for a code while a slow page is looked at.
    const orders = { scanWaitMs: 300_000 }
    agent = await startTestAgent({ pagesDir: await buildPages(), scanners: [...scanners], orders })
    browser = await launchBrowser()
    await until('the open port', async () => (await scannerOf())?.state === 'open')
  })
  after(async () => {
    await browser.close()
    await agent.close()
    scanner.close()
  })

  it('a code shown after the start is decoded; a cancelled start takes no code, and the next one does', async () => {
    const page = await openConsole(browser, agent.url, { view: 'decode' })
    await fillOperator(page)
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const waiting = page.getByText('请患者出示医保码…')
    const done = page.getByRole('heading', { name: '解码成功' })
    /** Started, and the agent listens to its scanner. */
    const start = async (): Promise<void> => {
      await page.keyboard.press('F2')
      await waiting.waitFor()
      await until('the waiting scanner', async () => (await scannerOf())?.waiting)
    }
    await start()
    scanner.scan(code)
    await done.waitFor()
    const { idNo } = inventPatient(code) as { idNo: string }
    const shown = await page.locator('main').innerText()
    assert.ok(shown.includes(idNo.slice(-4)) && !shown.includes(idNo))

    await start()
    await page.keyboard.press('Escape')
    await waiting.waitFor({ state: 'detached' })
    assert.ok(asked.some((path) => /^[/]v1[/]operations[/]\w+[/]cancel$/.test(path)))
    assert.equal(await page.getByRole('alert').count(), 0)
    assert.equal(await done.count(), 0)

    await start()
    // The same code again at once would be the same scan.
    scanner.scan('2800000000000823')
    await done.waitFor()
    page.assertQuiet()
  })
})
