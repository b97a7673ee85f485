// Owns `agent secrets`: sealing the plain files of a configuration, and entering a secret anew. It needs no running agent; it runs
// as the agent's system user, whose key seals. The text comes through stdin, never through an argument.
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readOwnFile } from '../config/secrets/exposed-file.ts'
import { readConfigFile } from '../config/load-config.ts'
import { isSealed, type SecretSealer } from '../config/secrets/sealed-secret.ts'
import { secretPlaces } from '../config/secret-places.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { foreignOwnerOf } from '../../core/domain/machine/private-file.ts'
import { writeDurably } from '../journal/base/durable-file.ts'
import { headlessProtection } from '../journal/keys/windows-protection.ts'
import { createSecretSealer, secretsKeyFile } from './secret-sealer.ts'

const maxSecretBytes = 64 * 1024

const invalid = (addition: string): AgentError => new AgentError('COMMAND_INVALID', { addition })

type Place = { readonly setting: string; readonly file: string }

const placesOf = (configPath: string): readonly Place[] =>
  secretPlaces(readConfigFile(configPath)).flatMap(({ path, file }) =>
    file === undefined ? [] : [{ setting: path, file: resolve(dirname(resolve(configPath)), file) }],
  )

/** A file written by another user could not be opened by the agent any more. */
const assertOwn = (path: string): void => {
  const own = process.geteuid?.()
  const fault = own === undefined ? undefined : foreignOwnerOf(path, statSync(path).uid, own)
  if (fault !== undefined) throw invalid(`请用运行助手的系统用户执行本命令 (${fault})`)
}

/** Writes the sealed text, and reads it back before the plain one is replaced. */
const sealInto = ({ setting, file }: Place, text: string, sealer: SecretSealer): void => {
  const sealed = sealer.seal(file, setting, text)
  if (sealer.open(file, setting, sealed) !== text.trim()) throw new Error('sealing did not keep the secret')
  writeDurably(file, sealed)
}

const readPlain = (file: string): string => {
  try {
    return readOwnFile(file, null)
  } catch (error) {
    throw invalid(
      `${file}: ${error instanceof RangeError ? error.message : ((error as NodeJS.ErrnoException).code ?? '')}`,
    )
  }
}

export const headlessSealer = (): SecretSealer =>
  createSecretSealer(() => headlessProtection(process.platform).protection)

/** Seals every plain file of the configuration. Gives what was done, a line each. Throws AgentError. */
export const sealSecrets = (configPath: string, sealer = headlessSealer()): readonly string[] => {
  const places = placesOf(configPath)
  for (const { file } of places) if (existsSync(file)) assertOwn(file)
  return places.map((place) => {
    const content = readPlain(place.file)
    if (isSealed(content)) return `${place.setting}: 已是密封的 (sealed already)`
    sealInto(place, content, sealer)
    return `${place.setting}: 已密封 (sealed) ${place.file}`
  })
}

export type Entered = {
  readonly setting: string
  readonly text: string
  /** The key that is there cannot be opened any more: begin with a new one, the old one kept aside under this name. */
  readonly newKeyStamp?: string
}

/** Puts a secret into the file that the configuration names for it. Throws AgentError. */
export const enterSecret = (
  configPath: string,
  { setting, text, newKeyStamp }: Entered,
  sealer = headlessSealer(),
): readonly string[] => {
  const places = placesOf(configPath)
  const place = places.find((candidate) => candidate.setting === setting)
  if (place === undefined) {
    throw invalid(`配置中由文件给出的密钥: ${places.map((listed) => listed.setting).join('、')}`)
  }
  if (text.trim() === '' || text.length > maxSecretBytes) throw invalid('标准输入中没有密钥, 或过长')
  assertOwn(existsSync(place.file) ? place.file : dirname(place.file))
  const key = join(dirname(place.file), secretsKeyFile)
  if (newKeyStamp !== undefined && existsSync(key)) renameSync(key, `${key}.${newKeyStamp}`)
  sealInto(place, text, sealer)
  return [`${setting}: 已密封 (sealed) ${place.file}`]
}

/** All of stdin. */
export const readStdin = (): string => readFileSync(0, 'utf8')
