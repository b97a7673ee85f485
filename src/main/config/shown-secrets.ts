// Owns what a page sees of a configuration's secrets, and turning what it sends back into where they are. Pure.
import type { SettingsProfile, SettingsSecrets } from '../../contract/local-api/settings.ts'
import { hideSecrets } from './inner-secrets.ts'

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Where secrets stand in a configuration, and the file that a page's text goes to. */
const places: Readonly<Record<keyof SettingsSecrets, { readonly path: string; readonly file: string }>> = {
  appSecret: { path: 'center.appSecret', file: 'app-secret' },
  callbackPathSecret: { path: 'callbacks.pathSecret', file: 'callback-secret' },
  callbackSyncSecret: { path: 'callbacks.syncPathSecret', file: 'callback-sync-secret' },
  libraryAccessKey: { path: 'voucher.initialization.ACCESS_KEY', file: 'library-access' },
  librarySecretKey: { path: 'voucher.initialization.SECRETKEY', file: 'library-secret' },
}
const allPaths = [...Object.values(places).map(({ path }) => path), 'center.privateKey']

const parentOf = (config: unknown, path: string): { readonly parent: Fields; readonly name: string } | undefined => {
  const names = path.split('.')
  const name = names.pop() ?? ''
  let parent = config
  for (const each of names) parent = isFields(parent) ? parent[each] : undefined
  return isFields(parent) ? { parent, name } : undefined
}

/** A copy whose secrets say only that they are set, and from where. */
export const showSecrets = (config: Readonly<Fields>): Fields => {
  const shown = hideSecrets(config) as Fields
  for (const path of allPaths) {
    const place = parentOf(shown, path)
    const value = place?.parent[place.name]
    if (place === undefined || !isFields(value)) continue
    place.parent[place.name] = { set: true, from: value['env'] === undefined ? 'file' : 'env' }
  }
  return shown
}

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
  const config = structuredClone(sent) as Fields
  const files: Record<string, string> = {}
  const texts: Record<string, string> = {}
  for (const path of allPaths) {
    const place = parentOf(config, path)
    const value = place?.parent[place.name]
    if (place === undefined || !isFields(value) || !('set' in value)) continue
    const before = parentOf(existing, path)
    place.parent[place.name] = before?.parent[before.name]
  }
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
