// Owns SM4 (GB/T 32907) over bytes: ECB with PKCS#7 for the center's envelope, GCM for data at rest. From sm-crypto-v2.
import { sm4 } from 'sm-crypto-v2'

/** Encrypts to ciphertext bytes, a multiple of 16. `key`: 16 bytes. */
export const encryptSm4Ecb = (key: Uint8Array, plain: Uint8Array): Uint8Array =>
  sm4.encrypt(plain, key, { mode: 'ecb', padding: 'pkcs#7', output: 'array' })

/** Decrypts; throws an Error when the length or the padding is wrong. `key`: 16 bytes. */
export const decryptSm4Ecb = (key: Uint8Array, cipher: Uint8Array): Uint8Array => {
  if (cipher.length === 0 || cipher.length % 16 !== 0) throw new Error('SM4 ciphertext is not a whole number of blocks')
  const plain = sm4.decrypt(cipher, key, { mode: 'ecb', padding: 'none', output: 'array' })
  const pad = plain.at(-1) ?? 0
  if (pad < 1 || pad > 16 || !plain.subarray(plain.length - pad).every((byte) => byte === pad)) {
    throw new Error('SM4 padding is wrong')
  }
  return plain.subarray(0, plain.length - pad)
}

export const gcmNonceBytes = 12
const gcmTagBytes = 16

/** Seals to nonce || ciphertext || tag. `key`: 16 bytes; `nonce`: 12 bytes, never used twice with one key. */
export const sealSm4Gcm = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Uint8Array => {
  const { output, tag } = sm4.encrypt(plain, key, {
    mode: 'gcm',
    iv: nonce,
    associatedData: associated,
    output: 'array',
    outputTag: true,
  })
  if (tag === undefined) throw new Error('SM4-GCM gave no tag')
  const sealed = new Uint8Array(gcmNonceBytes + output.length + gcmTagBytes)
  sealed.set(nonce)
  sealed.set(output, gcmNonceBytes)
  sealed.set(tag, gcmNonceBytes + output.length)
  return sealed
}

/** Opens what `sealSm4Gcm` made; throws an Error when key, associated data or any bit differ. */
export const openSm4Gcm = (key: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array => {
  if (sealed.length < gcmNonceBytes + gcmTagBytes) throw new Error('sealed data is too short')
  return sm4.decrypt(sealed.subarray(gcmNonceBytes, sealed.length - gcmTagBytes), key, {
    mode: 'gcm',
    iv: sealed.subarray(0, gcmNonceBytes),
    tag: sealed.subarray(sealed.length - gcmTagBytes),
    associatedData: associated,
    output: 'array',
  })
}
