// Owns turning a checked configuration into the settings of every adapter, with the defaults filled in.
import { join, resolve } from 'node:path'
import type { StoredToken } from '../api/callers/tokens.ts'
import { deriveSm4Key, type EnvelopeKeys } from '../center/envelope.ts'
import type { CenterSettings } from '../center/create-center.ts'
import type { AgentSettings } from './settings.ts'
import { systemRandom } from './machine/system-random.ts'
import type { Config } from '../config/schema/config-schema.ts'
import { settingDefaults } from '../config/schema/setting-defaults.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { defaultUploadRules } from '../../core/domain/money/upload-rules.ts'
import { parseTimeOfDay } from '../../core/domain/time/shanghai-time.ts'
import { pagesDir } from './machine/entry-paths.ts'
import { createSigner, createVerifier } from '../../core/gm/sm2.ts'
import { listHostPrograms } from './machine/host-programs.ts'
import { fixedOrderSettings, type OrderSettings } from '../usecases/base/dependencies.ts'
import type { ScannerSettings } from '../scanner/open-scanner.ts'
import type { HostProgram } from '../voucher/hosts/prepare-host.ts'
import { findFileFaults } from '../voucher/library/library-file.ts'
import { ownUser, strangersAt } from '../files/strangers.ts'
import { isSimulatedLibrary } from '../voucher/simulated-mark.ts'
import { completeProfile, profileNameOf, type LibraryProfile } from '../voucher/library/library-profile.ts'
import type { VoucherLibraryOptions } from '../voucher/supervisor.ts'

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

type CenterHabits = Pick<
  CenterSettings,
  'timeoutsMs' | 'unsignedRefusals' | 'replyWindowMs' | 'successCodes' | 'charset'
>

/** How long a center is waited for and how its replies are read: what `center` says, else the defaults. */
export const centerHabits = (center: Partial<Config['center']> = {}): CenterHabits => {
  const defaults = settingDefaults.center
  const { unsignedRefusals, replyWindowMs, successCodes, charset } = { ...defaults, ...center }
  return {
    timeoutsMs: { ...defaults.timeoutsMs, ...center.timeoutsMs },
    unsignedRefusals: new Set(unsignedRefusals),
    replyWindowMs,
    successCodes: new Set(successCodes),
    charset,
  }
}

const centerSettings = ({ config, appSecret, privateKey, centerPublicKey, ca }: LoadedConfig): CenterSettings => {
  const { appId, baseUrl, expContent, userId, expContentForm: form } = { ...settingDefaults.center, ...config.center }
  return {
    ...centerHabits(config.center),
    keys: envelopeKeys({ appId, appSecret, privateKey, peerPublicKey: centerPublicKey, userId }),
    baseUrl,
    ca,
    expContent: expContent === undefined ? undefined : { fields: expContent, form },
  }
}

const orderSettings = ({ orders = {}, ecOrgId = '' }: Pick<Config, 'orders' | 'ecOrgId'>): OrderSettings => {
  const defaults = settingDefaults.orders
  const { requiredOverrides = {}, dayEnd, sameDayRefundUntil = {}, queue, ...rest } = { ...defaults, ...orders }
  const limits = Object.entries(sameDayRefundUntil).map(([way, time]) => [way, parseTimeOfDay(time)])
  return {
    ...fixedOrderSettings,
    ...rest,
    dayEndMs: parseTimeOfDay(dayEnd),
    sameDayRefundUntilMs: Object.fromEntries(limits) as OrderSettings['sameDayRefundUntilMs'],
    queue: { ...defaults.queue, ...queue },
    ecOrgId,
    uploadRules: { ...defaultUploadRules, requiredOverrides },
  }
}
/** Of a configuration without `orders`. */
export const defaultOrderSettings = orderSettings({})

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

export type ConfiguredScanner = NonNullable<Config['scanners']>[number]

/** One scanner as configured. Judged by load-config.ts: a serial one has its path. */
export const scannerSettings = (scanner: ConfiguredScanner): ScannerSettings => {
  const { kind, path = '', onSuccess, onFailure, ...rest } = { ...settingDefaults.scanners, ...scanner }
  const signals = { onSuccess: readHex(onSuccess), onFailure: readHex(onFailure) }
  return kind === 'serial' ? { ...rest, ...signals, kind, path } : { ...rest, ...signals, kind }
}

/**
 * The library as configured, its file not looked at.
 * @throws AgentError CONFIG_INVALID when the profile lacks something
 */
export const profileOfConfig = (
  {
    library: path,
    manifest: _manifest,
    profile = settingDefaults.voucher.profile,
    initialization,
    ...rest
  }: Config['voucher'],
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
  const { his: hisDefaults, ...defaults } = settingDefaults.kiosk
  const { token: tokenName, his: hisConfig, ...rest } = config.kiosk
  return {
    h5UrlTemplate: '',
    ...defaults,
    ...rest,
    tokenName,
    his: { baseUrl: hisConfig.baseUrl, timeoutMs: hisConfig.timeoutMs ?? hisDefaults.timeoutMs, ...his },
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
    port: start.port ?? config.api.port ?? settingDefaults.api.port,
    orgCodg: config.orgCodg,
    tokens: storedTokens(config),
    rolledOut: loaded.rolledOut,
    origins: config.api.origins ?? [],
    jsonp: config.api.jsonp ?? settingDefaults.api.jsonp,
    pagesDir,
    limits: { ...settingDefaults.api.limits, ...config.api.limits },
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
