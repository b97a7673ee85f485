// Owns how a sealed secret looks in its file: which key sealed it, and the text under SM4-GCM, bound to the setting it is for.
// Where the key is kept is secret-sealer.ts of the program.
import { sm3 } from '../../../core/gm/sm3.ts'
import { openSm4Gcm, sealSm4Gcm } from '../../../core/gm/sm4.ts'

const family = 'mip-agent-sealed:'
const mark = `${family}1:`
const idBytes = 4

/** Seals secrets into files and opens them; `setting` is the place in the configuration, e.g. `center.privateKey`. */
export type SecretSealer = {
  /** The content of `file`. Throws KEY_NOT_SEALED, RIGHTS_TOO_WIDE. */
  readonly seal: (file: string, setting: string, text: string) => string
  /** Throws RangeError, in Chinese, with what to do. */
  readonly open: (file: string, setting: string, content: string) => string
}

export const isSealed = (content: string): boolean => content.trimStart().startsWith(family)

const idOf = (key: Uint8Array): string =>
  Buffer.from(sm3(Buffer.from('mip-agent secrets key'), key)).toString('hex', 0, idBytes)
const associated = (setting: string): Buffer => Buffer.from(`mip-agent secret|${setting}`)

export const sealText = (key: Uint8Array, nonce: Uint8Array, setting: string, text: string): string =>
  `${mark}${idOf(key)}:${Buffer.from(sealSm4Gcm(key, nonce, associated(setting), Buffer.from(text))).toString('base64')}\n`

/** Throws RangeError when it is of a later form, of another key, for another setting, or damaged. */
export const openText = (key: Uint8Array, setting: string, content: string): string => {
  const line = content.trim()
  if (!line.startsWith(mark)) throw new RangeError('密封格式由更新的版本写成, 请升级本程序')
  const [id, sealed = ''] = line.slice(mark.length).split(':', 2)
  if (id !== idOf(key)) throw new RangeError('由另一把 secrets.key 密封 (另一台电脑, 或重装之前)')
  try {
    return Buffer.from(openSm4Gcm(key, associated(setting), Buffer.from(sealed, 'base64'))).toString('utf8')
  } catch {
    throw new RangeError('密封的内容已损坏, 或是另一项设置的密钥')
  }
}
