// The program of local-network-access.test.ts, run in a network namespace of its own, where 203.0.113.5 is the hospital's web
// server and nothing else exists: opens its page in Chromium, which calls the agent at 127.0.0.1. One JSON line at the end.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createPlain } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { once } from 'node:events'
import type { Browser } from 'playwright-core'
import { createAuthority } from '../center/certificates.ts'
import { launchBrowser, wholeBrowser } from '../support/browser/browser.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'

const address = '203.0.113.5'
const host = 'his.hospital.example'
const secureOrigin = `https://${host}`
const plainOrigin = `http://${host}`

const authority = createAuthority()
const agent = await startTestAgent({ origins: [secureOrigin, plainOrigin] })
const page = (
  _: unknown,
  response: { end: (html: string) => void; setHeader: (name: string, value: string) => void },
) => {
  response.setHeader('content-type', 'text/html')
  response.end('<!doctype html><title>HIS</title>')
}
const servers = [
  createPlain(page).listen(80, address),
  createSecure(authority.issue(host, 30), page).listen(443, address),
]
await Promise.all(servers.map((server) => once(server, 'listening')))

/** What a page of this origin gets when it calls the agent, as the HIS's own script would. */
const callFrom = async (browser: Browser, origin: string, permissions: string[]): Promise<string> => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  if (permissions.length > 0) await context.grantPermissions(permissions, { origin })
  const tab = await context.newPage()
  await tab.goto(`${origin}/`)
  const answer = await tab.evaluate(async (url) => {
    try {
      const init = { headers: { authorization: 'Bearer token-of-his' }, signal: AbortSignal.timeout(60_000) }
      const reply = await fetch(url, init)
      return ((await reply.json()) as { code: string }).code
    } catch (error) {
      return (error as Error).name
    }
  }, `${agent.url}/v1/status`)
  await context.close()
  return answer
}

const rules = [`--host-resolver-rules=MAP ${host} ${address}`]
const plain = await launchBrowser(rules, wholeBrowser)
const found: Record<string, string> = {
  'plain page': await callFrom(plain, plainOrigin, []),
  'secure page': await callFrom(plain, secureOrigin, []),
  'secure page, allowed by the user': await callFrom(plain, secureOrigin, ['local-network-access']),
}
await plain.close()

// The mount namespace makes this folder ours alone.
const folder = '/etc/chromium/policies/managed'
mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}/mip-agent.json`, JSON.stringify({ LocalNetworkAccessAllowedForUrls: [secureOrigin] }))
const managed = await launchBrowser(rules, wholeBrowser)
found['secure page, allowed by the policy'] = await callFrom(managed, secureOrigin, [])
found['plain page beside the policy'] = await callFrom(managed, plainOrigin, [])
await managed.close()

for (const server of servers) server.close()
await agent.close()
authority.remove()
process.stdout.write(`${JSON.stringify(found)}\n`)
