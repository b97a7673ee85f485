// Owns the types of `sm-crypto`, which brings none, as far as the bench uses it.
import { createRequire } from 'node:module'

type Sm2Options = { readonly hash: true; readonly publicKey: string; readonly userId: string }

type SmCrypto = {
  readonly sm2: {
    /** Keys in hex; the signature is r||s in hex. Text is taken as UTF-8, an array as bytes. */
    readonly doSignature: (message: string | number[], privateKey: string, options: Sm2Options) => string
    readonly doVerifySignature: (
      message: string | number[],
      signature: string,
      publicKey: string,
      options: Sm2Options,
    ) => boolean
  }
  readonly sm3: (message: string | number[]) => string
  readonly sm4: {
    /** ECB with PKCS#7 when no options are given; hex out. */
    readonly encrypt: (plain: string | number[], key: string) => string
    readonly decrypt: (cipher: string, key: string) => string
  }
}

export const smCrypto = createRequire(import.meta.url)('sm-crypto') as SmCrypto
