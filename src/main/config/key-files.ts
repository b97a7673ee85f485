// Owns making the agent's SM2 pair beside a configuration: the private key sealed into a file, the public key for the
// center. A key that is there is kept under another name, never lost.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { KeysAnswer, SettingsProfile } from '../../contract/local-api/settings.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { derivePublicKey, generatePrivateKey, type RandomBytes } from '../../core/gm/sm2.ts'
import { textOfSecretFile } from './secrets/key-encoding.ts'
import { isSealed, type SecretSealer } from './secrets/sealed-secret.ts'
import type { WriteFile } from './settings-store.ts'
import { profileFile } from './secrets/shown-secrets.ts'

export type KeyOptions = {
  readonly profile: SettingsProfile
  readonly overwrite: boolean
  /** Milliseconds since the epoch, for the name of what is kept. */
  readonly nowMs: number
}

const setting = 'center.privateKey'

/** Throws KEY_EXISTS, KEY_NOT_SEALED. */
export const makeKeyFiles = (
  configPath: string,
  { profile, overwrite, nowMs }: KeyOptions,
  write: WriteFile,
  sealer: SecretSealer,
  randomBytes: RandomBytes,
): KeysAnswer => {
  const folder = dirname(resolve(configPath))
  const file = `${profileFile(basename(configPath), profile).replace(/[.]json$/, '')}.private-key`
  const path = join(folder, file)
  const isThere = existsSync(path)
  if (isThere && !overwrite) throw new AgentError('KEY_EXISTS', { detail: { file } })
  const backup = isThere ? `${file}.${new Date(nowMs).toISOString().replaceAll(/[^\d]/g, '').slice(0, 17)}` : ''
  if (isThere) {
    const kept = textOfSecretFile(readFileSync(path))
    write(join(folder, backup), isSealed(kept) ? kept : sealer.seal(path, setting, kept))
  }
  const privateKey = generatePrivateKey(randomBytes)
  write(path, sealer.seal(path, setting, Buffer.from(privateKey).toString('base64')))
  return { publicKey: Buffer.from(derivePublicKey(privateKey)).toString('base64'), file, backup }
}
