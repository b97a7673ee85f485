// The pages as the agent serves them, in a real browser: they start, speak Chinese, keep to their policy, and need a token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { buildPages } from '../../scripts/build/build-pages.ts'
import { launchBrowser, openPage, skipWithoutBrowser } from '../support/browser/browser.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

describe('the pages in a browser', { skip: skipWithoutBrowser }, () => {
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

  it('the console asks for a token before it shows anything', async () => {
    const page = await openPage(browser, `${agent.url}/`)
    await page.getByRole('heading', { name: '请先配对' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/console/')
    page.assertQuiet()
  })

  it('with a token it shows the environment and what needs a person, in both languages', async () => {
    const page = await openPage(browser, `${agent.url}/console/#/attention`, { token: 'token-of-his' })
    await page.getByText('没有需要人工处理的订单。').waitFor()
    await page.getByText('沙箱 · 模拟').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByText('No order needs a person.').waitFor()
    page.assertQuiet()
  })

  it('a Chinese letter has a shape of its own', async () => {
    const page = await openPage(browser, `${agent.url}/console/`)
    await page.getByRole('heading', { name: '请先配对' }).waitFor()
    // Without a Chinese font every letter is the same box.
    const shapes = await page.evaluate(() =>
      ['医', '保', '\u{10ffff}'].map((letter) => {
        const canvas = document.createElement('canvas')
        const pen = canvas.getContext('2d')
        if (pen === null) return letter
        pen.font = `32px ${getComputedStyle(document.documentElement).fontFamily}`
        pen.fillText(letter, 4, 40)
        return canvas.toDataURL()
      }),
    )
    assert.equal(new Set(shapes).size, 3)
  })

  it('every file carries the policy, and no request chooses one', async () => {
    const reply = await fetch(`${agent.url}/console/`)
    assert.equal(reply.status, 200)
    assert.match(reply.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/)
    for (const path of ['/console/../built-from', '/built-from', '/assets/', '/console/%2e%2e/built-from']) {
      assert.equal((await fetch(`${agent.url}${path}`)).status, 404, path)
    }
  })
})
