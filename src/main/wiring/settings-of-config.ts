// Owns turning a checked configuration into the settings of every adapter, with the defaults of RULES filled in.
import { join, resolve } from 'node:path'
import type { InterfaceCode } from '../../contract/interfaces.ts'
import { defaultRateLimits } from '../api/callers/rate-limits.ts'
import type { StoredToken } from '../api/callers/tokens.ts'
import { deriveSm4Key, type EnvelopeKeys } from '../center/envelope.ts'
import type { CenterSettings } from '../center/create-center.ts'
import type { AgentSettings } from './settings.ts'
import { systemRandom } from './machine/system-random.ts'
import type { Config } from '../config/schema/config-schema.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { parseTimeOfDay } from '../../core/domain/time/shanghai-time.ts'
import { pagesDir } from './machine/entry-paths.ts'
import { createSigner, createVerifier } from '../../core/gm/sm2.ts'
import { listHostPrograms } from './machine/host-programs.ts'
import { defaultOrderSettings, type OrderSettings } from '../usecases/base/dependencies.ts'
import type { ScannerSettings } from '../scanner/open-scanner.ts'
import type { HostProgram } from '../voucher/hosts/prepare-host.ts'
import { findFileFaults } from '../voucher/library/library-file.ts'
import { ownUser, strangersAt } from '../files/strangers.ts'
import { isSimulatedLibrary } from '../voucher/simulated-mark.ts'
import { completeProfile, profileNameOf, type LibraryProfile } from '../voucher/library/library-profile.ts'
import type { VoucherLibraryOptions } from '../voucher/supervisor.ts'

export const defaultPort = 17_600
export const defaultUserId = '1234567812345678'
export const defaultUnsignedRefusals: readonly InterfaceCode[] = ['6201', '6301']
export const defaultReplyWindowMs = 600_000
export const defaultSuccessCodes: readonly string[] = ['0']
export const defaultHisTimeoutMs = 8_000

/** An upload of many lines takes the center longest; a query must not hold up its schedule. */
export const defaultTimeoutsMs: Readonly<Record<InterfaceCode, number>> = {
  '6201': 20_000,
  '6202': 20_000,
  '6203': 20_000,
  '6205': 20_000,
  '6301': 10_000,
  '6401': 20_000,
}

/** Both sides' keys for one channel. */
export const envelopeKeys = (channel: {
  readonly appId: string
  readonly appSecret: string
  readonly privateKey: Uint8Array
  readonly peerPublicKey: Uint8Array
  readonly userId: string
}): EnvelopeKeys => {
  const userId = Buffer.from(channel.userId, 'utf8')
  return {
    appId: channel.appId,
    appSecret: channel.appSecret,
    sm4Key: deriveSm4Key(channel.appId, channel.appSecret),
    sign: createSigner({ privateKey: channel.privateKey, userId, randomBytes: systemRandom }),
    verifier: createVerifier({ publicKey: channel.peerPublicKey, userId }),
  }
}

const centerSettings = ({ config, appSecret, privateKey, centerPublicKey, ca }: LoadedConfig): CenterSettings => {
  const { center } = config
  const { appId, expContent } = center
  const userId = center.userId ?? defaultUserId
  return {
    keys: envelopeKeys({ appId, appSecret, privateKey, peerPublicKey: centerPublicKey, userId }),
    baseUrl: center.baseUrl,
    ca,
    timeoutsMs: { ...defaultTimeoutsMs, ...center.timeoutsMs },
    unsignedRefusals: new Set(center.unsignedRefusals ?? defaultUnsignedRefusals),
    replyWindowMs: center.replyWindowMs ?? defaultReplyWindowMs,
    successCodes: new Set(center.successCodes ?? defaultSuccessCodes),
    charset: center.charset ?? 'auto',
    expContent: expContent === undefined ? undefined : { fields: expContent, form: center.expContentForm ?? 'string' },
  }
}

const orderSettings = ({ orders = {}, ecOrgId = '' }: Config): OrderSettings => {
  const { requiredOverrides, dayEnd, sameDayRefundUntil = {}, queue, ...rest } = orders
  const { uploadRules } = defaultOrderSettings
  const limits = Object.entries(sameDayRefundUntil).map(([way, time]) => [way, parseTimeOfDay(time)])
  return {
    ...defaultOrderSettings,
    ...rest,
    dayEndMs: dayEnd === undefined ? defaultOrderSettings.dayEndMs : parseTimeOfDay(dayEnd),
    sameDayRefundUntilMs: Object.fromEntries(limits) as OrderSettings['sameDayRefundUntilMs'],
    queue: { ...defaultOrderSettings.queue, ...queue },
    ecOrgId,
    uploadRules: { ...uploadRules, requiredOverrides: requiredOverrides ?? uploadRules.requiredOverrides },
  }
}

const storedTokens = ({ api, orgCodg }: Config): StoredToken[] =>
  api.tokens.map((token) => ({
    name: token.name,
    hash: token.hash,
    scopes: token.scopes,
    orgCodg: token.orgCodg ?? orgCodg,
    expiresAtMs: token.expiresAt === undefined ? undefined : Date.parse(token.expiresAt),
    ...(token.scannerRoles === undefined ? {} : { scannerRoles: token.scannerRoles }),
    ...(token.charset === undefined ? {} : { charset: token.charset }),
    ...(token.fsiNames === undefined ? {} : { fsiNames: token.fsiNames }),
  }))

