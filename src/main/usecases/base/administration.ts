// Owns what the settings' pages need of the program around the agent: its configuration, its keys, its restart. The sandbox has
// none of it. config/ and headless.ts implement it; nothing here does I/O.
import type {
  EnvironmentAnswer,
  KeysAnswer,
  SettingsAnswer,
  SettingsFault,
  SettingsProfile,
  SettingsSavedAnswer,
  SettingsSecrets,
  UserIdTrialAnswer,
} from '../../../contract/local-api/settings.ts'

export type GivenSettings = {
  readonly config: Readonly<Record<string, unknown>>
  readonly secrets?: SettingsSecrets
  readonly profile?: SettingsProfile
}

export type Administration = {
  /** Whose machine it is. */
  readonly orgCodg: () => string
  /** The paths of what an administrator's token may change. */
  readonly openSettings: readonly string[]
  readonly read: () => Omit<SettingsAnswer, 'mayChange'>
  /** What of the given settings only the owner of the machine may change, by their paths. */
  readonly ownersChanges: (change: GivenSettings) => readonly string[]
  /** The same of what a restart would bring, because the file was changed since. */
  readonly ownersChangesOfRestart: () => readonly string[]
  /** Everything that is wrong; nothing is written. */
  readonly check: (change: GivenSettings) => readonly SettingsFault[]
  /** Throws SETTINGS_INVALID with `detail.faults`. */
  readonly save: (change: GivenSettings) => SettingsSavedAnswer
  /** Throws KEY_EXISTS. */
  readonly makeKeys: (profile: SettingsProfile, overwrite: boolean) => KeysAnswer
  /** Rejects with BAD_FIELDS when the key is none. */
  readonly tryUserIds: (
    reply: string,
    candidates: readonly string[],
    centerPublicKey: string,
  ) => Promise<UserIdTrialAnswer>
  /** `openOrders`: what still moves in the journal. Throws ENVIRONMENT_REFUSED with `detail.problems`. */
  readonly switchToProduction: (confirm: string, openOrders: number) => EnvironmentAnswer
  /** Looks at the new configuration, then ends and starts anew once the answer has left. Throws CONFIG_MISSING, CONFIG_INVALID. */
  readonly restart: () => void
}
