// Owns how SM2 keys and secrets look in files: base64 of 32 or 33 bytes for a private key, 64 or 65 for a public one.
import { derivePublicKey, createVerifier } from '../gm/sm2.ts'

const privateBytes = 32
const publicBytes = 65

const check = (problem: string, work: () => unknown): void => {
  try {
    work()
  } catch {
    throw new RangeError(problem)
  }
}

const decode = (text: string): Buffer => Buffer.from(text.replaceAll(/\s+/g, ''), 'base64')

/** 32 bytes from base64 of 32 bytes, or of 33 with a leading zero as Java writes them. Throws RangeError. */
export const readPrivateKey = (text: string): Uint8Array => {
  const bytes = decode(text)
  const key = bytes.length === privateBytes + 1 && bytes[0] === 0 ? bytes.subarray(1) : bytes
  if (key.length !== privateBytes) throw new RangeError('应为 Base64 的 32 或 33 字节')
  check('不是有效的 SM2 私钥', () => derivePublicKey(key))
  return key
}

/** 65 bytes from base64 of 65 bytes, or of 64 without the leading 04. Throws RangeError. */
export const readPublicKey = (text: string): Uint8Array => {
  const bytes = decode(text)
  const key = bytes.length === publicBytes - 1 ? Buffer.concat([Buffer.of(4), bytes]) : bytes
  if (key.length !== publicBytes) throw new RangeError('应为 Base64 的 64 或 65 字节')
  check('不是 SM2 曲线上的点', () => createVerifier({ publicKey: key, userId: new Uint8Array() }))
  return key
}

export const isPair = (privateKey: Uint8Array, publicKey: Uint8Array): boolean =>
  Buffer.from(derivePublicKey(privateKey)).equals(publicKey)
