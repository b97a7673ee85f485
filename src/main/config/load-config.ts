// Owns reading the configuration: the file, the secrets it points to, and every fault of it at once. The result is frozen
// and passed on as values; nobody reads the environment or a file of settings later.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { createCheck, faultText, type Fault } from '../../contract/check.ts'
import { extendable, standardNames } from '../../contract/extra-fields.ts'
import type { RolledOutToken } from '../../contract/token-file.ts'
import { isPassedToChildren } from '../domain/child-environment.ts'
import { AgentError } from '../domain/errors.ts'
import { codeOf, type ConfigFaults, createFaults } from './config-faults.ts'
import { Config, configFormat } from './config-schema.ts'
import { exposureAt, holdsSecret, readOwnFile } from './exposed-file.ts'
import { checkKiosk } from './kiosk-config.ts'
import { readRollOut } from './read-roll-out.ts'
import { isSealed, type SecretSealer } from './sealed-secret.ts'
import { checkScanners } from './scanner-schema.ts'
import type { Secret } from './secret-schema.ts'
import { isPair, readPrivateKey, readPublicKey } from './sm2-keys.ts'

export type LoadedConfig = {
  readonly config: Config
  readonly appSecret: string
  readonly privateKey: Uint8Array
  readonly centerPublicKey: Uint8Array
  /** PEM, when caFile is set. */
  readonly ca: string | undefined
  /** "" when no callback listener is configured. */
  readonly callbackSecret: string
  /** "" when 6204 is not taken. */
  readonly syncSecret: string
  /** Of the other applications that 6204 may name: appId -> appSecret. */
  readonly mpcAppSecrets: ReadonlyMap<string, string>
  /** Of the library's initialization; both "" when it has none. */
  readonly libraryKeys: { readonly accessKey: string; readonly secretKey: string }
  /** Of the kiosk's HIS; undefined when no kiosk is configured. */
  readonly his: { readonly token: string; readonly ca: string | undefined } | undefined
  /** The tokens of a roll-out; none when there is none. */
  readonly rolledOut: readonly RolledOutToken[]
}

const checkConfig = createCheck<Config>(Config)
const maxFileBytes = 1024 * 1024

const readBytes = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new AgentError('CONFIG_MISSING', { addition: `${path} (${codeOf(error)})`, cause: error })
  }
}

/** The text of a configuration file. Throws CONFIG_MISSING, CONFIG_INVALID. */
export const readText = (path: string): string => {
  const bytes = readBytes(path)
  if (bytes.length > maxFileBytes) throw new AgentError('CONFIG_INVALID', { addition: '文件过大' })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new AgentError('CONFIG_INVALID', { addition: '文件不是 UTF-8 编码' })
  }
}

const assertNotNewer = (given: unknown): void => {
  const format: unknown = typeof given === 'object' && given !== null && 'format' in given ? given.format : undefined
  if (typeof format !== 'number' || !(format > configFormat)) return
  throw new AgentError('CONFIG_TOO_NEW', { addition: `配置格式 ${format}, 本版本只认得 ${configFormat} 及以下` })
}

/** Throws CONFIG_INVALID; CONFIG_TOO_NEW before anything of it is judged. */
export const parse = (text: string): unknown => {
  const given = parseJson(text)
  assertNotNewer(given)
  return given
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const where = /line \d+ column \d+/.exec((error as Error).message)?.[0] ?? ''
    throw new AgentError('CONFIG_INVALID', { addition: `不是有效的 JSON ${where}`.trim() })
  }
}

/** Where secrets are: the folder that their files are relative to, and texts that are not in files yet, by their paths. */
export type SecretPlace = {
  readonly folder: string
  readonly texts?: Readonly<Record<string, string>>
  /** Without one a sealed file is a fault. */
  readonly sealer?: SecretSealer | undefined
}

/** A configuration file as it stands, unjudged. Throws CONFIG_MISSING or CONFIG_INVALID. */
export const readConfigFile = (path: string): unknown => parse(readText(path))

/** The text of a secret's file, sealed or plain. Throws RangeError, and the system's errors. */
const readSecretFile = (file: string, setting: string, sealer: SecretSealer | undefined): string => {
  const content = readOwnFile(file)
  if (!isSealed(content)) return content
  if (sealer === undefined) throw new RangeError('密钥已密封, 这里打不开')
  return sealer.open(file, setting, content)
}

/** The secret, or undefined when there is none; why not is then a fault. */
const readSecret = (
  faults: ConfigFaults,
  path: string,
  source: () => Secret,
  { folder, texts = {}, sealer }: SecretPlace,
): string | undefined => {
  if (texts[path] !== undefined) return texts[path]
  if (!faults.isWhole(path)) return undefined
  return faults.attempt(path, () => {
    const { file, env } = source()
    if ((file === undefined) === (env === undefined)) throw new RangeError('应填 file 或 env 之一')
    if (isPassedToChildren(env ?? '')) throw new RangeError('该变量会传给动态库等子进程, 请换一个变量名')
    const text = file === undefined ? process.env[env ?? ''] : readSecretFile(resolve(folder, file), path, sealer)
    if (text === undefined) throw new RangeError('所指的环境变量未设置')
    if (text.trim() === '') throw new RangeError('内容为空')
    return text.trim()
  })
}

