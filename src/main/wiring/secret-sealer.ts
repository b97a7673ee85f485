// Owns sealing the secrets of a configuration: a key `secrets.key` in the folder of the sealed files, kept as the journal's key is
// kept on this machine. What a sealed file looks like is config/secrets/sealed-secret.ts.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { openText, sealText, type SecretSealer } from '../config/secrets/sealed-secret.ts'
import { secretFiles } from '../config/secret-places.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { gcmNonceBytes } from '../../core/gm/sm4.ts'
import { openKeyStore, type KeyProtection } from '../journal/keys/key-store.ts'
import { prepareProtection, type DistantProtection } from '../journal/keys/prepare-protection.ts'

export const secretsKeyFile = 'secrets.key'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** `protectionOf` a folder: how its key is kept; undefined: by a file of its owner's (0600). It may throw an Error in Chinese. */
export const createSecretSealer = (protectionOf: (folder: string) => KeyProtection | undefined): SecretSealer => {
  const storeOf = (file: string) => {
    const folder = dirname(resolve(file))
    return openKeyStore(folder, protectionOf(folder), secretsKeyFile)
  }
  const keyFor = (file: string, setting: string): Buffer => {
    const path = join(dirname(resolve(file)), secretsKeyFile)
    const again = `请重新填写: npm run agent -- secrets enter ${setting} --config 配置文件, 或把明文密钥 (0600) 放回 ${file}`
    if (!existsSync(path))
      throw new RangeError(`密钥已密封, 但找不到 ${path} (换了电脑、重装或只恢复了一部分); ${again}`)
    try {
      return storeOf(file).read()
    } catch (error) {
      throw new RangeError(`密钥已密封, 但 ${path} 打不开: ${messageOf(error)}; ${again}`, { cause: error })
    }
  }
  return {
    seal: (file, setting, text) => {
      let key: Buffer
      try {
        key = storeOf(file).readOrMake()
      } catch (error) {
        if (error instanceof AgentError && error.code !== 'JOURNAL_KEY_LOST') throw error
        const addition = `${join(dirname(resolve(file)), secretsKeyFile)} 打不开: ${messageOf(error)}`
        throw new AgentError('KEY_NOT_SEALED', { addition, cause: error })
      }
      return sealText(key, randomBytes(gcmNonceBytes), setting, text.trim())
    },
    open: (file, setting, content) => {
      const key = keyFor(file, setting)
      try {
        return openText(key, setting, content)
      } catch (error) {
        throw new RangeError(
          `${messageOf(error)}; 请重新填写: npm run agent -- secrets enter ${setting} --config 配置文件`,
          { cause: error },
        )
      }
    },
  }
}

/**
 * The same over a protection that can only be asked beforehand: the keys beside the configuration and beside every file it points
 * to are opened, or made, now. What cannot be is told by the sealer.
 */
export const prepareSecretSealer = async (configPath: string, distant: DistantProtection): Promise<SecretSealer> => {
  const folders = new Set([configPath, ...secretFiles(configPath)].map((file) => dirname(resolve(file))))
  const prepared = new Map<string, KeyProtection | Error>()
  for (const folder of folders) {
    // Told where a sealed file is wanted: plain ones need no key.
    const keeping = prepareProtection(folder, distant, [secretsKeyFile])
    prepared.set(
      folder,
      await keeping.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    )
  }
  return createSecretSealer((folder) => {
    const protection = prepared.get(folder)
    if (protection === undefined) throw new Error(`启动时还没有用到 ${folder}, 请退出桌面程序后再启动`)
    if (protection instanceof Error) throw protection
    return protection
  })
}
