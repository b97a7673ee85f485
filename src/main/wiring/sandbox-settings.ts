// Owns `--sandbox`: starts the simulated center as a child that ends with this process, and makes settings against it.
// Nothing else in the product knows that a sandbox exists.
import { settingDefaults } from '../config/schema/setting-defaults.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createToken, scopes } from '../api/callers/tokens.ts'
import type { AgentSettings } from './settings.ts'
import { systemRandom } from './machine/system-random.ts'
import { childEnvironment } from '../../core/domain/machine/child-environment.ts'
import { entryPaths, pagesDir } from './machine/entry-paths.ts'
import { derivePublicKey, generatePrivateKey } from '../../core/gm/sm2.ts'
import { nodeHost } from './machine/host-programs.ts'
import { processLog } from '../../core/log/create-log.ts'
import { centerHabits, defaultOrderSettings, envelopeKeys, scannerSettings } from './settings-of-config.ts'
import type { OrderSettings } from '../usecases/base/dependencies.ts'
import { completeProfile } from '../voucher/library/library-profile.ts'
import type { VoucherLibraryOptions } from '../voucher/supervisor.ts'

export const sandboxOrgCodg = 'H00000000001'
const startWithinMs = 15_000

/** The waits of RULES 4.6 and 3.5, shortened so that a demonstration settles while one watches. */
const sandboxOrders: OrderSettings = {
  ...defaultOrderSettings,
  uploadRepeatAfterMs: 100,
  processingMs: 3_000,
  schedule: {
    firstAfterMs: 300,
    everyMs: 300,
    untilMs: 6_000,
    backOffMs: [2_000, 5_000],
    slowEveryMs: 300,
    cashierExpiryMs: 900_000,
  },
}

type StartedCenter = {
  readonly child: ChildProcess
  readonly url: string
  readonly publicKey: Uint8Array
  /** The HIS stub beside it. */
  readonly hisUrl: string
}

/** What Node compiled of the sources is kept from one start to the next, when somebody says where. */
const { NODE_COMPILE_CACHE } = process.env
const compileCache = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }

const startCenter = async (channel: object): Promise<StartedCenter> => {
  const child = spawn(process.execPath, [entryPaths.sandbox], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: childEnvironment(process.env, compileCache),
    // In a group of its own: Ctrl+C at the terminal ends the agent, and the agent ends its center.
    detached: true,
  })
  child.stdin.write(`${JSON.stringify(channel)}\n`)
  const lines = createInterface({ input: child.stdout })
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  for await (const line of lines) {
    clearTimeout(timer)
    const { url, publicKey, hisUrl } = JSON.parse(line) as { url: string; publicKey: string; hisUrl: string }
    child.stdout.resume()
    return { child, url, publicKey: Buffer.from(publicKey, 'base64'), hisUrl }
  }
  throw new Error('the sandbox center did not start')
}

const voucherOptions = (scannerOwner: 'library' | 'agent'): VoucherLibraryOptions => {
  const url = 'http://127.0.0.1:1/localcfc/api/hsecfc/localQrCodeQuery'
  const [hosts, path] = existsSync(entryPaths.simulatedLibrary)
    ? [[nodeHost(entryPaths.hostNode)], { path: entryPaths.simulatedLibrary }]
    : [[nodeHost(entryPaths.hostSimulated)], {}]
  return { profile: completeProfile({ url, scannerOwner, ...path }), hosts, simulated: true }
}

/** Of the PIN `sandboxStaffPin`, made once. */
const staffKey = '000102030405060708090a0b0c0d0e0f:a485007abe8ec65b23d72e87fe38d987ef7c4f2ddce326fa10600865b278dad5'
export const sandboxStaffPin = '2468'