const checkCenterAddress = (faults: ConfigFaults, config: Config): void => {
  if (!faults.isThere('center.baseUrl')) return
  const { baseUrl, allowPlainHttp } = config.center
  if (!URL.canParse(baseUrl)) faults.add('center.baseUrl', '不是有效的地址')
  if (baseUrl.startsWith('http:') && allowPlainHttp !== true) {
    faults.add('center.baseUrl', '明文 HTTP 须同时设置 allowPlainHttp: true')
  }
}

const checkTokens = (faults: ConfigFaults, config: Config): void => {
  if (!faults.isThere('api.tokens')) return
  const names = new Set<string>()
  for (const [index, token] of config.api.tokens.entries()) {
    const path = `api.tokens[${index}]`
    if (faults.isThere(`${path}.name`)) {
      if (names.has(token.name)) faults.add(`${path}.name`, '名称重复')
      names.add(token.name)
    }
    if (!faults.isThere(`${path}.expiresAt`) || token.expiresAt === undefined) continue
    if (Number.isNaN(Date.parse(token.expiresAt))) faults.add(`${path}.expiresAt`, '不是有效的时间')
  }
}

/** A province adds fields; what the standard has is not described anew. */
const checkExtraFields = (faults: ConfigFaults, config: Config): void => {
  if (!faults.isWhole('orders.extraFields')) return
  for (const at of extendable) {
    const names = Object.keys(config.orders?.extraFields?.[at] ?? {})
    for (const name of names.filter((each) => standardNames(at).includes(each))) {
      faults.add(`orders.extraFields.${at}.${name}`, '字段表中已有')
    }
  }
}

const checkPaths = (faults: ConfigFaults, config: Config): void => {
  for (const name of ['library', 'manifest', 'folder'] as const) {
    if (!faults.isThere(`voucher.${name}`)) continue
    if (!isAbsolute(config.voucher[name] ?? '/')) faults.add(`voucher.${name}`, '须为绝对路径')
  }
  if (faults.isThere('dataDir') && config.dataDir !== undefined && !isAbsolute(config.dataDir)) {
    faults.add('dataDir', '须为绝对路径')
  }
  if (faults.isThere('backupDir') && config.backupDir !== undefined && !isAbsolute(config.backupDir)) {
    faults.add('backupDir', '须为绝对路径')
  }
}

const readKeys = (faults: ConfigFaults, config: Config, place: SecretPlace) => {
  const privateText = readSecret(faults, 'center.privateKey', () => config.center.privateKey, place)
  const privateKey =
    privateText === undefined ? undefined : faults.attempt('center.privateKey', () => readPrivateKey(privateText))
  const readPublic = (name: 'publicKey' | 'centerPublicKey'): Uint8Array | undefined => {
    const text = faults.isThere(`center.${name}`) ? config.center[name] : undefined
    return text === undefined ? undefined : faults.attempt(`center.${name}`, () => readPublicKey(text))
  }
  const own = readPublic('publicKey')
  if (privateKey !== undefined && own !== undefined && !isPair(privateKey, own)) {
    faults.add('center.publicKey', '与私钥不配对')
  }
  return { privateKey, centerPublicKey: readPublic('centerPublicKey') }
}

const readCa = (
  faults: ConfigFaults,
  path: 'center.caFile' | 'kiosk.his.caFile',
  source: () => string | undefined,
  { folder }: SecretPlace,
): string | undefined => {
  const file = faults.isThere(path) ? source() : undefined
  if (file === undefined) return undefined
  const pem = faults.attempt(path, () => readFileSync(resolve(folder, file), 'utf8'))
  if (pem === undefined) return undefined
  try {
    new X509Certificate(pem)
  } catch {
    faults.add(path, '不是 PEM 证书')
  }
  return pem
}

const readHis = (faults: ConfigFaults, config: Config, place: SecretPlace): LoadedConfig['his'] => {
  const his = faults.isWhole('kiosk') ? config.kiosk?.his : undefined
  if (his === undefined) return undefined
  const token = readSecret(faults, 'kiosk.his.token', () => his.token, place) ?? ''
  return { token, ca: readCa(faults, 'kiosk.his.caFile', () => his.caFile, place) }
}

const minPathSecret = 16
const readPathSecret = (
  faults: ConfigFaults,
  config: Config,
  name: 'pathSecret' | 'syncPathSecret',
  place: SecretPlace,
): string => {
  const source = faults.isThere('callbacks') ? config.callbacks?.[name] : undefined
  if (source === undefined) return ''
  const secret = readSecret(faults, `callbacks.${name}`, () => source, place) ?? ''
  if (secret !== '' && (secret.length < minPathSecret || !/^[\w-]+$/.test(secret))) {
    faults.add(`callbacks.${name}`, `应为至少 ${minPathSecret} 位字母、数字、- 或 _`)
  }
  return secret
}

