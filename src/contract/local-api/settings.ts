// Owns what the agent answers the settings pages with: the configuration, its faults, keys, the trial of a user id, the switch
// to production. Types alone. Every call here wants the scope admin; in the sandbox each answers NOT_IN_SANDBOX.

/** A fault of a configuration. */
export type SettingsFault = {
  /** As in `center.baseUrl` or `api.tokens[0].name`; "" for the whole. */
  readonly path: string
  /** The setting's name in Chinese; "" when it has none. */
  readonly name: string
  /** What is wrong, in Chinese. */
  readonly problem: string
}

/** `current`: what runs. `production`: prepared beside it, for the switch. */
export type SettingsProfile = 'current' | 'production'

/** GET /v1/settings */
export type SettingsAnswer = {
  /** The file's name, without its folder. */
  readonly file: string
  /** As the file says; a secret is a ShownSecret, never its text or path. */
  readonly config: Readonly<Record<string, unknown>>
  /** JSON Schema of a configuration, its titles and descriptions in Chinese. */
  readonly schema: Readonly<Record<string, unknown>>
  /** The paths of the settings and groups that the caller may change; null: all, as the owner of the machine. */
  readonly mayChange: readonly string[] | null
  /** The file is newer than what runs. */
  readonly restartNeeded: boolean
  /** The production profile that waits beside it; null when none was prepared. */
  readonly production: {
    readonly file: string
    readonly config: Readonly<Record<string, unknown>>
    readonly faults: readonly SettingsFault[]
  } | null
  /** How the last restart from a page went; null when there was none. */
  readonly lastRestart: { readonly at: string; readonly ok: boolean; readonly message: string } | null
}

/** A secret in `config` of an answer, in place of {file} or {env}. Sent back unchanged it stays as it is. */
export type ShownSecret = { readonly set: true; readonly from: 'file' | 'env' }

/** Texts to be written into files of their owner's beside the configuration; each only when it is to change. */
export type SettingsSecrets = {
  readonly appSecret?: string
  readonly callbackPathSecret?: string
  readonly callbackSyncSecret?: string
  readonly libraryAccessKey?: string
  readonly librarySecretKey?: string
}

/** POST /v1/settings/check {config, secrets?} and POST /v1/settings {config, secrets?, profile?} */
export type SettingsBody = {
  readonly config: Readonly<Record<string, unknown>>
  readonly secrets?: SettingsSecrets
  /** current when left out. */
  readonly profile?: SettingsProfile
}

export type SettingsCheckAnswer = { readonly faults: readonly SettingsFault[] }

/** Faults are answered as SETTINGS_INVALID with `data.faults` of this shape; nothing is written then. */
export type SettingsSavedAnswer = {
  readonly file: string
  /** The file that was there before, under this name; "" when there was none. */
  readonly backup: string
  /** True for the profile that runs. */
  readonly restartNeeded: boolean
}

/** POST /v1/restart {}: answered before the agent ends; then ask /v1/health and `lastRestart`. */
export type RestartAnswer = { readonly restarting: true }

/** POST /v1/settings/keys {profile?, overwrite?} */
export type KeysBody = {
  readonly profile?: SettingsProfile
  /** Without it a key that is there is not replaced: KEY_EXISTS. */
  readonly overwrite?: boolean
}

export type KeysAnswer = {
  /** Base64 of 65 bytes, to be sent to the center. */
  readonly publicKey: string
  /** The private key's file, to be named in center.privateKey as {"file": ...}; its name, without the folder. */
  readonly file: string
  /** The key that was there before, under this name; "" when there was none. */
  readonly backup: string
}

/** POST /v1/settings/user-id-trial */
export type UserIdTrialBody = {
  /** The text of a reply of the center as captured: the whole envelope. */
  readonly reply: string
  /** User ids to try beside the usual ones. */
  readonly candidates?: readonly string[]
  /** In any form of a public key; that of the configuration when left out. */
  readonly centerPublicKey?: string
}

export type UserIdTrialAnswer = {
  /** The user id under which the signature holds; null when none does. "" is a user id too. */
  readonly userId: string | null
  /** The form in which the reply writes what is signed, in Chinese; null when none fits or the reply has no data. */
  readonly form: string | null
  /** Whose key is most likely wrong: ours as the center has it, the center's as we have it, or both; null: neither, or it may be the appSecret. */
  readonly wrongKey: 'own' | 'center' | 'both' | null
  /** What was tried, in order. */
  readonly tried: readonly string[]
  /** What to do now, in Chinese. */
  readonly text: string
}

/** POST /v1/settings/environment {environment: "production", confirm: orgCodg of the production profile} */
export type EnvironmentBody = {
  readonly environment: 'production'
  /** The institution's code, typed by the person who switches. */
  readonly confirm: string
}

/** Refusals: ENVIRONMENT_REFUSED with `data.problems` [{code, text, count?}]. */
export type EnvironmentAnswer = {
  readonly environment: 'production'
  /** The test configuration is kept under this name. */
  readonly backup: string
  readonly restartNeeded: true
}
