// Owns reading the configuration: the file, the secrets it points to, and every fault of it at once. The result is frozen
// and passed on as values; nobody reads the environment or a file of settings later.
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { createCheck, faultText } from '../../contract/check.ts'
import { AgentError } from '../domain/errors.ts'
import { Config, type Secret } from './config-schema.ts'
import { isPair, readPrivateKey, readPublicKey } from './sm2-keys.ts'

export type LoadedConfig = {
  readonly config: Config
  readonly appSecret: string
  readonly privateKey: Uint8Array
  readonly centerPublicKey: Uint8Array
  /** PEM, when caFile is set. */
  readonly ca: string | undefined
}

const checkConfig = createCheck<Config>(Config)
const maxFileBytes = 1024 * 1024

type Faults = { readonly list: string[]; readonly add: (path: string, problem: string) => void }
const createFaults = (): Faults => {
  const list: string[] = []
  return { list, add: (path, problem) => list.push(`${path}: ${problem}`) }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '无法读取'

const attempt = <Value>(faults: Faults, path: string, work: () => Value): Value | undefined => {
  try {
    return work()
  } catch (error) {
    // Messages of our own parsers only; a foreign message could quote what it read.
    faults.add(path, error instanceof RangeError ? error.message : codeOf(error))
    return undefined
  }
}

const readSecret = (faults: Faults, path: string, secret: Secret, folder: string): string => {
  const { file, env } = secret
  if ((file === undefined) === (env === undefined)) {
    faults.add(path, '应填 file 或 env 之一')
    return ''
  }
  const value =
    file === undefined
      ? process.env[env ?? '']
      : attempt(faults, path, () => readFileSync(resolve(folder, file), 'utf8'))
  const trimmed = value?.trim() ?? ''
  if (trimmed === '' && (file === undefined || value !== undefined)) faults.add(path, '内容为空')
  return trimmed
}

const readFile = (path: string): string => {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > maxFileBytes) throw new AgentError('CONFIG_INVALID', { addition: '文件过大' })
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/^\uFEFF/, '')
  } catch (error) {
    if (error instanceof AgentError) throw error
    throw new AgentError('CONFIG_MISSING', { addition: `${path} (${codeOf(error)})`, cause: error })
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    const where = /line \d+ column \d+/.exec((error as Error).message)?.[0] ?? ''
    throw new AgentError('CONFIG_INVALID', { addition: `不是有效的 JSON ${where}`.trim() })
  }
}

const checkValues = (faults: Faults, { center, voucher, api, dataDir }: Config): void => {
  if (center.baseUrl.startsWith('http:') && center.allowPlainHttp !== true) {
    faults.add('center.baseUrl', '明文 HTTP 须同时设置 allowPlainHttp: true')
  }
  if (!isAbsolute(voucher.library)) faults.add('voucher.library', '须为绝对路径')
  if (dataDir !== undefined && !isAbsolute(dataDir)) faults.add('dataDir', '须为绝对路径')
  const names = new Set<string>()
  for (const [index, { name, expiresAt }] of api.tokens.entries()) {
    if (names.has(name)) faults.add(`api.tokens[${index}].name`, '名称重复')
    names.add(name)
    if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) {
      faults.add(`api.tokens[${index}].expiresAt`, '不是有效的时间')
    }
  }
}

/** Loads and judges the whole file. Throws CONFIG_MISSING, or CONFIG_INVALID with `detail.faults`, one line each. */
export const loadConfig = (path: string): LoadedConfig => {
  const { value: config, faults: shape } = checkConfig(parse(readFile(path)))
  const faults = createFaults()
  faults.list.push(...shape.map(faultText))
  // With a wrong shape only the parts that are there can be looked at further; the shape comes first.
  if (shape.length > 0) throw configInvalid(faults.list)
  const folder = dirname(resolve(path))
  const { center } = config
  checkValues(faults, config)
  const appSecret = readSecret(faults, 'center.appSecret', center.appSecret, folder)
  const privateText = readSecret(faults, 'center.privateKey', center.privateKey, folder)
  const privateKey =
    privateText === '' ? undefined : attempt(faults, 'center.privateKey', () => readPrivateKey(privateText))
  const readPublic = (name: string, text: string): Uint8Array | undefined =>
    attempt(faults, name, () => {
      try {
        return readPublicKey(text)
      } catch (error) {
        throw error instanceof RangeError ? error : new RangeError('不是 SM2 曲线上的点')
      }
    })
  const centerPublicKey = readPublic('center.centerPublicKey', center.centerPublicKey)
  const own = center.publicKey === undefined ? undefined : readPublic('center.publicKey', center.publicKey)
  if (privateKey !== undefined && own !== undefined && !isPair(privateKey, own)) {
    faults.add('center.publicKey', '与私钥不配对')
  }
  const { caFile } = center
  const ca =
    caFile === undefined
      ? undefined
      : attempt(faults, 'center.caFile', () => readFileSync(resolve(folder, caFile), 'utf8'))
  if (faults.list.length > 0 || privateKey === undefined || centerPublicKey === undefined) {
    throw configInvalid(faults.list)
  }
  return Object.freeze({ config, appSecret, privateKey, centerPublicKey, ca })
}

const configInvalid = (list: readonly string[]): AgentError =>
  new AgentError('CONFIG_INVALID', { addition: `共 ${list.length} 处`, detail: { faults: list } })
