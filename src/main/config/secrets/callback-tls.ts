// Owns the certificate of the callback listener: reading its files and judging them. What is wrong with them costs the notices,
// which 6301 replaces, and never the counter: it is told, not thrown.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { faultText } from '../../../contract/check/check.ts'
import { createFaults, type ConfigFaults } from '../schema/config-faults.ts'
import type { Config } from '../schema/config-schema.ts'
import { readNamedFile } from './exposed-file.ts'

/** PEM texts that fit together, and the certificate's days in milliseconds since the epoch; or, in Chinese, why they cannot be used. */
export type CallbackTls =
  | {
      readonly cert: string
      readonly key: string
      /** Whose certificates visitors must have; undefined: none is asked for. */
      readonly clientCa: string | undefined
      readonly startsMs: number
      readonly endsMs: number
    }
  | { readonly problem: string }

const unusable = (problem: string): CallbackTls => ({ problem })

const attempt = <Value>(work: () => Value): Value | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}

const judge = (cert: string, key: string, clientCa: string | undefined): CallbackTls => {
  const certificate = attempt(() => new X509Certificate(cert))
  if (certificate === undefined) return unusable('callbacks.certFile: 不是 PEM 证书')
  const privateKey = attempt(() => createPrivateKey(key))
  if (privateKey === undefined) return unusable('callbacks.key: 不是 PEM 私钥, 或带有口令')
  if (!certificate.checkPrivateKey(privateKey)) return unusable('callbacks.key: 与 certFile 中的证书不配对')
  if (clientCa !== undefined && attempt(() => new X509Certificate(clientCa)) === undefined) {
    return unusable('callbacks.clientCaFile: 不是 PEM 证书')
  }
  const context = attempt(() => createSecureContext({ cert, key, ca: clientCa }))
  if (context === undefined) return unusable('callbacks.certFile: 证书不能用于 TLS (密钥太短, 或算法不受支持)')
  const [startsMs, endsMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  return { cert, key, clientCa, startsMs, endsMs }
}

/**
 * undefined without a certificate in the configuration, or when `faults` has what is wrong with its shape. `readKey` gives the
 * secret `callbacks.key`, adding to the faults that it is given.
 */
export const readCallbackTls = (
  faults: ConfigFaults,
  config: Config,
  { folder, own: owner }: { readonly folder: string; readonly own?: number | null | undefined },
  readKey: (faults: ConfigFaults) => string | undefined,
): CallbackTls | undefined => {
  const { certFile, key, clientCaFile } = (faults.isWhole('callbacks') ? config.callbacks : undefined) ?? {}
  if (certFile === undefined && key === undefined && clientCaFile === undefined) return undefined
  if (certFile === undefined || key === undefined) {
    faults.add('callbacks', 'certFile 和 key 须同时填写')
    return undefined
  }
  const own = createFaults([])
  const read = (path: string, file: string): string | undefined =>
    own.attempt(path, () => readNamedFile(resolve(folder, file), owner))
  const cert = read('callbacks.certFile', certFile)
  const clientCa = clientCaFile === undefined ? undefined : read('callbacks.clientCaFile', clientCaFile)
  const privateKey = readKey(own)
  if (own.list.length > 0 || cert === undefined || privateKey === undefined) {
    return unusable(own.list.map(faultText).join('; '))
  }
  return judge(cert, privateKey, clientCa)
}