/** A kiosk that pays the invented bills of the HIS stub. Its QR leads to the simulated center, so it is no https. */
const kioskSettings = (url: string, hisUrl: string, hisToken: string): NonNullable<AgentSettings['kiosk']> => ({
  tokenName: 'kiosk',
  terminalNo: 'ZZJ-SANDBOX',
  businessType: '01301',
  officeId: 'D01',
  officeName: '门诊大厅',
  institutionName: '沙箱医院',
  idleSeconds: 60,
  ways: ['order', 'cashier', 'bankCard'],
  h5UrlTemplate: `${url}/h5?payOrdId={payOrdId}`,
  voice: true,
  staffKey,
  his: { baseUrl: hisUrl, token: hisToken, ca: undefined, timeoutMs: 5_000 },
})

export type SandboxOptions = {
  readonly dataDir: string | undefined
  readonly port: number
  readonly version: string
  /** A serial port whose scanner the agent drives; without it the simulated library scans by itself. */
  readonly scannerPath: string | undefined
}

export type Sandbox = {
  readonly settings: AgentSettings
  readonly sandboxUrl: string
  readonly token: string
  /** Of the kiosk. */
  readonly kioskToken: string
  readonly hisUrl: string
  /** Lets the simulated H5 hand payAuthNo to the agent, once that listens. */
  readonly connectPhone: (agentUrl: string) => Promise<void>
  readonly close: () => void
}

/** Throws an Error when the simulated center does not start. A data folder that was not given is thrown away at the end. */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const appId = Buffer.from(systemRandom(16)).toString('hex').toUpperCase()
  const appSecret = Buffer.from(systemRandom(16)).toString('hex').toUpperCase()
  const privateKey = generatePrivateKey(systemRandom)
  const agentPublicKey = Buffer.from(derivePublicKey(privateKey)).toString('base64')
  const his = createToken()
  const { child, url, publicKey, hisUrl } = await startCenter({
    appId,
    appSecret,
    agentPublicKey,
    his: { token: his.token },
  })
  child.once('exit', (code) => {
    processLog('error')('error', 'sandbox.ended', { status: code ?? undefined })
  })
  const own = options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'mip-agent-sandbox-')) : undefined
  const [{ token, hash }, kiosk, h5] = [createToken(), createToken(), createToken()]
  const ofHospital = { orgCodg: sandboxOrgCodg, expiresAtMs: undefined }
  const { scannerPath } = options
  const keys = envelopeKeys({
    appId,
    appSecret,
    privateKey,
    peerPublicKey: publicKey,
    userId: settingDefaults.center.userId,
  })
  return {
    sandboxUrl: url,
    token,
    kioskToken: kiosk.token,
    hisUrl,
    connectPhone: async (agentUrl) => {
      const body = JSON.stringify({ url: agentUrl, token: h5.token })
      await fetch(`${url}/_sandbox/agent`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    },
    settings: {
      environment: 'sandbox',
      version: options.version,
      dataDir: options.dataDir ?? own ?? '',
      port: options.port,
      orgCodg: sandboxOrgCodg,
      tokens: [
        { name: 'sandbox', hash, scopes, ...ofHospital },
        { name: 'kiosk', hash: kiosk.hash, scopes: ['decode', 'pay'], ...ofHospital },
        // It hands over the patient's authorization of orders that others uploaded.
        { name: 'h5', hash: h5.hash, scopes: ['read', 'pay'], ...ofHospital },
      ],
      origins: [],
      jsonp: false,
      pagesDir,
      // Load is what a sandbox is tried with.
      limits: { perToken: 100_000, perConnection: 100_000 },
      center: {
        ...centerHabits(),
        keys,
        baseUrl: url,
        ca: undefined,
        expContent: undefined,
      },
      voucher: voucherOptions(scannerPath === undefined ? 'library' : 'agent'),
      scanners:
        scannerPath === undefined ? [] : [scannerSettings({ kind: 'serial', name: '沙箱扫码枪', path: scannerPath })],
      orders: sandboxOrders,
      callbacks: undefined,
      kiosk: kioskSettings(url, hisUrl, his.token),
    },
    close: () => {
      child.removeAllListeners('exit')
      // Its stdin ends, so it ends by itself; the signal is for one that does not.
      child.stdin?.end()
      child.kill()
      if (own !== undefined) rmSync(own, { recursive: true, force: true })
    },
  }
}
