// The settings in a real browser, over an agent that runs from a file: judged while one edits, a pasted 反馈单, keys, a restart.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { buildPages } from '../../scripts/build-pages.ts'
import { launchBrowser, skipWithoutBrowser } from '../support/browser.ts'
import { openConsole } from '../support/console-window.ts'

/** Loaded after the pages are built: an agent looks for them when its program is loaded. */
const configured = async () => (await import('../api/console/configured.ts')).startConfigured

describe('the settings of the console', { skip: skipWithoutBrowser }, () => {
  let browser: Browser
  before(async () => {
    await buildPages()
    browser = await launchBrowser()
  })
  after(() => browser.close())

  it('a fault is told beside its field while one edits, and nothing faulty is saved', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), { view: 'settings' })
    await page.getByText('没有发现问题。').waitFor()
    const field = page.locator('#setting-center-baseUrl')
    await field.fill('ftp://10.0.0.1')
    await page.locator('#setting-center-baseUrl-note .wrong').waitFor()
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    assert.equal(await page.getByRole('button', { name: '保存', exact: true }).isDisabled(), true)
    await field.fill('https://10.0.0.1:8082')
    await page.getByText('没有发现问题。').waitFor()
    page.assertQuiet()
  })

  it('a pasted 反馈单 fills in the form; what is saved counts after a restart, which the page survives', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), {
      view: 'settings',
      expectedErrors: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/,
    })
    const secret = 'ABCDEF0123456789ABCDEF0123456789'
    await page.getByText('粘贴反馈单').click()
    const row = ['1', 'H00000000001', 'CH0001', '01301', '测试渠道', 'NEWAPP0000000000000000000000000A', secret]
    await page.getByLabel('反馈单内容').fill(row.join('\t'))
    await page.getByRole('button', { name: '填入' }).click()
    assert.equal(await page.locator('#setting-center-appId').inputValue(), 'NEWAPP0000000000000000000000000A')
    assert.ok(!(await page.locator('body').innerText()).includes(secret))
    await page.getByText('没有发现问题。').waitFor()
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByText(/已保存.*重启助手后生效/).waitFor()
    assert.equal(agent.read('agent.app-secret').trim(), secret)
    await page.getByRole('button', { name: '重启助手' }).click()
    await page.getByText(/上次重启: .* 成功/).waitFor()
    assert.equal(await page.getByText('配置已改, 重启助手后生效。').count(), 0)
    page.assertQuiet()
  })

  it('a key is made once, its public half is shown, and it is not replaced unasked', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), { view: 'settings', expectedErrors: /409/ })
    await page.getByText('没有发现问题。').waitFor()
    const make = page.getByRole('button', { name: '生成密钥' })
    const publicKey = page.locator('code', { hasText: /^B[A-Za-z0-9+/]{86}=$/ })
    await make.click()
    const made = await publicKey.innerText()
    assert.equal(Buffer.from(made, 'base64').length, 65)
    await make.click()
    await page.getByText('已有密钥, 不覆盖').waitFor()
    await page.getByLabel(/已有密钥也要更换/).check()
    await make.click()
    await page.getByText('原来的私钥保留为').waitFor()
    assert.notEqual(await publicKey.innerText(), made)
    page.assertQuiet()
  })

  it('production stays shut as long as its configuration is not whole', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), { view: 'settings' })
    await page.getByText('测试环境').waitFor()
    await page.getByText('生产配置还没有准备好').waitFor()
    assert.equal(await page.getByRole('button', { name: '切换到生产环境' }).isDisabled(), true)
    page.assertQuiet()
  })
})
