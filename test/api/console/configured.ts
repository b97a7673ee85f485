// An agent that runs from a configuration file in a fresh folder, inside the test's own process, against a simulated center.
import type { AgentSettings } from '../../../src/main/compose.ts'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { hashToken, scopes } from '../../../src/main/api/tokens.ts'
import { startConfiguredAgent } from '../../../src/main/configured-agent.ts'
import { folderFor } from '../../support/open-journal.ts'
import { callAt, orgCodg, type Call } from '../../support/test-agent.ts'
import { startTestCenter, testChannel, type TestCenter } from '../../support/test-center.ts'
import { freePort } from '../../support/free-port.ts'

type Fields = Record<string, unknown>
export type Draft = Fields & { center: Fields; api: Fields }

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export type Configured = {
  readonly folder: string
  readonly url: () => string
  readonly center: TestCenter
  readonly call: Call
  /** What the agent was started with. */
  readonly config: Draft
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

/** Ends with the test. `given`: its port; one that nobody else gets while it restarts when left out. */
export const startConfigured = async (t: TestContext, given?: number): Promise<Configured> => {
  const center = await startTestCenter()
  t.after(center.stop)
  const folder = join(folderFor(t), 'conf')
  mkdirSync(folder)
  const config = configFor(folder, center.url)
  const path = join(folder, 'agent.json')
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  writeFileSync(join(folder, 'app-secret'), testChannel.appSecret, { mode: 0o600 })
  writeFileSync(join(folder, 'private-key'), base64(testChannel.privateKey), { mode: 0o600 })
  const onFailed = (error: unknown): never => {
    throw error
  }
  const complete = (settings: AgentSettings): Promise<AgentSettings> => Promise.resolve(settings)
  const port = given ?? (await freePort())
  const options = { file: path, dataDir: undefined, port, log: () => undefined, onFailed, complete }
  const agent = await startConfiguredAgent(options)
  t.after(agent.close)
  return {
    folder,
    url: () => agent.url,
    center,
    call: callAt(() => agent.url),
    config,
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    files: () => readdirSync(folder).toSorted(),
    modeOf: (file) => statSync(join(folder, file)).mode & 0o777,
  }
}
