// Every dialog of the console in a real browser: axe finds nothing against it, in both languages; and rotating a token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { launchBrowser, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { act, attentionOf, pay, refundCash, upload } from '../../support/cashier-job.ts'
import { openConsole } from '../../support/browser/console-window.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'
import { complaints } from './console-axe.ts'

/** What the buttons are called. */
const words = {
  zh: {
    refund: '退费',
    next: /^下一步/,
    place: '支付下单',
    revoke: '撤销上传',
    print: '打印收据',
    resolve: '登记处理结果',
    done: /未发生/,
    operator: '操作员工号',
    remark: /处理说明/,
    name: /令牌名称/,
    pair: '生成配对码',
    rotate: '更换',
    end: '吊销',
    confirm: '确认',
    close: '关闭',
  },
  en: {
    refund: 'Refund',
    next: /^Next/,
    place: 'Place',
    revoke: 'Revoke the upload',
    print: 'Print the receipt',
    resolve: 'Register what was done',
    done: /did not happen/,
    operator: 'Operator',
    remark: /^Remark/,
    name: /Name of the token/,
    pair: 'Make a pairing code',
    rotate: 'Rotate',
    end: 'Revoke',
    confirm: 'Confirm',
    close: 'Close',
  },
} as const

describe('every dialog of the console', { skip: skipWithoutBrowser }, () => {
  let agent: TestAgent
  let browser: Browser
  let paid: string
  let uploaded: string
  let unclear: string
  before(async () => {
    agent = await startTestAgent({ pagesDir: await buildPages() })
    browser = await launchBrowser()
    paid = await pay(agent)
    uploaded = await upload(agent)
    unclear = await pay(agent)
    await agent.center.script(unclear, { interface: '6203', lostRequest: true })
    await act(agent, unclear, 'refunds', refundCash('5.00'))
    await until('the list that needs a person', () => attentionOf(agent, unclear))
  })
  after(async () => {
    await browser.close()
    await agent.close()
  })

  const show = (page: Page, view: string): Promise<void> =>
    page.evaluate((name) => {
      location.hash = `#/${name}`
    }, view)

  /** A program's token, as pairing made it. */
  const pairToken = async (name: string): Promise<string> => {
    const started = await agent.call('POST', '/v1/pairings', { name, scopes: ['read'] })
    const body = { code: started.data['code'], application: '测试程序' }
    return String((await agent.call('POST', '/v1/pairings/exchange', body)).data['token'])
  }
  const statusOf = async (token: string): Promise<number> =>
    (await fetch(`${agent.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } })).status

  for (const language of ['zh', 'en'] as const) {
    const word = words[language]

    const pressIn = async (page: Page, view: string, button: string): Promise<void> => {
      await show(page, view)
      await page.getByRole('button', { name: button, exact: true }).first().click()
      await page.getByRole('dialog').waitFor()
    }
    const leave = async (page: Page): Promise<void> => {
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }

    it(`axe finds nothing against those of an order and of the list that needs a person (${language})`, async () => {
      const page = await openConsole(browser, agent.url, { language })
      await pressIn(page, `order/${paid}`, word.refund)
      assert.deepEqual(await complaints(page), [], 'refund')
      await page.getByRole('dialog').getByLabel(word.operator, { exact: true }).fill('OP01')
      await page.getByRole('button', { name: word.next }).click()
      assert.deepEqual(await complaints(page), [], 'refund, confirmed')
      await leave(page)
      for (const button of [word.place, word.revoke]) {
        await pressIn(page, `order/${uploaded}`, button)
        assert.deepEqual(await complaints(page), [], button)
        await leave(page)
      }
      await pressIn(page, 'attention', word.resolve)
      assert.deepEqual(await complaints(page), [], 'resolve')
      await page.getByLabel(word.done).check()
      await page.getByLabel(word.remark).fill('已核实')
      await page.getByRole('button', { name: word.next }).click()
      assert.deepEqual(await complaints(page), [], 'resolve, confirmed')
      await leave(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
      assert.deepEqual(await complaints(page), [], 'keys')
      await leave(page)
      page.assertQuiet()
    })

    it(`axe finds nothing against the receipt, pairing and the dialogs of tokens (${language})`, async () => {
      await pairToken(`his-${language}`)
      const page = await openConsole(browser, agent.url, { language, view: `order/${paid}` })
      await page.evaluate(() => {
        window.print = () => undefined
      })
      await page.getByRole('button', { name: word.print }).click()
      await page.locator('.print-only').waitFor({ state: 'attached' })
      await page.emulateMedia({ media: 'print' })
      assert.deepEqual(await complaints(page), [], 'receipt')
      await page.emulateMedia({ media: 'screen' })
      await show(page, 'access')
      await page.getByLabel(word.name).fill(`open-${language}`)
      await page.getByRole('button', { name: word.pair }).click()
      await page.locator('.code').waitFor()
      assert.deepEqual(await complaints(page), [], 'pairing')
      const row = page.locator('tr', { hasText: `his-${language}` })
      for (const button of [word.rotate, word.end]) {
        await row.getByRole('button', { name: button, exact: true }).click()
        await page.getByRole('dialog').waitFor()
        assert.deepEqual(await complaints(page), [], button)
        if (button === word.end) break
        await page.getByRole('dialog').getByRole('button', { name: word.confirm }).click()
        await page.locator('.fresh').waitFor()
        assert.deepEqual(await complaints(page), [], 'the new token')
        await leave(page)
      }
      await agent.call('POST', '/v1/pairings/cancel', {})
      page.assertQuiet()
    })
  }

  it('a rotated token is shown once; the old one still works for its ten minutes, and both are gone when revoked', async () => {
    const old = await pairToken('his-window-7')
    const page = await openConsole(browser, agent.url, { view: 'access' })
    const row = page.locator('tr', { hasText: 'his-window-7' })
    await row.getByRole('button', { name: '更换' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('旧令牌还能用 10 分钟').waitFor()
    await dialog.getByRole('button', { name: '确认' }).click()
    const fresh = await page.locator('.fresh').innerText()
    assert.notEqual(fresh, old)
    assert.deepEqual([await statusOf(fresh), await statusOf(old)], [200, 200])
    await dialog.getByRole('button', { name: '关闭', exact: true }).last().click()
    await dialog.waitFor({ state: 'hidden' })
    assert.ok(!(await page.content()).includes(fresh))
    await row.getByRole('button', { name: '吊销' }).click()
    await dialog.getByRole('button', { name: '确认' }).click()
    await row.getByText('已吊销').waitFor()
    assert.deepEqual([await statusOf(fresh), await statusOf(old)], [401, 401])
    page.assertQuiet()
  })
})
