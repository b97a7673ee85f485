// Owns reading of a configuration what can be read although other parts are wrong, for doctor: a fault in one section is no
// reason not to look at the others. The agent never starts with this (load-config.ts).
import { dirname, resolve } from 'node:path'
import { createCheck } from '../../contract/check/check.ts'
import { readRegularFile } from '../files/read-regular.ts'
import { createFaults } from './schema/config-faults.ts'
import { Config } from './schema/config-schema.ts'

/** Each section whose shape is right; the values in it may still be wrong. */
export type ConfigParts = {
  readonly environment?: Config['environment']
  readonly dataDir?: string
  readonly api?: Config['api']
  readonly center?: Pick<Config['center'], 'baseUrl' | 'replyWindowMs'> & { readonly ca?: string }
  readonly voucher?: Config['voucher']
  readonly scanners?: NonNullable<Config['scanners']>
}

const checkConfig = createCheck<Config>(Config)

const readPem = (file: string): { readonly ca?: string } => {
  try {
    return { ca: readRegularFile(file).toString('utf8') }
  } catch {
    return {}
  }
}

/** Never throws: what cannot be read is not there. */
export const readParts = (path: string): ConfigParts => {
  let parsed: unknown
  try {
    parsed = JSON.parse(readRegularFile(path).toString('utf8'))
  } catch {
    return {}
  }
  if (typeof parsed !== 'object' || parsed === null) return {}
  const { value: config, faults: shape } = checkConfig(parsed)
  const { isThere, isWhole } = createFaults(shape)
  const has = (name: keyof Config): boolean => Object.hasOwn(parsed, name) && isWhole(name)
  const { center, dataDir, scanners } = config
  const hasCenter = isThere('center') && isThere('center.baseUrl') && URL.canParse(center.baseUrl)
  const caFile = hasCenter && isThere('center.caFile') ? center.caFile : undefined
  const replyWindowMs = hasCenter && isThere('center.replyWindowMs') ? center.replyWindowMs : undefined
  return {
    ...(has('environment') ? { environment: config.environment } : {}),
    ...(has('dataDir') && dataDir !== undefined ? { dataDir } : {}),
    ...(has('api') ? { api: config.api } : {}),
    ...(has('voucher') ? { voucher: config.voucher } : {}),
    ...(has('scanners') && scanners !== undefined ? { scanners } : {}),
    ...(hasCenter
      ? {
          center: {
            baseUrl: center.baseUrl,
            ...(replyWindowMs === undefined ? {} : { replyWindowMs }),
            ...(caFile === undefined ? {} : readPem(resolve(dirname(path), caFile))),
          },
        }
      : {}),
  }
}
