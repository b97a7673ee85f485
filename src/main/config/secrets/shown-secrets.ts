// Owns what a page sees of a configuration's secrets, and turning what it sends back into where they are. Pure.
import { isObject } from '../../../contract/check/json-text.ts'
import type { SettingsProfile, SettingsSecrets } from '../../../contract/local-api/settings.ts'
import { hideSecrets } from './inner-secrets.ts'

type Fields = Record<string, unknown>

/** Where secrets stand in a configuration, and the file that a page's text goes to. */
const places: Readonly<Record<keyof SettingsSecrets, { readonly path: string; readonly file: string }>> = {
  appSecret: { path: 'center.appSecret', file: 'app-secret' },
  callbackPathSecret: { path: 'callbacks.pathSecret', file: 'callback-secret' },
  callbackSyncSecret: { path: 'callbacks.syncPathSecret', file: 'callback-sync-secret' },
  libraryAccessKey: { path: 'voucher.initialization.ACCESS_KEY', file: 'library-access' },
  librarySecretKey: { path: 'voucher.initialization.SECRETKEY', file: 'library-secret' },
}

const parentOf = (config: unknown, path: string): { readonly parent: Fields; readonly name: string } | undefined => {
  const names = path.split('.')
  const name = names.pop() ?? ''
  let parent = config
  for (const each of names) parent = isObject(parent) ? parent[each] : undefined
  return isObject(parent) ? { parent, name } : undefined
}

/** A copy whose secrets say only that they are set, and from where. */
export const showSecrets = (config: Readonly<Fields>): Fields => {
  return mask(hideSecrets(config)) as Fields
}

/** Every place of a secret, in whatever list it stands. */
const mask = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(mask)
  if (!isObject(value)) return value
  if (typeof value['file'] === 'string') return { set: true, from: 'file' }
  if (typeof value['env'] === 'string') return { set: true, from: 'env' }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mask(member)]))
}

/** What `existing` has where a place was sent back as it was shown; a row of a list is found by its `appId` or `name`. */
const unmask = (sent: unknown, existing: unknown): unknown => {
  if (Array.isArray(sent)) return sent.map((row: unknown) => unmask(row, rowIn(existing, row)))
  if (!isObject(sent)) return sent
  if ('set' in sent) return existing
  const before = isObject(existing) ? existing : {}
  return Object.fromEntries(Object.entries(sent).map(([name, member]) => [name, unmask(member, before[name])]))
}

const nameOfRow = (row: unknown): unknown => (isObject(row) ? (row['appId'] ?? row['name']) : undefined)

const rowIn = (rows: unknown, row: unknown): unknown =>
  Array.isArray(rows) && nameOfRow(row) !== undefined
    ? rows.find((each) => nameOfRow(each) === nameOfRow(row))
    : undefined

export type FilledConfig = {
  readonly config: Fields
  /** Secrets that are to be written: the file beside the configuration -> its path in the configuration. */
  readonly files: Readonly<Record<string, string>>
  /** The same by their paths in the configuration. */
  readonly texts: Readonly<Record<string, string>>
}

/**
 * What a page sent, with its secrets' places filled in: a new file where it sent a text, what `existing` has where it sent back
 * what it was shown. `nameOf` gives a secret's file its name.
 */
export const fillSecrets = (
  sent: Readonly<Fields>,
  secrets: SettingsSecrets,
  existing: Readonly<Fields>,
  nameOf: (secret: string) => string,
): FilledConfig => {
  const config = unmask(sent, existing) as Fields
  const files: Record<string, string> = {}
  const texts: Record<string, string> = {}
  for (const [name, { path, file }] of Object.entries(places)) {
    const text = secrets[name as keyof SettingsSecrets]
    const place = parentOf(config, path)
    if (text === undefined || place === undefined) continue
    place.parent[place.name] = { file: nameOf(file) }
    files[nameOf(file)] = path
    texts[path] = text
  }
  return { config, files, texts }
}

/** `agent.json` -> `agent.production.json`. */
export const profileFile = (file: string, profile: SettingsProfile): string =>
  profile === 'current' ? file : file.replace(/([.]json)?$/, '.production.json')
