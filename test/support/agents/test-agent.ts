// An agent inside a test's own process, in a fresh folder, against a simulated center beside it: real sockets, a real
// journal, short waits. What a cashier does with it is cashier-job.ts.
import type { InterfaceCode } from '../../../src/contract/interfaces.ts'
import { settingDefaults } from '../../../src/main/config/schema/setting-defaults.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer } from '../../fixtures/agent-process.ts'
import { hashToken, scopes, type StoredToken } from '../../../src/main/api/callers/tokens.ts'
import { startAgent, type Agent } from '../../../src/main/wiring/compose.ts'
import type { AgentSettings } from '../../../src/main/wiring/settings.ts'
import type { PortWraps } from '../../../src/main/wiring/port-wraps.ts'
import {
  centerHabits,
  defaultOrderSettings,
  envelopeKeys,
  scannerSettings,
  type ConfiguredScanner,
} from '../../../src/main/wiring/settings-of-config.ts'
import type { OrderSettings } from '../../../src/main/usecases/base/dependencies.ts'
import type { KioskSettings } from '../../../src/main/usecases/base/kiosk.ts'
import type { Log } from '../../../src/main/usecases/base/ports.ts'
import { completeProfile, type LibrarySettings } from '../../../src/main/voucher/library/library-profile.ts'
import type { HostProgram } from '../../../src/main/voucher/hosts/prepare-host.ts'
import { startCable, type Cable } from '../devices/cable.ts'
import { simulatedHost } from '../devices/simulated-library.ts'
import { startTestCenter, testChannel, type TestCenter } from './test-center.ts'

export const orgCodg = 'H00000000001'
export const otherOrgCodg = 'H00000000002'

const token = (name: string, more: Partial<StoredToken> = {}): StoredToken => ({
  name,
  hash: hashToken(`token-of-${name}`),
  scopes,
  orgCodg,
  expiresAtMs: undefined,
  ...more,
})

/** The tokens of every test agent; the text of one is `token-of-` and its name. */
export const testTokens: readonly StoredToken[] = [
  token('his'),
  token('kiosk'),
  token('reader', { scopes: ['read'] }),
  token('kiosk-only', { scannerRoles: ['kiosk'] }),
  token('window', { scopes: ['read', 'decode', 'pay'] }),
  token('terminal', { scopes: ['decode', 'pay'] }),
  token('stranger', { scopes: ['decode', 'pay', 'refund'] }),
  token('stranger-too', { scopes: ['decode', 'pay', 'refund'] }),
  token('other-hospital', { orgCodg: otherOrgCodg }),
  ...scopes.map((scope) => token(`only-${scope}`, { scopes: [scope] })),
  token('expired', { expiresAtMs: 1_000 }),
  token('gbk-his', { charset: 'gbk' }),
  token('fsi-his', { charset: 'gbk', fsiNames: 'snake' }),
]

/** The waits of RULES 3.5 and 4.6, shortened so far that a test can await them. */
export const shortOrders: OrderSettings = {
  ...defaultOrderSettings,
  uploadRepeatAfterMs: 10,
  processingMs: 400,
  schedule: { firstAfterMs: 30, everyMs: 30, untilMs: 600, backOffMs: [60], slowEveryMs: 30, cashierExpiryMs: 60_000 },
  // No test may depend on the time of day it runs at.
  dayEndMs: undefined,
  stepsPerSecond: 1_000,
  probeEveryMs: 50,
  scanWaitMs: 10_000,
  billRetriesMs: [0, 30, 60],
  billLateMs: 200,
}

/** A listener for notices on a free port, for `callbacks` of an agent. */
export const testCallbacks = {
  host: '127.0.0.1',
  port: 0,
  pathSecret: 'test-path-secret-0001',
  syncPathSecret: 'test-sync-secret-0001',
  mpcAppSecrets: new Map([['OTHERAPP00000001OTHERAPP00000001', 'secret-of-another-application']]),
  peers: ['127.0.0.1'],
  orgCodg: 'H00000000001',
  tls: undefined,
} as const

export type TestAgentOptions = {
  readonly orders?: Partial<OrderSettings>
  readonly timeoutMs?: number
  readonly library?: Partial<LibrarySettings>
  /** The host to decode with; the one in plain JavaScript by default. */
  readonly host?: HostProgram
  /** Added to the environment of the library's process. */
  readonly libraryEnvironment?: Readonly<Record<string, string>>
  readonly origins?: readonly string[]
  readonly jsonp?: boolean
  readonly pagesDir?: string
  /** A free one by default. */
  readonly port?: number
  readonly limits?: AgentSettings['limits']
  readonly scanners?: readonly ConfiguredScanner[]
  readonly callbacks?: AgentSettings['callbacks']
  /** A kiosk with the token `terminal` and the HIS at this address. */
  readonly kiosk?: { readonly hisUrl: string; readonly timeoutMs?: number; readonly change?: Partial<KioskSettings> }
  readonly rolledOut?: AgentSettings['rolledOut']
  /** Whose machine it is; `orgCodg` by default. */
  readonly orgCodg?: string
}

type OwnOptions = TestAgentOptions & {
  /** Puts a line between the agent and the center that can be unplugged. */
  readonly cable?: true
  /** In place of the system's. */
  readonly devices?: PortWraps['devices']
  /** In place of the system's. */
  readonly readPeer?: PortWraps['readPeer']
}