const readCallbackSecrets = (
  faults: ConfigFaults,
  config: Config,
  place: SecretPlace,
): Pick<LoadedConfig, 'callbackSecret' | 'syncSecret' | 'mpcAppSecrets'> => {
  const callbackSecret = readPathSecret(faults, config, 'pathSecret', place)
  const syncSecret = readPathSecret(faults, config, 'syncPathSecret', place)
  if (syncSecret !== '' && syncSecret === callbackSecret) {
    faults.add('callbacks.syncPathSecret', '须与 pathSecret 不同: 患者手机会看到它')
  }
  const mpcAppSecrets = new Map<string, string>()
  const apps = faults.isWhole('callbacks.mpcApps') ? (config.callbacks?.mpcApps ?? []) : []
  for (const [index, { appId, appSecret }] of apps.entries()) {
    const path = `callbacks.mpcApps[${index}]`
    if (mpcAppSecrets.has(appId)) faults.add(`${path}.appId`, '重复')
    const text = readSecret(faults, `${path}.appSecret`, () => appSecret, place)
    if (text !== undefined) mpcAppSecrets.set(appId, text)
  }
  return { callbackSecret, syncSecret, mpcAppSecrets }
}

const readLibraryKeys = (faults: ConfigFaults, config: Config, place: SecretPlace): LoadedConfig['libraryKeys'] => {
  const given = faults.isThere('voucher.initialization') ? config.voucher.initialization : undefined
  if (given === undefined) return { accessKey: '', secretKey: '' }
  const read = (name: 'ACCESS_KEY' | 'SECRETKEY'): string =>
    readSecret(faults, `voucher.initialization.${name}`, () => given[name], place) ?? ''
  return { accessKey: read('ACCESS_KEY'), secretKey: read('SECRETKEY') }
}

const freezeDeep = (value: object): void => {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freezeDeep(member as object)
  }
  Object.freeze(value)
}

/** The data folder that a configuration names, and nothing else of it: whoever only looks for a running agent has no secrets. */
export const readDataDir = (path: string): string | undefined => {
  const config = parse(readText(path)) as { readonly dataDir?: unknown } | null
  return typeof config?.dataDir === 'string' ? config.dataDir : undefined
}

/** A configuration with all that is wrong with it; `loaded` when nothing is. */
export type JudgedConfig = { readonly faults: readonly Fault[]; readonly loaded: LoadedConfig | undefined }

/** Judges a parsed configuration, which is changed in place. Never throws. */
export const judgeConfig = (value: unknown, place: SecretPlace): JudgedConfig => {
  // Where the shape is wrong, the type is not to be believed: every reading below asks `faults` first.
  const { value: config, faults: shape } = checkConfig(value)
  const faults = createFaults(shape)
  checkPaths(faults, config)
  checkExtraFields(faults, config)
  checkTokens(faults, config)
  checkCenterAddress(faults, config)
  checkScanners(faults, config)
  checkKiosk(faults, config)
  const appSecret = readSecret(faults, 'center.appSecret', () => config.center.appSecret, place)
  const { privateKey, centerPublicKey } = readKeys(faults, config, place)
  const ca = readCa(faults, 'center.caFile', () => config.center.caFile, place)
  const callbackSecrets = readCallbackSecrets(faults, config, place)
  const libraryKeys = readLibraryKeys(faults, config, place)
  const his = readHis(faults, config, place)
  const rolledOut = readRollOut(
    faults,
    faults.isThere('api.provisioning') ? config.api.provisioning : undefined,
    place.folder,
  )
  const { list } = faults
  if (list.length > 0 || appSecret === undefined || privateKey === undefined || centerPublicKey === undefined) {
    return { faults: list, loaded: undefined }
  }
  freezeDeep(config)
  const loaded = { config, appSecret, privateKey, centerPublicKey, ca, ...callbackSecrets, libraryKeys, his, rolledOut }
  return { faults: [], loaded: Object.freeze(loaded) }
}

/** Loads and judges the whole file. Throws CONFIG_MISSING, or CONFIG_INVALID with `detail.faults`, one line each. */
export const loadConfig = (path: string, sealer?: SecretSealer): LoadedConfig => {
  const config = parse(readText(path))
  const exposed = holdsSecret(config) ? exposureAt(resolve(path)) : undefined
  const { faults, loaded } = judgeConfig(config, { folder: dirname(resolve(path)), sealer })
  if (loaded !== undefined && exposed === undefined) return loaded
  const lines = [...(exposed === undefined ? [] : [exposed]), ...faults.map(faultText)]
  throw new AgentError('CONFIG_INVALID', { addition: `共 ${lines.length} 处`, detail: { faults: lines } })
}
