// Pairing and tokens at the console, in a real browser: a code that a program exchanges, and a token that is revoked.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { launchBrowser, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { openConsole } from '../../support/browser/console-window.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

describe('pairing and tokens', { skip: skipWithoutBrowser }, () => {
  let agent: TestAgent
  let browser: Browser
  before(async () => {
    agent = await startTestAgent({ pagesDir: await buildPages() })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await agent.close()
  })

  it('a program exchanges the code for its token, which is listed, and revoked at once when asked', async () => {
    const page = await openConsole(browser, agent.url, { view: 'access' })
    await page.getByLabel(/令牌名称/).fill('his-window-9')
    await page.getByRole('button', { name: '生成配对码' }).click()
    const code = await page.locator('.code').innerText()
    assert.match(code, /^\d{6}$/)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ code, application: '测试程序' })
    const reply = await fetch(`${agent.url}/v1/pairings/exchange`, { method: 'POST', headers, body })
    const { data } = (await reply.json()) as { data: { token: string } }
    const row = page.locator('tr', { hasText: 'his-window-9' })
    await row.getByText('有效').waitFor()
    const ask = async (): Promise<number> =>
      (await fetch(`${agent.url}/v1/status`, { headers: { authorization: `Bearer ${data.token}` } })).status
    assert.equal(await ask(), 200)
    await row.getByRole('button', { name: '吊销' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确认' }).click()
    await row.getByText('已吊销').waitFor()
    assert.equal(await ask(), 401)
    page.assertQuiet()
  })
})