export const hisToken = 'token-of-the-test-his'
/** Of the PIN 2468. */
const testStaffKey = '000102030405060708090a0b0c0d0e0f:a485007abe8ec65b23d72e87fe38d987ef7c4f2ddce326fa10600865b278dad5'

const testKiosk = ({
  hisUrl,
  timeoutMs = 2_000,
  change = {},
}: NonNullable<TestAgentOptions['kiosk']>): AgentSettings['kiosk'] => ({
  tokenName: 'terminal',
  terminalNo: 'ZZJ-01',
  businessType: '01301',
  officeId: 'D01',
  officeName: '门诊大厅',
  institutionName: '测试医院',
  idleSeconds: 60,
  ways: ['order', 'cashier'],
  h5UrlTemplate: 'https://h5.example.test/pay?order={medOrgOrd}',
  voice: true,
  staffKey: testStaffKey,
  ...change,
  his: { baseUrl: hisUrl, token: hisToken, ca: undefined, timeoutMs },
})

/** Settings of an agent for a center of `testChannel`, which need not be in this process. */
export const testSettings = (dataDir: string, centerUrl: string, options: TestAgentOptions = {}): AgentSettings => {
  const { appId, appSecret, privateKey, centerPublicKey: peerPublicKey } = testChannel
  const codes = Object.keys(settingDefaults.center.timeoutsMs) as InterfaceCode[]
  const { timeoutMs = 5_000 } = options
  return {
    environment: 'sandbox',
    version: '0.0.0-test',
    dataDir,
    port: options.port ?? 0,
    orgCodg: options.orgCodg ?? orgCodg,
    tokens: testTokens,
    rolledOut: options.rolledOut ?? [],
    origins: options.origins ?? [],
    jsonp: options.jsonp ?? false,
    pagesDir: options.pagesDir,
    // Few, so that a test reaches the end of them.
    atMostStreams: 32,
    limits: options.limits ?? { perToken: 100_000, perConnection: 100_000 },
    center: {
      ...centerHabits(),
      keys: envelopeKeys({ appId, appSecret, privateKey, peerPublicKey, userId: settingDefaults.center.userId }),
      baseUrl: centerUrl,
      ca: undefined,
      timeoutsMs: Object.fromEntries(codes.map((code) => [code, timeoutMs])) as Record<InterfaceCode, number>,
      expContent: undefined,
    },
    voucher: {
      profile: completeProfile({ url: 'http://127.0.0.1:9/decode', scannerOwner: 'agent', ...options.library }),
      hosts: [options.host ?? simulatedHost],
      ...(options.libraryEnvironment === undefined ? {} : { environment: options.libraryEnvironment }),
      simulated: true,
    },
    scanners: (options.scanners ?? []).map(scannerSettings),
    orders: { ...shortOrders, ...options.orders },
    kiosk: options.kiosk === undefined ? undefined : testKiosk(options.kiosk),
    callbacks: options.callbacks,
  }
}

/** Calls an agent as the HIS does. `as` names one of `testTokens`. */
export type Call = (method: 'GET' | 'POST', path: string, body?: object, as?: string) => Promise<Answer>

export const callAt =
  (url: () => string): Call =>
  async (method, path, body, as = 'his') => {
    const headers = { authorization: `Bearer token-of-${as}`, 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const reply = await fetch(`${url()}${path}`, { method, headers, ...sent })
    return { status: reply.status, ...((await reply.json()) as Omit<Answer, 'status'>) }
  }

export type TestAgent = {
  readonly url: string
  /** Where the center's notices arrive, without the last part; "" when the listener is off. */
  readonly callbackUrl: string
  readonly dataDir: string
  readonly center: TestCenter
  /** The line to the center, of an agent that was started with one. */
  readonly cable: Cable
  readonly call: Call
  /** Every line that was logged so far. */
  readonly logged: readonly string[]
  /** Ends the agent and lets the center be. */
  readonly stop: () => Promise<void>
  /** Starts the agent again on the same folder, with other options if given. */
  readonly start: (options?: TestAgentOptions) => Promise<void>
  /** Ends both and removes the folder. */
  readonly close: () => Promise<void>
}

/** A fresh folder; the caller removes it. */
export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'mip-test-'))

export const startTestAgent = async (options: OwnOptions = {}): Promise<TestAgent> => {
  const center = await startTestCenter()
  const cable = options.cable === true ? await startCable(center.url) : undefined
  const dataDir = freshFolder()
  const logged: string[] = []
  const log: Log = (level, what, fields = {}) => logged.push(JSON.stringify({ level, what, ...fields }))
  const open = (settings: TestAgentOptions): Promise<Agent> =>
    startAgent(testSettings(dataDir, cable?.url ?? center.url, settings), log, {
      ...(options.devices === undefined ? {} : { devices: options.devices }),
      ...(options.readPeer === undefined ? {} : { readPeer: options.readPeer }),
    })
  let agent: Agent = await open(options).catch(async (error: unknown) => {
    await center.stop()
    throw error
  })
  return {
    get url() {
      return agent.url
    },
    get callbackUrl() {
      const { callbackPort } = agent
      return callbackPort === undefined ? '' : `http://127.0.0.1:${callbackPort}/cb/${testCallbacks.pathSecret}`
    },
    dataDir,
    center,
    get cable() {
      if (cable === undefined) throw new Error('this agent was started without a cable')
      return cable
    },
    call: callAt(() => agent.url),
    logged,
    stop: () => agent.close(),
    start: async (changed = options) => {
      agent = await open(changed)
    },
    close: async () => {
      await agent.close()
      await cable?.unplug()
      await center.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
