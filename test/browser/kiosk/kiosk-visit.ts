// A patient at the kiosk, in a real browser: the pages, a real agent, the simulated center and the HIS stub. The patient's phone
// is the sandbox's. What a step is called is src/renderer/kiosk/kiosk-steps.ts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import type { KioskStep } from '../../../src/renderer/kiosk/kiosk-steps.ts'
import type { KioskSettings } from '../../../src/main/usecases/base/kiosk.ts'
import { startKioskHis, type Kiosk } from '../../kiosk/kiosk-job.ts'
import { launchBrowser, openPage, type OpenOptions, type WatchedPage } from '../../support/browser/browser.ts'
import { freePort } from '../../support/agents/free-port.ts'
import { startTestAgent, type TestAgent, type TestAgentOptions } from '../../support/agents/test-agent.ts'

export const portrait = { width: 1080, height: 1920 }
export const landscape = { width: 1920, height: 1080 }

const scanFolder = mkdtempSync(join(tmpdir(), 'mip-scan-'))
process.once('exit', () => rmSync(scanFolder, { recursive: true, force: true }))

/** What the library's own scanner will read: each text is another patient, `SIM:` words make it fail. */
export const showCode = (code: string): void => writeFileSync(join(scanFolder, 'next'), code)

type SceneOptions = TestAgentOptions & {
  /** Settings of the kiosk that differ from test-agent.ts. */
  readonly change?: Partial<KioskSettings>
  /** Another HIS than the stub. */
  readonly hisUrl?: string
}

export type KioskScene = Kiosk & {
  readonly browser: Browser
  /** Starts the stopped agent again, under the same address. */
  readonly startAgain: () => Promise<void>
}

/** Of an agent with the kiosk's pages, whose library scans by itself, on the patient's tap. */
export const kioskOptions = async (hisUrl: string): Promise<TestAgentOptions> => ({
  pagesDir: await buildPages(),
  library: { scannerOwner: 'library' },
  libraryEnvironment: { MIP_SIM_SCRIPT: join(scanFolder, 'next'), MIP_SIM_SCAN_MS: '30' },
  kiosk: { hisUrl },
})

/** A kiosk whose library scans by itself unless the options say otherwise. */
export const startScene = async ({ change, hisUrl, ...options }: SceneOptions = {}): Promise<KioskScene> => {
  const his = await startKioskHis()
  const agentOptions: TestAgentOptions = {
    ...(await kioskOptions(his.url)),
    // Nothing here is about a HIS that is slow; the disk of a busy machine holds up agent and HIS alike.
    kiosk: { hisUrl: hisUrl ?? his.url, timeoutMs: 20_000, ...(change === undefined ? {} : { change }) },
    port: await freePort(),
    ...options,
  }
  const agent = await startTestAgent(agentOptions)
  await agent.center.control('agent', { url: agent.url, token: 'token-of-his' })
  const browser = await launchBrowser()
  return {
    agent,
    his,
    browser,
    startAgain: () => agent.start(agentOptions),
    close: async () => {
      await browser.close()
      await agent.close()
      await his.close()
    },
  }
}

export type Visit = {
  readonly page: WatchedPage
  /** Resolves when the step is shown. */
  readonly untilStep: (name: KioskStep['name']) => Promise<void>
  /** From 首页 to the bills, with a code of this patient. */
  readonly scan: (code: string) => Promise<void>
  /** Taps a bill (0 with cash, 1 forty lines, 2 without cash); gives its order's number from the order page. */
  readonly choose: (index?: number) => Promise<string>
  /** 去支付, then authorised by the phone. */
  readonly authorize: (medOrgOrd: string) => Promise<void>
}

/** What a visit needs of a scene. */
export type VisitedScene = { readonly browser: Browser; readonly agent: Pick<TestAgent, 'url' | 'center'> }

export const visitKiosk = async ({ browser, agent }: VisitedScene, options: OpenOptions = {}): Promise<Visit> => {
  const page = await openPage(browser, `${agent.url}/kiosk/`, {
    token: 'token-of-terminal',
    viewport: portrait,
    ...options,
  })
  const untilStep: Visit['untilStep'] = (name) => page.locator(`[data-step="${name}"]`).waitFor()
  await untilStep('welcome')
  return {
    page,
    untilStep,
    scan: async (code) => {
      showCode(code)
      await page.locator('.welcome-button').click()
      await untilStep('bills')
    },
    choose: async (index = 0) => {
      await page.locator('.bill').nth(index).click()
      await untilStep('confirming')
      return page.evaluate(() => sessionStorage.getItem('mip.kiosk-order') ?? '')
    },
    authorize: async (medOrgOrd) => {
      await page.locator('.pay-button').click()
      await page.locator('.qr-code').waitFor()
      await agent.center.control(`orders/${agent.center.order(medOrgOrd).payOrdId}/authorization`, {})
    },
  }
}

/** All that a page shows and holds in its document. */
export const documentOf = (page: WatchedPage): Promise<string> => page.content()
