// /docs in a real browser: made of the agent's own document, offline, tried against the sandbox and never anywhere else.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { buildPages } from '../../scripts/build/build-pages.ts'
import { callCodes } from '../../src/main/api/old-clients/calls.ts'
import { routes } from '../../src/main/api/endpoints.ts'
import { launchBrowser, openPage, skipWithoutBrowser, type WatchedPage } from '../support/browser/browser.ts'
import { newNumber, upload } from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Rules of WCAG that the page breaks. axe comes from a test and is let past the page's policy by the debugger alone. */
const accessibilityFaults = async (page: WatchedPage): Promise<string[]> => {
  await page.evaluate(axeSource)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
}

describe('the documentation page in a browser', { skip: skipWithoutBrowser }, () => {
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

  const openDocs = (item = '', token?: string): Promise<WatchedPage> =>
    openPage(browser, `${agent.url}/docs/${item}`, token === undefined ? {} : { token })

  it('lists every endpoint and every transaction code, in Chinese, without a token and without asking anybody else', async () => {
    const page = await openPage(browser, `${agent.url}/docs`)
    await page.getByRole('heading', { name: '错误码' }).waitFor()
    await page.getByText('沙箱 · 模拟').waitFor()
    const listed = await page.locator('nav code').allInnerTexts()
    for (const { method, path } of routes) {
      const address = `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`
      assert.ok(listed.includes(address), address)
    }
    for (const code of callCodes) assert.ok(listed.includes(`POST /call/${code}`), code)
    await page.getByRole('searchbox').fill('退费')
    assert.ok((await page.locator('nav code').allInnerTexts()).includes('POST /call/6203'))
    assert.ok(!(await page.locator('nav code').allInnerTexts()).includes('POST /call/6101'))
    page.assertQuiet()
  })

  it('shows the fields of an upload by name, Chinese title, length and whether they must be there', async () => {
    const page = await openDocs('#/operation/upload')
    const row = page.getByRole('row', { name: /medListCodg/ })
    await row.waitFor()
    assert.match(await row.innerText(), /医疗目录编码\s+文本 50/)
    page.assertQuiet()
  })

  it('tries a decode with a pasted token: the request without the token, and the answer, stand on the page', async () => {
    const page = await openDocs('#/operation/decode')
    await page.getByLabel('令牌').fill('token-of-his')
    await page.getByRole('button', { name: '发送' }).click()
    const answer = page.getByRole('status')
    await answer.getByText('"code": "0"').waitFor()
    assert.match(await answer.innerText(), /HTTP 200[\s\S]*"operationId"/)
    assert.match(await page.getByLabel('请求内容').innerText(), /POST \/v1\/vouchers\/decode[\s\S]*Bearer \*\*\*/)
    assert.ok(!(await page.locator('body').innerText()).includes('token-of-his'))
    page.assertQuiet()
  })

  it('tries with the token of the session, values in the address and the query', async () => {
    const medOrgOrd = await upload(agent, newNumber('D'))
    const page = await openDocs('#/operation/order', 'token-of-his')
    await page.getByLabel('medOrgOrd').fill(medOrgOrd)
    await page.getByLabel('refresh').fill('true')
    await page.getByRole('button', { name: '发送' }).click()
    await page.getByRole('status').getByText('"refreshed": true').waitFor()
    assert.match(await page.getByLabel('请求内容').innerText(), new RegExp(`/v1/orders/${medOrgOrd}\\?refresh=true`))
    page.assertQuiet()
  })

  it('offers nothing to try where the agent does not say that it is the sandbox', async () => {
    const context = await browser.newContext({ locale: 'zh-CN' })
    const page = await context.newPage()
    await page.route('**/v1/health', async (way) => {
      const reply = await way.fetch()
      await way.fulfill({ response: reply, body: (await reply.text()).replace('"sandbox"', '"production"') })
    })
    await page.goto(`${agent.url}/docs/#/operation/decode`)
    await page.getByText('这里不是沙箱, 不能试').waitFor()
    await page.getByText('生产环境').waitFor()
    assert.equal(await page.getByRole('button', { name: '发送' }).count(), 0)
    await context.close()
  })

  it('breaks no rule of accessibility, at its start and at an endpoint', async () => {
    for (const item of ['', '#/operation/upload']) {
      const page = await openDocs(item)
      await page.getByRole('heading', { level: 2 }).nth(2).waitFor()
      assert.deepEqual(await accessibilityFaults(page), [], item)
    }
  })
})
