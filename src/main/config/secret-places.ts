// Owns where a configuration's secrets are: files and variables of the environment that it points to, found in whatever of it is
// readable. Reading them is load-config.ts.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readRegularFile } from '../files/read-regular.ts'
import { holdsSecret } from './secrets/inner-secrets.ts'
import { readConfigFile } from './load-config.ts'
import { isSealed } from './secrets/sealed-secret.ts'

/** `file` as it is written, relative to the configuration. */
export type SecretPlace = {
  /** For example `center.appSecret`, `callbacks.mpcApps[0].appSecret`. */
  readonly path: string
  readonly file?: string
  readonly env?: string
}

const collect = (value: unknown, path: string): readonly SecretPlace[] => {
  if (Array.isArray(value)) return value.flatMap((row, index) => collect(row, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const { file, env } = value as { readonly file?: unknown; readonly env?: unknown }
  if (typeof file === 'string') return [{ path, file }]
  if (typeof env === 'string') return [{ path, env }]
  return Object.entries(value).flatMap(([name, member]) => collect(member, path === '' ? name : `${path}.${name}`))
}

/** Of a parsed configuration, in its order. */
export const secretPlaces = (config: unknown): readonly SecretPlace[] => collect(config, '')

/** The names of the variables. Throws CONFIG_MISSING, CONFIG_INVALID. */
export const secretVariables = (path: string): readonly string[] => [
  ...new Set(secretPlaces(readConfigFile(path)).flatMap(({ env }) => (env === undefined ? [] : [env]))),
]

/** Takes the variables out of `environment`, so that later children do not inherit them, and gives them. */
export const takeVariables = (
  environment: Record<string, string | undefined>,
  names: readonly string[],
): Readonly<Record<string, string>> => {
  const taken: Record<string, string> = {}
  for (const name of names) {
    const value = environment[name]
    if (value === undefined) continue
    taken[name] = value
    delete environment[name]
  }
  return taken
}

/** The files pointed to whose secret lies there in plain text. [] when the configuration cannot be read. */
export const plainFiles = (configPath: string): readonly string[] => {
  try {
    const folder = dirname(resolve(configPath))
    return secretPlaces(readConfigFile(configPath))
      .flatMap(({ file }) => (file === undefined ? [] : [resolve(folder, file)]))
      .filter((file) => existsSync(file) && !isSealed(readRegularFile(file).toString('utf8')))
  } catch {
    return []
  }
}

/** Every file that holds a secret: those pointed to, the roll-out, the configuration itself. [] when it cannot be read. */
export const secretFiles = (configPath: string): readonly string[] => {
  try {
    const config = readConfigFile(configPath) as { readonly api?: { readonly provisioning?: unknown } } | null
    const provisioning = config?.api?.provisioning
    const named = secretPlaces(config).flatMap(({ file }) => (file === undefined ? [] : [file]))
    const folder = dirname(resolve(configPath))
    return [
      ...(holdsSecret(config) ? [resolve(configPath)] : []),
      ...[...named, ...(typeof provisioning === 'string' ? [provisioning] : [])].map((file) => resolve(folder, file)),
    ]
  } catch {
    return []
  }
}
