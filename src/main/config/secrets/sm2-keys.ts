// Owns how SM2 keys look in files: base64 or hex of the key's bytes, PKCS#8, SEC1 and SPKI in base64, hex, PEM or binary. Whoever filled in
// another key reads which one it is. DER itself is key-encoding.ts.
import { derivePublicKey, expandPublicKey } from '../../../core/gm/sm2.ts'
import { readDer, readPem, type ReadKey } from './key-encoding.ts'

const privateBytes = 32
const pointBytes = 64
const compressedBytes = 33
const maxTextLength = 8_000

const decodeText = (text: string): Buffer => {
  if (text.length > maxTextLength) throw new RangeError('过长, 不是密钥')
  const compact = text.replaceAll(/\s+/g, '')
  // 32 bytes are 64 digits and never base64 of another key: no key has 48 bytes.
  if (/^([0-9a-fA-F]{2})+$/.test(compact)) return Buffer.from(compact, 'hex')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) throw new RangeError('应为 Base64、十六进制或 PEM')
  return Buffer.from(compact, 'base64')
}

const isCompressed = (bytes: Buffer): boolean => bytes.length === compressedBytes && (bytes[0] === 2 || bytes[0] === 3)

const isPoint = (bytes: Buffer): boolean =>
  isCompressed(bytes) || bytes.length === pointBytes || (bytes.length === pointBytes + 1 && bytes[0] === 4)

/** Bytes of a key that are in no DER; a private key may have a leading zero, as Java writes it. */
const readBare = (bytes: Buffer): ReadKey | undefined => {
  if (isPoint(bytes)) return { kind: 'public', bytes }
  const isPadded = bytes.length === privateBytes + 1 && bytes[0] === 0
  return bytes.length === privateBytes || isPadded ? { kind: 'private', bytes } : undefined
}

const readKey = (text: string): ReadKey | undefined => {
  const bytes = readPem(text) ?? decodeText(text)
  return readBare(bytes) ?? readDer(bytes)
}

const check = <Value>(problem: string, work: () => Value): Value => {
  try {
    return work()
  } catch {
    throw new RangeError(problem)
  }
}

/** 32 bytes. Throws a RangeError that says in Chinese what the text is instead. */
export const readPrivateKey = (text: string): Uint8Array => {
  const key = readKey(text)
  if (key?.kind === 'public') throw new RangeError('这是公钥, 此处应填本机构的私钥')
  const bytes = key?.bytes.subarray(Math.max(0, key.bytes.length - privateBytes))
  if (bytes?.length !== privateBytes)
    throw new RangeError('不是 SM2 私钥: 应为 32 字节 (Base64、十六进制)、PKCS#8 或 SEC1')
  check('不是有效的 SM2 私钥', () => derivePublicKey(bytes))
  return bytes
}

/** 65 bytes. Throws a RangeError that says in Chinese what the text is instead. */
export const readPublicKey = (text: string): Uint8Array => {
  const key = readKey(text)
  if (key?.kind === 'private') throw new RangeError('这是私钥, 此处应填公钥; 私钥不可交给他人')
  if (key === undefined || !isPoint(key.bytes)) {
    throw new RangeError('不是 SM2 公钥: 应为 64、65 或压缩的 33 字节 (Base64、十六进制) 或 SPKI')
  }
  return check('不是 SM2 曲线上的点', () => expandPublicKey(key.bytes))
}

export const isPair = (privateKey: Uint8Array, publicKey: Uint8Array): boolean =>
  Buffer.from(derivePublicKey(privateKey)).equals(publicKey)
