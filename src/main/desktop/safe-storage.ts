// Owns keeping the journal's key by Electron's safeStorage, which only the main process has. The agent gets the result as a
// value; a store that would keep it in plain text (basic_text on a Linux without a key ring) is refused.

/** The part of Electron's safeStorage that is needed. */
export type SafeStorage = {
  readonly isEncryptionAvailable: () => boolean
  /** Linux only. */
  readonly getSelectedStorageBackend?: () => string
  readonly encryptString: (plain: string) => Buffer
  readonly decryptString: (sealed: Buffer) => string
}

export type SafeStorageProtection = {
  readonly name: string
  readonly protect: (plain: Uint8Array) => Uint8Array
  readonly unprotect: (sealed: Uint8Array) => Uint8Array
}

const assertSafe = (storage: SafeStorage): void => {
  if (!storage.isEncryptionAvailable()) throw new Error('safeStorage has no key')
  if (storage.getSelectedStorageBackend?.() === 'basic_text') throw new Error('safeStorage would keep plain text')
}

/** Both directions throw an Error when the system has no safe store now; the journal then says JOURNAL_KEY_LOST. */
export const createSafeStorageProtection = (storage: SafeStorage): SafeStorageProtection => ({
  name: 'safeStorage',
  protect: (plain) => {
    assertSafe(storage)
    return storage.encryptString(Buffer.from(plain).toString('hex'))
  },
  unprotect: (sealed) => {
    assertSafe(storage)
    return Buffer.from(storage.decryptString(Buffer.from(sealed)), 'hex')
  },
})
