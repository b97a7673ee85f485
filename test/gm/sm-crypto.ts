// Owns the types of sm-crypto, an implementation that shares no code with ours: it comes without any.
import { createRequire } from 'node:module'

type Sm2Options = { readonly hash: true; readonly der?: boolean; readonly userId?: string }

type SmCrypto = {
  readonly sm2: {
    readonly generateKeyPairHex: () => { readonly privateKey: string; readonly publicKey: string }
    readonly doSignature: (message: Uint8Array, privateKeyHex: string, options: Sm2Options) => string
    readonly doVerifySignature: (
      message: Uint8Array,
      signatureHex: string,
      publicKeyHex: string,
      options: Sm2Options,
    ) => boolean
  }
  readonly sm3: (message: Uint8Array, options?: { readonly key: string; readonly mode: 'hmac' }) => string
  readonly sm4: {
    readonly encrypt: (message: Uint8Array, keyHex: string) => string
    readonly decrypt: (cipherHex: string, keyHex: string, options: { readonly output: 'array' }) => readonly number[]
  }
}

export const smCrypto = createRequire(import.meta.url)('sm-crypto') as SmCrypto
