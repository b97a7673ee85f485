// The settings in a real browser, over an agent that runs from a file: judged while one edits, a pasted 反馈单, keys, a restart, the
// trial of a user id, the switch to production.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { derivePublicKey } from '../../../src/core/gm/sm2.ts'
import { awayErrors, launchBrowser, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { captureReply } from '../../support/captured-reply.ts'
import { bill, newNumber } from '../../support/cashier-job.ts'
import { openConsole } from '../../support/browser/console-window.ts'
import { complaints } from './console-axe.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** Loaded after the pages are built: an agent looks for them when its program is loaded. */
const configured = async () => (await import('../../api/console/configured.ts')).startConfigured

describe('the settings of the console', { skip: skipWithoutBrowser }, () => {
  let browser: Browser
  before(async () => {
    await buildPages()
    browser = await launchBrowser()
  })
  after(() => browser.close())

  it('a fault is told beside its field while one edits, and nothing faulty is saved', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), { token: await agent.ownerToken(), view: 'settings' })
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
      token: await agent.ownerToken(),
      view: 'settings',
      expectedErrors: awayErrors,
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
    assert.match(agent.read('agent.app-secret'), /^mip-agent-sealed:/)
    assert.ok(!agent.read('agent.app-secret').includes(secret))
    await page.getByRole('button', { name: '重启助手' }).click()
    await page.getByText('正在重启').waitFor()
    // The owner's session ended with the agent; any administrator sees how it went.
    const after = await openConsole(browser, agent.url(), { view: 'settings', expectedErrors: awayErrors })
    await after.getByText(/上次重启: .* 成功/).waitFor()
    assert.equal(await after.getByText('配置已改, 重启助手后生效。').count(), 0)
  })

  it('with an administrator’s token what is the owner’s is shut, and the page says in Chinese why and how it can be changed', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), { view: 'settings' })
    await page.getByText(/管理员令牌不能改, 被盗的令牌/).waitFor()
    await page.getByText(/agent console --settings/).waitFor()
    assert.equal(await page.locator('#setting-center-baseUrl').isDisabled(), true)
    assert.equal(await page.locator('#setting-orders-scanWaitMs').isDisabled(), false)
    for (const name of ['生成密钥', '切换到生产环境']) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, name)
    }
    assert.deepEqual(await complaints(page), [])
    page.assertQuiet()
  })

  it('a key is made once, its public half is shown, and it is not replaced unasked', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), {
      token: await agent.ownerToken(),
      view: 'settings',
      expectedErrors: /409/,
    })
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
    const page = await openConsole(browser, agent.url(), { token: await agent.ownerToken(), view: 'settings' })
    await page.getByText('测试环境').waitFor()
    await page.getByText('生产配置还没有准备好').waitFor()
    assert.equal(await page.getByRole('button', { name: '切换到生产环境' }).isDisabled(), true)
    page.assertQuiet()
  })

  for (const language of ['zh', 'en'] as const) {
    it(`axe finds nothing against the whole form, its faults, and the trial of a user id (${language})`, async (t) => {
      const agent = await (await configured())(t)
      const page = await openConsole(browser, agent.url(), {
        token: await agent.ownerToken(),
        view: 'settings',
        language,
      })
      await page.locator('#setting-center-baseUrl').waitFor({ state: 'attached' })
      await page.evaluate(() => {
        for (const each of document.querySelectorAll('details')) each.open = true
      })
      assert.deepEqual(await complaints(page), [])
      await page.locator('#setting-center-baseUrl').fill('ftp://10.0.0.1')
      await page.locator('#setting-center-baseUrl-note .wrong').waitFor()
      assert.deepEqual(await complaints(page), [], 'with a fault')
      page.assertQuiet()
    })
  }

  it('the SM2 user id is found on a captured reply, also one that nobody would guess; another key is told apart', async (t) => {
    const agent = await (await configured())(t)
    const page = await openConsole(browser, agent.url(), { token: await agent.ownerToken(), view: 'settings' })
    await page.getByText('试出 SM2 用户标识').click()
    const run = async (userId: string): Promise<void> => {
      await page.getByLabel('中心的应答报文').fill(captureReply(userId))
      await page.getByRole('button', { name: '开始试' }).click()
    }
    const found = page.locator('strong', { hasText: /^H51019999999$|^1234567812345678$|^都不对$/ })
    await run('1234567812345678')
    await found.getByText('1234567812345678').waitFor()
    await run('H51019999999')
    await found.getByText('都不对').waitFor()
    await page.getByLabel(/另外要试的用户标识/).fill('H51019999999')
    await run('H51019999999')
    await found.getByText('H51019999999').waitFor()
    page.assertQuiet()
  })

  it('the switch to production is refused with a test key or an open order, and says which; then it is done', async (t) => {
    const agent = await (await configured())(t)
    const medOrgOrd = newNumber('PROD')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
    const prepare = async (change: object, secrets: object): Promise<void> => {
      const config = { ...agent.config, environment: 'production', ...change }
      const answer = await agent.asOwner('POST', '/v1/settings', { config, profile: 'production', secrets })
      assert.equal(answer.code, '0', JSON.stringify(answer.data))
    }
    await prepare({}, {})
    const page = await openConsole(browser, agent.url(), {
      token: await agent.ownerToken(),
      view: 'settings',
      expectedErrors: new RegExp(`409|${awayErrors.source}`),
    })
    const go = async (): Promise<void> => {
      await page
        .getByRole('dialog')
        .getByLabel(/输入生产的定点医药机构编码/)
        .fill('H00000000001')
      await page.getByRole('dialog').getByRole('button', { name: '切换到生产环境' }).click()
    }
    await page.getByRole('button', { name: '切换到生产环境' }).click()
    await go()
    await page
      .getByRole('dialog')
      .getByText(/测试.*密钥|密钥.*测试/)
      .first()
      .waitFor()
    await page
      .getByRole('dialog')
      .getByText(/未了结/)
      .last()
      .waitFor()
    assert.deepEqual(await complaints(page), [], 'the refusal')
    assert.equal((await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})).code, '0')
    const { file } = (await agent.asOwner('POST', '/v1/settings/keys', { profile: 'production' })).data
    const center = {
      ...agent.config.center,
      appId: 'PRODAGENT00000000000000000000001',
      privateKey: { file },
      centerPublicKey: base64(derivePublicKey(Buffer.alloc(32, 0x33))),
    }
    const secrets = { appSecret: '00112233445566778899AABBCCDDEEFF' }
    await prepare({ center, dataDir: join(agent.folder, 'production') }, secrets)
    await go()
    await page.getByText(/已切换, 重启助手后生效/).waitFor()
    await page.getByRole('button', { name: '重启助手' }).click()
    const after = await openConsole(browser, agent.url(), { view: 'settings', expectedErrors: awayErrors })
    await after.locator('header').getByText('生产环境').waitFor()
    assert.equal((await agent.call('GET', '/v1/health')).data['environment'], 'production')
    assert.equal(await after.getByRole('heading', { name: '切换到生产环境' }).count(), 0)
    after.assertQuiet()
  })
})
