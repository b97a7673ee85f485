// Owns reading the secrets and certificates that a configuration points to: files, sealed or plain, variables, and texts that are not
// in files yet. What is wrong with one becomes a fault of its setting; the rest of the configuration is load-config.ts.
import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { isPassedToChildren } from '../../../core/domain/machine/child-environment.ts'
import { readCallbackTls, type CallbackTls } from './callback-tls.ts'
import type { ConfigFaults } from '../schema/config-faults.ts'
import type { Config } from '../schema/config-schema.ts'
import { readNamedFile, readOwnFile } from './exposed-file.ts'
import { isSealed, type SecretSealer } from './sealed-secret.ts'
import type { Secret } from '../schema/secret-schema.ts'
import { isPair, readPrivateKey, readPublicKey } from './sm2-keys.ts'

/** Of the callback listener; both texts "" where it is off or 6204 is not taken. */
export type CallbackSecrets = {
  readonly callbackSecret: string
  readonly syncSecret: string
  /** Of the other applications that 6204 may name: appId -> appSecret. */
  readonly mpcAppSecrets: ReadonlyMap<string, string>
  /** undefined: the listener, if any, speaks plain HTTP. */
  readonly callbackTls: CallbackTls | undefined
}
/** Of the library's initialization; both "" when it has none. */
export type LibraryKeys = { readonly accessKey: string; readonly secretKey: string }
export type KioskHisAccess = { readonly token: string; readonly ca: string | undefined }

/** Where secrets are: the folder that their files are relative to, and texts that are not in files yet, by their paths. */
export type SecretPlace = {
  readonly folder: string
  readonly texts?: Readonly<Record<string, string>>
  /** Without one a sealed file is a fault. */
  readonly sealer?: SecretSealer | undefined
  /** Whose the files must be, or root's; null: anybody's. By default the agent's user. */
  readonly own?: number | null | undefined
}

/** The text of a secret's file, sealed or plain. Throws RangeError, in Chinese. */
const readSecretFile = (file: string, setting: string, { sealer, own }: Omit<SecretPlace, 'folder'>): string => {
  const content = readOwnFile(file, own)
  if (!isSealed(content)) return content
  if (sealer === undefined) throw new RangeError('密钥已密封, 这里打不开')
  return sealer.open(file, setting, content)
}

/** The secret, or undefined when there is none; why not is then a fault. */
export const readSecret = (
  faults: ConfigFaults,
  path: string,
  source: () => Secret,
  { folder, texts = {}, ...place }: SecretPlace,
): string | undefined => {
  if (texts[path] !== undefined) return texts[path]
  if (!faults.isWhole(path)) return undefined
  return faults.attempt(path, () => {
    const { file, env } = source()
    if ((file === undefined) === (env === undefined)) throw new RangeError('应填 file 或 env 之一')
    if (isPassedToChildren(env ?? '')) throw new RangeError('该变量会传给动态库等子进程, 请换一个变量名')
    const text = file === undefined ? process.env[env ?? ''] : readSecretFile(resolve(folder, file), path, place)
    if (text === undefined) throw new RangeError('所指的环境变量未设置')
    if (text.trim() === '') throw new RangeError('内容为空')
    return text.trim()
  })
}

export const readKeys = (faults: ConfigFaults, config: Config, place: SecretPlace) => {
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

export const readCa = (
  faults: ConfigFaults,
  path: 'center.caFile' | 'kiosk.his.caFile',
  source: () => string | undefined,
  { folder, own }: SecretPlace,
): string | undefined => {
  const file = faults.isThere(path) ? source() : undefined
  if (file === undefined) return undefined
  const pem = faults.attempt(path, () => readNamedFile(resolve(folder, file), own))
  if (pem === undefined) return undefined
  try {
    new X509Certificate(pem)
  } catch {
    faults.add(path, '不是 PEM 证书')
  }
  return pem
}

export const readHis = (faults: ConfigFaults, config: Config, place: SecretPlace): KioskHisAccess | undefined => {
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

export const readCallbackSecrets = (faults: ConfigFaults, config: Config, place: SecretPlace): CallbackSecrets => {
  const callbackSecret = readPathSecret(faults, config, 'pathSecret', place)
  const syncSecret = readPathSecret(faults, config, 'syncPathSecret', place)
  if (syncSecret !== '' && syncSecret === callbackSecret) {
    faults.add('callbacks.syncPathSecret', '须与 pathSecret 不同: 患者手机会看到它')
  }
  if (faults.isThere('callbacks') && config.callbacks?.clientCaFile !== undefined && syncSecret !== '') {
    faults.add('callbacks.clientCaFile', '不能与 syncPathSecret 同时填写: 患者手机没有客户端证书, 打不开 6204 的跳转')
  }
  const mpcAppSecrets = new Map<string, string>()
  const apps = faults.isWhole('callbacks.mpcApps') ? (config.callbacks?.mpcApps ?? []) : []
  for (const [index, { appId, appSecret }] of apps.entries()) {
    const path = `callbacks.mpcApps[${index}]`
    if (mpcAppSecrets.has(appId)) faults.add(`${path}.appId`, '重复')
    const text = readSecret(faults, `${path}.appSecret`, () => appSecret, place)
    if (text !== undefined) mpcAppSecrets.set(appId, text)
  }
  const callbackTls = readCallbackTls(faults, config, place, (own) =>
    readSecret(own, 'callbacks.key', () => config.callbacks?.key ?? {}, place),
  )
  return { callbackSecret, syncSecret, mpcAppSecrets, callbackTls }
}

export const readLibraryKeys = (faults: ConfigFaults, config: Config, place: SecretPlace): LibraryKeys => {
  const given = faults.isThere('voucher.initialization') ? config.voucher.initialization : undefined
  if (given === undefined) return { accessKey: '', secretKey: '' }
  const read = (name: 'ACCESS_KEY' | 'SECRETKEY'): string =>
    readSecret(faults, `voucher.initialization.${name}`, () => given[name], place) ?? ''
  return { accessKey: read('ACCESS_KEY'), secretKey: read('SECRETKEY') }
}
