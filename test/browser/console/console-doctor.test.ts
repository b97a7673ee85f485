// Doctor at the console, in a real browser: a library that changed under the agent is told, accepted by the machine's owner, and
// decodes again.
import assert from 'node:assert/strict'
import { appendFileSync, copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { buildPages } from '../../../scripts/build/build-pages.ts'
import { startAgent } from '../../../src/main/wiring/compose.ts'
import { launchBrowser, skipWithoutBrowser } from '../../support/browser/browser.ts'
import { openConsole } from '../../support/browser/console-window.ts'
import { folderFor } from '../../support/agents/open-journal.ts'
import { openOwnerSession } from '../../support/agents/owner-session.ts'
import { hostFor, libraryFor, skipOf } from '../../support/devices/simulated-library.ts'
import { callAt, testSettings } from '../../support/agents/test-agent.ts'
import { startTestCenter } from '../../support/agents/test-center.ts'
import { complaints } from './console-axe.ts'

describe('doctor at the console', { skip: skipWithoutBrowser || skipOf('c') }, () => {
  it('a changed library is a fault at the top; once accepted it decodes again', async (t) => {
    const center = await startTestCenter()
    t.after(center.stop)
    const folder = folderFor(t)
    mkdirSync(join(folder, 'vendor'))
    const path = join(folder, 'vendor', 'libNationECCode.so')
    copyFileSync(libraryFor('c') ?? '', path)
    const options = { library: { path }, host: hostFor('c'), pagesDir: await buildPages() }
    const settings = testSettings(join(folder, 'data'), center.url, options)
    const voucher = { ...settings.voucher, manifest: join(folder, 'manifest.json') }
    const agent = await startAgent({ ...settings, voucher }, () => undefined)
    t.after(agent.close)
    const call = callAt(() => agent.url)
    const decode = async (): Promise<string> =>
      (await call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '28010001' })).code
    assert.equal(await decode(), '0')
    appendFileSync(path, ' ')

    const browser = await launchBrowser()
    t.after(() => browser.close())
    const token = await openOwnerSession(settings.dataDir, agent.url)
    const page = await openConsole(browser, agent.url, { token, view: 'doctor' })
    const first = page.locator('.view tbody tr').first()
    await first.getByText('libNationECCode.so 已变化').waitFor()
    await first.getByText('故障').waitFor()
    await first.getByRole('button', { name: '认可新的动态库文件' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('libNationECCode.so 已变化').waitFor()
    assert.deepEqual(await complaints(page), [])
    await dialog.getByLabel('管理员工号').fill('A01')
    await dialog.getByRole('button', { name: '确认认可' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.locator('table').getByText('libNationECCode.so 已变化').waitFor({ state: 'detached' })
    assert.equal(await decode(), '0')

    // The log below: who accepted, what is asked for alone, and more for an hour.
    const log = page.locator('.log')
    await log.getByRole('button', { name: '查询' }).click()
    await log.getByText('library.accepted').waitFor()
    await log.getByLabel('文字、请求编号或医院订单号').fill('agent.started')
    await log.getByRole('button', { name: '查询' }).click()
    await log.getByText('library.accepted').waitFor({ state: 'detached' })
    assert.equal(await log.locator('tbody tr').count(), 1)
    await log.getByText('助手启动').waitFor()
    await log.getByRole('button', { name: '一小时内多写 (调试)' }).click()
    await log.getByText('正在多写日志').waitFor()
    assert.deepEqual(await complaints(page), [])
    page.assertQuiet()
  })
})