const readHex = (text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : Buffer.from(text, 'hex')

/** One scanner as configured. Judged by load-config.ts: a serial one has its path. */
export const scannerSettings = (scanner: NonNullable<Config['scanners']>[number]): ScannerSettings => {
  const { kind, path = '', onSuccess, onFailure, ...rest } = scanner
  const signals = { onSuccess: readHex(onSuccess), onFailure: readHex(onFailure) }
  return kind === 'serial' ? { ...rest, ...signals, kind, path } : { ...rest, ...signals, kind }
}

/**
 * The library as configured, its file not looked at.
 * @throws AgentError CONFIG_INVALID when the profile lacks something
 */
export const profileOfConfig = (
  { library: path, manifest: _manifest, profile = 'nation-ec', initialization, ...rest }: Config['voucher'],
  { accessKey: ACCESS_KEY, secretKey: SECRETKEY }: LoadedConfig['libraryKeys'],
): LibraryProfile =>
  completeProfile({
    ...rest,
    path,
    profile: profileNameOf(profile),
    ...(initialization === undefined ? {} : { initialization: { ...initialization, ACCESS_KEY, SECRETKEY } }),
  })

/** The manifest is in the data folder unless the administrator brought one. */
export const manifestOfConfig = ({ manifest }: Config['voucher'], dataDir: string): string =>
  manifest ?? join(dataDir, 'library-manifest.json')

/** @throws AgentError CONFIG_INVALID when the profile lacks something or the file can be no library */
const voucherSettings = (
  { config, libraryKeys }: LoadedConfig,
  dataDir: string,
  hosts: readonly HostProgram[],
  own: number | null,
): VoucherLibraryOptions => {
  const { voucher } = config
  const profile = profileOfConfig(voucher, libraryKeys)
  const isInvented = config.environment === 'production' && isSimulatedLibrary(voucher.library)
  const found = [
    ...findFileFaults(voucher.library),
    ...(isInvented ? ['是模拟动态库, 患者是编造的, 生产环境不能用'] : []),
  ]
  const strangers = (path: string): readonly string[] => strangersAt(path, own)
  const faults = [
    ...(found.length > 0 ? found : strangers(voucher.library)).map((fault) => `voucher.library: ${fault}`),
    ...(voucher.manifest === undefined ? [] : strangers(voucher.manifest)).map((fault) => `voucher.manifest: ${fault}`),
  ]
  if (faults.length > 0) throw new AgentError('CONFIG_INVALID', { addition: faults.join('; '), detail: { faults } })
  return { profile, hosts, manifest: manifestOfConfig(voucher, dataDir), simulated: false }
}

const kioskSettings = ({ config, his }: LoadedConfig): AgentSettings['kiosk'] => {
  if (config.kiosk === undefined || his === undefined) return undefined
  const { token: tokenName, his: hisConfig, ...rest } = config.kiosk
  return {
    businessType: '01301',
    idleSeconds: 60,
    h5UrlTemplate: '',
    voice: true,
    ...rest,
    tokenName,
    his: { baseUrl: hisConfig.baseUrl, timeoutMs: hisConfig.timeoutMs ?? defaultHisTimeoutMs, ...his },
  }
}

/** `dataDir` and `port`: what the command line says goes before the file. */
export const settingsOfConfig = (
  loaded: LoadedConfig,
  start: {
    readonly dataDir: string
    readonly port: number | undefined
    readonly version: string
    /** The decoder hosts; those of this installation when left out. */
    readonly hosts?: readonly HostProgram[]
    /** Whose the library must be, or root's; null: anybody's. By default the agent's user. */
    readonly own?: number | null
  },
): AgentSettings => {
  const { config } = loaded
  const dataDir = resolve(start.dataDir)
  return {
    environment: config.environment,
    version: start.version,
    dataDir,
    backupDir: config.backupDir,
    port: start.port ?? config.api.port ?? defaultPort,
    orgCodg: config.orgCodg,
    tokens: storedTokens(config),
    rolledOut: loaded.rolledOut,
    origins: config.api.origins ?? [],
    jsonp: config.api.jsonp ?? false,
    pagesDir,
    limits: { ...defaultRateLimits, ...config.api.limits },
    center: centerSettings(loaded),
    voucher: voucherSettings(
      loaded,
      dataDir,
      start.hosts ?? listHostPrograms(),
      start.own === undefined ? ownUser() : start.own,
    ),
    scanners: (config.scanners ?? []).map(scannerSettings),
    orders: orderSettings(config),
    kiosk: kioskSettings(loaded),
    callbacks:
      config.callbacks === undefined
        ? undefined
        : {
            host: config.callbacks.host,
            port: config.callbacks.port,
            peers: config.callbacks.peers,
            pathSecret: loaded.callbackSecret,
            syncPathSecret: loaded.syncSecret,
            mpcAppSecrets: loaded.mpcAppSecrets,
            tls: loaded.callbackTls,
            orgCodg: config.orgCodg,
          },
  }
}
