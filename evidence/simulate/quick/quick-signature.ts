// Owns what stands in for SM2 in a history's journal: proves nothing, but a changed text does not verify. Torture signs really.
import { generatePrivateKey } from '../../../src/core/gm/sm2.ts'
import { sm3 } from '../../../src/core/gm/sm3.ts'

export { generatePrivateKey }

type Parts = readonly Uint8Array[]

const sign = (key: Uint8Array, parts: Parts): Uint8Array => {
  const digest = sm3(key, ...parts)
  return Buffer.concat([digest, digest])
}

/** The private key is its own public one. */
export const derivePublicKey = (privateKey: Uint8Array): Uint8Array => privateKey

export const createSigner =
  ({ privateKey }: { readonly privateKey: Uint8Array }) =>
  (...parts: Parts): Uint8Array =>
    sign(privateKey, parts)

export const createVerifier = ({ publicKey }: { readonly publicKey: Uint8Array }) => ({
  verify: (signature: Uint8Array, ...parts: Parts): boolean => Buffer.compare(signature, sign(publicKey, parts)) === 0,
})
