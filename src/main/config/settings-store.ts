// Owns changing the configuration from a page: reading it without its secrets, judging it as the file is judged, replacing the
// file whole with the one before kept beside it. What runs changes only at a restart.
import { isObject, type Fields } from '../../contract/check/json-text.ts'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type {
  SettingsAnswer,
  SettingsFault,
  SettingsProfile,
  SettingsSavedAnswer,
  SettingsSecrets,
} from '../../contract/local-api/settings.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { Config } from './schema/config-schema.ts'
import { judgeConfig, parse, readText } from './load-config.ts'
import { restoreSecrets } from './secrets/inner-secrets.ts'
import { ownersChanges } from './open-settings.ts'
import type { SecretSealer } from './secrets/sealed-secret.ts'
import { fillSecrets, profileFile, showSecrets, type FilledConfig } from './secrets/shown-secrets.ts'

export type GivenSettings = {
  readonly config: Fields
  readonly secrets?: SettingsSecrets
  readonly profile?: SettingsProfile
}

export type SettingsStore = {
  readonly read: () => Omit<SettingsAnswer, 'lastRestart' | 'mayChange'>
  readonly ownersChanges: (change: GivenSettings) => readonly string[]
  readonly ownersChangesOfRestart: () => readonly string[]
  readonly check: (change: GivenSettings) => readonly SettingsFault[]
  /** Throws SETTINGS_INVALID with `detail.faults`. */
  readonly save: (change: GivenSettings) => SettingsSavedAnswer
  /** From now on the file as it is now counts as what runs. */
  readonly noteStarted: () => void
}

/** Replaces a file whole, readable by its owner alone. */
export type WriteFile = (path: string, content: string) => void

const plain = (value: unknown): Fields => JSON.parse(JSON.stringify(value)) as Fields

/** The parsed file; {} when it is not there or is no JSON object, whose faults show in any check. */
export const readFields = (path: string): Fields => {
  if (!existsSync(path)) return {}
  try {
    const value = parse(readText(path))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** Saving never changes the environment: open orders and keys of the test would go along. */
const profileFaults = (config: Fields, profile: SettingsProfile, before: Fields): readonly SettingsFault[] => {
  const { environment } = config
  const wanted = profile === 'production' ? 'production' : before['environment']
  return environment === wanted
    ? []
    : [{ path: 'environment', name: '环境', problem: `此份配置应为 ${String(wanted)}; 切换环境另有入口` }]
}

/** `path`: of the configuration that runs. */
export const createSettingsStore = (path: string, write: WriteFile, sealer: SecretSealer): SettingsStore => {
  const folder = dirname(resolve(path))
  const fileOf = (profile: SettingsProfile): string => profileFile(basename(path), profile)
  const pathOf = (profile: SettingsProfile): string => join(folder, fileOf(profile))
  const textNow = (): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  let startedWith = textNow()
  let started = readFields(path)

  const fill = ({ config, secrets = {}, profile = 'current' }: GivenSettings): FilledConfig => {
    const stem = fileOf(profile).replace(/[.]json$/, '')
    // What is prepared for production never points at a secret of the test.
    const existing = readFields(pathOf(profile))
    // Its tokens may be those that run, which the page was shown.
    const restored = restoreSecrets(restoreSecrets(config, existing), readFields(path)) as Fields
    const filled = fillSecrets(restored, secrets, existing, (secret) => `${stem}.${secret}`)
    return { ...filled, config: { ...plain(filled.config) } }
  }

  const judge = (filled: FilledConfig, profile: SettingsProfile): readonly SettingsFault[] => [
    ...judgeConfig(plain(filled.config), { folder, texts: filled.texts, sealer }).faults,
    ...profileFaults(filled.config, profile, readFields(path)),
  ]

  return {
    read: () => {
      const production = pathOf('production')
      const prepared = readFields(production)
      return {
        file: fileOf('current'),
        config: showSecrets(readFields(path)),
        schema: plain(Config),
        restartNeeded: textNow() !== startedWith,
        production: existsSync(production)
          ? {
              file: fileOf('production'),
              config: showSecrets(prepared),
              faults: judgeConfig(plain(prepared), { folder, sealer }).faults,
            }
          : null,
      }
    },
    ownersChanges: (change) => {
      const { profile = 'current', secrets = {} } = change
      const existing = pathOf(profile)
      // A first one for production begins as a copy of what runs.
      const before = existsSync(existing) ? readFields(existing) : { ...readFields(path), environment: 'production' }
      const named = Object.keys(secrets).map((name) => `secrets.${name}`)
      return [...new Set([...ownersChanges(before, fill(change).config), ...named])]
    },
    ownersChangesOfRestart: () => ownersChanges(started, readFields(path)),
    check: (change) => judge(fill(change), change.profile ?? 'current'),
    save: (change) => {
      const { profile = 'current' } = change
      const filled = fill(change)
      const faults = judge(filled, profile)
      if (faults.length > 0) {
        throw new AgentError('SETTINGS_INVALID', { addition: `共 ${faults.length} 处`, detail: { faults } })
      }
      // Secrets first: a configuration never names a file that is not there.
      for (const [name, setting] of Object.entries(filled.files)) {
        const file = join(folder, name)
        write(file, sealer.seal(file, setting, filled.texts[setting] ?? ''))
      }
      const target = pathOf(profile)
      const backup = existsSync(target) ? `${fileOf(profile)}.bak` : ''
      if (backup !== '') write(join(folder, backup), readFileSync(target, 'utf8'))
      write(target, `${JSON.stringify(filled.config, null, 2)}\n`)
      return { file: fileOf(profile), backup, restartNeeded: textNow() !== startedWith }
    },
    noteStarted: () => {
      startedWith = textNow()
      started = readFields(path)
    },
  }
}
