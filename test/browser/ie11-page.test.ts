// examples/clients/ie11.html: a page of a registered origin charges and refunds, in Chromium; that it is ES5, as Internet
// Explorer 11 wants it, is checked by parsing it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Linter } from 'eslint'
import type { Browser, Page } from 'playwright-core'
import { startLossyWay } from '../examples/lossy-way.ts'
import { startPayingPatient } from '../examples/paying-patient.ts'
import { launchBrowser, openPage, skipWithoutBrowser } from '../support/browser/browser.ts'
import { newNumber } from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

const html = readFileSync(join(import.meta.dirname, '../../examples/clients/ie11.html'), 'utf8')
const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''

const faultsOf = (code: string): string[] =>
  new Linter()
    .verify(code, {
      languageOptions: {
        ecmaVersion: 5,
        sourceType: 'script',
        globals: { document: 'readonly', XMLHttpRequest: 'readonly', setTimeout: 'readonly' },
      },
      rules: { 'no-undef': 'error' },
    })
    .map(({ line, message }) => `${line}: ${message}`)

describe('the page for Internet Explorer 11', () => {
  it('is ES5 and uses nothing that IE 11 does not have', () => {
    assert.ok(script.length > 1_000)
    assert.deepEqual(faultsOf(script), [])
  })
  it('which this check would tell', () => {
    assert.match(faultsOf('const one = 1').join(), /Parsing error/)
    assert.match(faultsOf('fetch("/")').join(), /'fetch' is not defined/)
  })
})

describe('the page for old browsers, in a browser of today', { skip: skipWithoutBrowser }, () => {
  let web: Server
  let origin: string
  let agent: TestAgent
  let browser: Browser
  before(async () => {
    web = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
    }).listen(0, '127.0.0.1')
    await once(web, 'listening')
    const address = web.address()
    origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
    agent = await startTestAgent({ origins: [origin] })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await agent.close()
    web.closeAllConnections()
    web.close()
  })

  const chargeAndRefund = async (medOrgOrd: string, url: string): Promise<void> => {
    const page: Page = await openPage(browser, origin)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    const patient = startPayingPatient(agent.center, medOrgOrd)
    for (const [label, text] of [
      ['助手地址', url],
      ['令牌', 'token-of-his'],
      ['单号', medOrgOrd],
      ['患者手机授权的 payAuthNo', 'AUTH0001'],
    ] as const)
      await page.getByLabel(label).fill(text)
    await page.getByRole('button', { name: '收费' }).click()
    await page.getByText('已收费 100.00 元, 自费 20.00 元').waitFor()
    await page.getByRole('button', { name: '全额退费' }).click()
    await page.getByText('退费后: refunded').waitFor()
    await patient.end()
    assert.deepEqual(faults, [])
    const { collectedFen, refundedFen, refunds } = agent.center.order(medOrgOrd)
    assert.deepEqual([collectedFen, refundedFen, refunds.length], [10_000, 10_000, 1])
  }

  it('charges and refunds from a registered origin', async () => {
    await chargeAndRefund(newNumber('P'), agent.url)
  })

  it('asks again what got no answer, and nothing happens twice', async () => {
    const addresses = ['/call/6201', '/call/6202', '/call/6203']
    const way = await startLossyWay(agent.url, addresses)
    try {
      await chargeAndRefund(newNumber('P'), way.url)
      assert.equal(way.lost.size, addresses.length)
    } finally {
      await way.close()
    }
  })

  it('is refused from an origin that is not registered', async () => {
    const page = await openPage(browser, origin.replace('127.0.0.1', 'localhost'))
    await page.getByLabel('助手地址').fill(agent.url)
    await page.getByLabel('单号').fill(newNumber('P'))
    await page.getByRole('button', { name: '收费' }).click()
    await page.getByText('停止: 助手没有应答').waitFor()
  })
})
