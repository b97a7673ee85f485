// An agent that runs from a configuration file in a fresh folder, inside the test's own process, against a simulated center.
import type { AgentSettings } from '../../../src/main/wiring/settings.ts'
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { hashToken, scopes } from '../../../src/main/api/callers/tokens.ts'
import { headlessSealer } from '../../../src/main/wiring/secret-commands.ts'
import { startConfiguredAgent } from '../../../src/main/wiring/configured-agent.ts'
import { folderFor } from '../../support/agents/open-journal.ts'
import { callAt, orgCodg, type Call } from '../../support/agents/test-agent.ts'
import { startTestCenter, testChannel, type TestCenter } from '../../support/agents/test-center.ts'
import { freePort } from '../../support/agents/free-port.ts'
import { openOwnerSession } from '../../support/agents/owner-session.ts'

type Fields = Record<string, unknown>
export type Draft = Fields & { center: Fields; api: Fields }

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export type Configured = {
  readonly folder: string
  readonly url: () => string
  readonly center: TestCenter
  readonly call: Call
  /** A session that the owner of the machine opened at his own channel, to change the settings. */
  readonly ownerToken: () => Promise<string>
  /** Calls with such a session. */
  readonly asOwner: Call
  /** What the agent was started with. */
  readonly config: Draft
  /** What a sealed file holds. */
  readonly open: (file: string, setting: string) => string
  readonly read: (file: string) => string
  readonly files: () => readonly string[]
  readonly modeOf: (file: string) => number
}

const configFor = (folder: string, baseUrl: string): Draft => ({
  environment: 'test',
  orgCodg,
  dataDir: join(folder, 'data'),
  api: { tokens: [{ name: 'his', hash: hashToken('token-of-his'), scopes: [...scopes] }] },
  center: {
    baseUrl,
    allowPlainHttp: true,
    appId: testChannel.appId,
    appSecret: { file: 'app-secret' },
    privateKey: { file: 'private-key' },
    centerPublicKey: base64(testChannel.centerPublicKey),
  },
  voucher: { library: join(folder, 'missing.so'), url: 'http://127.0.0.1:9/decode', scannerOwner: 'library' },
})

/** Ends with the test. `given`: its port; one that nobody else gets while it restarts when left out. `tokens`: beside `his`. */
export const startConfigured = async (
  t: TestContext,
  given?: number,
  tokens: readonly object[] = [],
): Promise<Configured> => {
  const center = await startTestCenter()
  t.after(center.stop)
  const folder = join(folderFor(t), 'conf')
  mkdirSync(folder)
  const config = configFor(folder, center.url)
  config.api['tokens'] = [...(config.api['tokens'] as object[]), ...tokens]
  const path = join(folder, 'agent.json')
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  writeFileSync(join(folder, 'app-secret'), testChannel.appSecret, { mode: 0o600 })
  writeFileSync(join(folder, 'private-key'), base64(testChannel.privateKey), { mode: 0o600 })
  const onFailed = (error: unknown): never => {
    throw error
  }
  const complete = (settings: AgentSettings): Promise<AgentSettings> => Promise.resolve(settings)
  const port = given ?? (await freePort())
  const sealer = headlessSealer()
  const options = { file: path, sealer, dataDir: undefined, port, log: () => undefined, onFailed, complete }
  const agent = await startConfiguredAgent(options)
  t.after(agent.close)
  const ownerToken = async (): Promise<string> => {
    // The agent that runs, also after a switch to another folder.
    const dataDir = ['data', 'production']
      .map((name) => join(folder, name))
      .find((each) => existsSync(join(each, 'control.json')))
    assert.ok(dataDir)
    return openOwnerSession(dataDir, agent.url)
  }
  return {
    folder,
    ownerToken,
    asOwner: async (method, path, body) => {
      const headers = { authorization: `Bearer ${await ownerToken()}`, 'content-type': 'application/json' }
      const sent = body === undefined ? {} : { body: JSON.stringify(body) }
      const reply = await fetch(`${agent.url}${path}`, { method, headers, ...sent })
      return { status: reply.status, ...((await reply.json()) as Omit<Answer, 'status'>) }
    },
    url: () => agent.url,
    center,
    call: callAt(() => agent.url),
    config,
    open: (file, setting) => {
      const content = readFileSync(join(folder, file), 'utf8')
      return sealer.open(join(folder, file), setting, content)
    },
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    files: () => readdirSync(folder).toSorted(),
    modeOf: (file) => statSync(join(folder, file)).mode & 0o777,
  }
}
