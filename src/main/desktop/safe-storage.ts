// Owns keeping the journal's key by Electron's safeStorage, which only the main process has; the agent's process asks over its
// port. A store that would keep it in plain text (basic_text on a Linux without a key ring) is refused.
import type { SafeStorage } from 'electron'

/** The part of Electron's safeStorage that is needed. */
export type KeyRing = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

export type KeySealer = {
  readonly name: string
  readonly protect: (plain: Uint8Array) => Promise<Uint8Array>
  readonly unprotect: (sealed: Uint8Array) => Promise<Uint8Array>
}

const remedy =
  '请安装并登录系统密钥环 (GNOME Keyring 或 KWallet) 后重新启动; 没有桌面密钥环的电脑请改用无界面服务 (docs/desktop.md)。' +
  '账本没有改动; 密钥确已丢失时, 用保险柜中的恢复密钥找回 (--recover-key 文件, 见 docs/journal.zh-CN.md)'

const assertSafe = async (ring: KeyRing, platform: NodeJS.Platform): Promise<void> => {
  // Only Linux has a backend to choose; elsewhere the function does not exist.
  if (platform === 'linux' && ring.getSelectedStorageBackend() === 'basic_text') {
    throw new Error(`本机没有密钥环, 密钥只能明文保存 (basic_text), 已拒绝。${remedy}`)
  }
  if (!(await ring.isAsyncEncryptionAvailable())) throw new Error(`系统密钥环不可用。${remedy}`)
}

/** Both directions reject with an Error in Chinese when the system has no safe store now; the journal says JOURNAL_KEY_LOST. */
export const createKeySealer = (ring: KeyRing, platform: NodeJS.Platform): KeySealer => ({
  name: 'safeStorage',
  protect: async (plain) => {
    await assertSafe(ring, platform)
    return ring.encryptStringAsync(Buffer.from(plain).toString('hex'))
  },
  unprotect: async (sealed) => {
    await assertSafe(ring, platform)
    const { result } = await ring.decryptStringAsync(Buffer.from(sealed))
    return Buffer.from(result, 'hex')
  },
})
