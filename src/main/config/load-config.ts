// Owns reading the configuration: the file, the secrets it points to, and every fault of it at once. The result is frozen
// and passed on as values; nobody reads the environment or a file of settings later.
import { dirname, isAbsolute, resolve } from 'node:path'
import { createCheck, faultText, type Fault } from '../../contract/check/check.ts'
import { extendable, standardNames } from '../../contract/extra-fields.ts'
import type { RolledOutToken } from '../../contract/token-file.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { type ConfigFaults, createFaults, fileProblem } from './schema/config-faults.ts'
import { Config, configFormat } from './schema/config-schema.ts'
import { readRegularFile } from '../files/read-regular.ts'
import { ownUser, strangersAt } from '../files/strangers.ts'
import { exposureAt } from './secrets/exposed-file.ts'
import { holdsSecret } from './secrets/inner-secrets.ts'
import { checkKiosk } from './kiosk-config.ts'
import { readRollOut } from './read-roll-out.ts'
import type { SecretSealer } from './secrets/sealed-secret.ts'
import { checkScanners } from './schema/scanner-schema.ts'
import {
  readCa,
  readCallbackSecrets,
  readHis,
  readKeys,
  readLibraryKeys,
  readSecret,
  type CallbackSecrets,
  type KioskHisAccess,
  type LibraryKeys,
  type SecretPlace,
} from './secrets/read-secrets.ts'

export type LoadedConfig = CallbackSecrets & {
  readonly config: Config
  readonly appSecret: string
  readonly privateKey: Uint8Array
  readonly centerPublicKey: Uint8Array
  /** PEM, when caFile is set. */
  readonly ca: string | undefined
  readonly libraryKeys: LibraryKeys
  /** Of the kiosk's HIS; undefined when no kiosk is configured. */
  readonly his: KioskHisAccess | undefined
  /** The tokens of a roll-out; none when there is none. */
  readonly rolledOut: readonly RolledOutToken[]
}

const checkConfig = createCheck<Config>(Config)
const maxFileBytes = 1024 * 1024

const readBytes = (path: string): Buffer => {
  try {
    return readRegularFile(path, maxFileBytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EFBIG')
      throw new AgentError('CONFIG_INVALID', { addition: '文件过大' })
    throw new AgentError('CONFIG_MISSING', { addition: fileProblem(path, error), cause: error })
  }
}

/** The text of a configuration file. Throws CONFIG_MISSING, CONFIG_INVALID. */
export const readText = (path: string): string => {
  const bytes = readBytes(path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new AgentError('CONFIG_INVALID', { addition: '文件不是 UTF-8 编码' })
  }
}

const assertNotNewer = (content: unknown): void => {
  const format: unknown =
    typeof content === 'object' && content !== null && 'format' in content ? content.format : undefined
  if (typeof format !== 'number' || !(format > configFormat)) return
  throw new AgentError('CONFIG_TOO_NEW', { addition: `配置格式 ${format}, 本版本只认得 ${configFormat} 及以下` })
}

/** Throws CONFIG_INVALID; CONFIG_TOO_NEW before anything of it is judged. */
export const parse = (text: string): unknown => {
  const content = parseJson(text)
  assertNotNewer(content)
  return content
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const where = /line \d+ column \d+/.exec((error as Error).message)?.[0] ?? ''
    throw new AgentError('CONFIG_INVALID', { addition: `不是有效的 JSON ${where}`.trim() })
  }
}

/** A configuration file as it stands, unjudged. Throws CONFIG_MISSING or CONFIG_INVALID. */
export const readConfigFile = (path: string): unknown => parse(readText(path))

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
    for (const name of names.filter((candidate) => standardNames(at).includes(candidate))) {
      faults.add(`orders.extraFields.${at}.${name}`, '字段表中已有')
    }
  }
}

/** A misspelt name would require nothing. */
const checkRequired = (faults: ConfigFaults, config: Config): void => {
  if (!faults.isWhole('orders.requiredOverrides') || !faults.isWhole('orders.extraFields')) return
  const uploadNames = new Set([...standardNames('6201'), ...Object.keys(config.orders?.extraFields?.['6201'] ?? {})])
  for (const name of Object.keys(config.orders?.requiredOverrides ?? {})) {
    if (!uploadNames.has(name)) faults.add(`orders.requiredOverrides.${name}`, '6201 没有这个字段')
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
  checkRequired(faults, config)
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
  const rolledOut = readRollOut(faults, faults.isThere('api.provisioning') ? config.api.provisioning : undefined, place)
  const { list } = faults
  if (list.length > 0 || appSecret === undefined || privateKey === undefined || centerPublicKey === undefined) {
    return { faults: list, loaded: undefined }
  }
  freezeDeep(config)
  const loaded = { config, appSecret, privateKey, centerPublicKey, ca, ...callbackSecrets, libraryKeys, his, rolledOut }
  return { faults: [], loaded: Object.freeze(loaded) }
}

/**
 * Loads and judges the whole file. Throws CONFIG_MISSING, or CONFIG_INVALID with `detail.faults`, one line each. `own`: the system's
 * user whose it must be; null: anybody's, for an administrator who only looks.
 */
export const loadConfig = (path: string, sealer?: SecretSealer, own: number | null = ownUser()): LoadedConfig => {
  const config = parse(readText(path))
  const exposed = holdsSecret(config) ? exposureAt(resolve(path)) : undefined
  const { faults, loaded } = judgeConfig(config, { folder: dirname(resolve(path)), sealer, own })
  const rights = [...(exposed === undefined ? [] : [exposed]), ...strangersAt(resolve(path), own)]
  if (loaded !== undefined && rights.length === 0) return loaded
  const lines = [...rights, ...faults.map(faultText)]
  throw new AgentError('CONFIG_INVALID', { addition: `共 ${lines.length} 处`, detail: { faults: lines } })
}
