// Owns SM3 and SM4 of the simulated center, from OpenSSL by node:crypto. The sandbox shares no cipher with the agent: a mistake
// that both made alike would show in no test.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/** 32 bytes. */
export const sm3 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sm3')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** ECB with PKCS#7. `key`: 16 bytes. */
export const encryptSm4 = (key: Uint8Array, plain: Uint8Array): Buffer => {
  const cipher = createCipheriv('sm4-ecb', key, null)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}

/** Throws an Error when the bytes are no cipher text of this key. */
export const decryptSm4 = (key: Uint8Array, cipherText: Uint8Array): Buffer => {
  const decipher = createDecipheriv('sm4-ecb', key, null)
  return Buffer.concat([decipher.update(cipherText), decipher.final()])
}
