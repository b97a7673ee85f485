// Owns the SM2 signature equation (GB/T 32918.2) on noble's curve, over bytes: the one piece of cryptography of our own.
// It does not read key files or base64 (config/), nor decide what is signed (center/).
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { sm3 } from './sm3.ts'

const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const a = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const Gx = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n
const Gy = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n

const Point = weierstrass({ p, n, h: 1n, a, b, Gx, Gy })
const { BASE, Fn } = Point

const scalarBytes = 32
export const signatureBytes = 64
export const publicKeyBytes = 65

/** Fills an array with cryptographically strong random bytes. */
export type RandomBytes = (length: number) => Uint8Array

// Window 8 costs about 150 ms once and makes every later multiplication four times faster; whoever is in a hurry to
// listen calls `precompute` afterwards, since results are the same with and without it.
const precomputeWindow = 8

/** Builds the table for the base point now (about 150 ms) instead of at the first signature. */
export const precomputeBase = (): void => {
  BASE.precompute(precomputeWindow, false)
}

/** Z of GB/T 32918.2 5.5: binds the signer's id and key to every signature. */
const identityDigest = (publicKey: Uint8Array, userId: Uint8Array): Uint8Array => {
  const idBits = userId.length * 8
  if (idBits > 0xffff) throw new RangeError('SM2 user id is longer than 8191 bytes')
  const curve = [a, b, Gx, Gy].map((coordinate) => numberToBytesBE(coordinate, scalarBytes))
  return sm3(Uint8Array.of(idBits >> 8, idBits & 0xff), userId, ...curve, publicKey.subarray(1))
}

const parsePoint = (publicKey: Uint8Array): InstanceType<typeof Point> => {
  if (publicKey.length !== publicKeyBytes || publicKey[0] !== 4) {
    throw new RangeError('SM2 public key must be 65 bytes beginning with 04')
  }
  const point = Point.fromBytes(publicKey)
  point.assertValidity()
  return point
}

const parseScalar = (privateKey: Uint8Array): bigint => {
  const d = bytesToNumberBE(privateKey)
  // n-1 is excluded too: (1+d) must have an inverse.
  if (privateKey.length !== scalarBytes || d < 1n || d > n - 2n) throw new RangeError('SM2 private key is out of range')
  return d
}

/** Uniform in [1, n-1] by rejection. */
const randomScalar = (randomBytes: RandomBytes): bigint => {
  for (;;) {
    const k = bytesToNumberBE(randomBytes(scalarBytes))
    if (k >= 1n && k < n) return k
  }
}

/** The public key (65 bytes, 04||X||Y) of a private key (32 bytes). Throws RangeError when the scalar is out of range. */
export const derivePublicKey = (privateKey: Uint8Array): Uint8Array =>
  BASE.multiply(parseScalar(privateKey)).toBytes(false)

/** A new private key of 32 bytes. */
export const generatePrivateKey = (randomBytes: RandomBytes): Uint8Array => {
  for (;;) {
    const d = randomScalar(randomBytes)
    if (d <= n - 2n) return numberToBytesBE(d, scalarBytes)
  }
}

export type Signer = (...message: readonly Uint8Array[]) => Uint8Array

/**
 * SM3withSM2 under one key and one user id: gives r||s, 64 bytes. The message may come in parts.
 * `privateKey`: 32 bytes. Throws RangeError for a bad key.
 */
export const createSigner = (options: {
  readonly privateKey: Uint8Array
  readonly userId: Uint8Array
  readonly randomBytes: RandomBytes
}): Signer => {
  const d = parseScalar(options.privateKey)
  const z = identityDigest(derivePublicKey(options.privateKey), options.userId)
  const inverse = Fn.inv(1n + d)
  return (...message) => {
    const e = bytesToNumberBE(sm3(z, ...message))
    for (;;) {
      const k = randomScalar(options.randomBytes)
      const r = Fn.create(e + BASE.multiply(k).toAffine().x)
      if (r === 0n || r + k === n) continue
      const s = Fn.mul(inverse, Fn.create(k - r * d))
      if (s === 0n) continue
      const signature = new Uint8Array(signatureBytes)
      signature.set(numberToBytesBE(r, scalarBytes))
      signature.set(numberToBytesBE(s, scalarBytes), scalarBytes)
      return signature
    }
  }
}

export type Verifier = {
  /** True only for a valid r||s of 64 bytes over the message parts; any other length or range is false, never a throw. */
  readonly verify: (signature: Uint8Array, ...message: readonly Uint8Array[]) => boolean
  /** The first of these signatures that is valid; the message is digested once for all of them. */
  readonly firstValid: (signatures: readonly Uint8Array[], message: Uint8Array) => Uint8Array | undefined
  /** Builds the key's table now (about 150 ms); verification is then about 3.5 times faster. */
  readonly precompute: () => void
}

/** Verifies SM3withSM2 for one key and one user id. Throws an Error when the key is no point of the curve. */
export const createVerifier = (options: { readonly publicKey: Uint8Array; readonly userId: Uint8Array }): Verifier => {
  const key = parsePoint(options.publicKey)
  const z = identityDigest(options.publicKey, options.userId)
  const isValid = (signature: Uint8Array, e: bigint): boolean => {
    if (signature.length !== signatureBytes) return false
    const r = bytesToNumberBE(signature.subarray(0, scalarBytes))
    const s = bytesToNumberBE(signature.subarray(scalarBytes))
    if (r < 1n || r >= n || s < 1n || s >= n) return false
    const t = Fn.create(r + s)
    if (t === 0n) return false
    // Everything here is public, so the faster variable-time multiplication is right.
    const sum = BASE.multiplyUnsafe(s).add(key.multiplyUnsafe(t))
    return !sum.is0() && Fn.create(e + sum.toAffine().x) === r
  }
  const digestOf = (...message: readonly Uint8Array[]): bigint => bytesToNumberBE(sm3(z, ...message))
  return {
    precompute: () => {
      key.precompute(precomputeWindow, false)
    },
    verify: (signature, ...message) => isValid(signature, digestOf(...message)),
    firstValid: (signatures, message) => {
      const e = digestOf(message)
      return signatures.find((signature) => isValid(signature, e))
    },
  }
}

/** 65 bytes of a public key given as 65, as 64 without the leading 04, or as 33, compressed. Throws an Error when it is none. */
export const expandPublicKey = (bytes: Uint8Array): Uint8Array => {
  const whole = bytes.length === publicKeyBytes - 1 ? Uint8Array.of(4, ...bytes) : bytes
  const point = Point.fromBytes(whole)
  point.assertValidity()
  return point.toBytes(false)
}

/** An integer as 32 bytes: leading zeros may lack or be too many, as in Java's BigInteger; undefined when it is too large. */
const fillScalar = (integer: Uint8Array): Uint8Array | undefined => {
  const start = integer.findIndex((byte) => byte !== 0)
  const digits = start === -1 ? new Uint8Array() : integer.subarray(start)
  if (digits.length > scalarBytes) return undefined
  const filled = new Uint8Array(scalarBytes)
  filled.set(digits, scalarBytes - digits.length)
  return filled
}

const joinScalars = (r: Uint8Array, s: Uint8Array): Uint8Array | undefined => {
  const [filledR, filledS] = [fillScalar(r), fillScalar(s)]
  return filledR === undefined || filledS === undefined ? undefined : Uint8Array.of(...filledR, ...filledS)
}

/** DER `SEQUENCE { INTEGER r, INTEGER s }`, which some gateways emit. */
const derSignature = (bytes: Uint8Array): Uint8Array | undefined => {
  if (bytes.length < 8 || bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2) return undefined
  const integers: Uint8Array[] = []
  let at = 2
  while (at < bytes.length) {
    const length = bytes[at + 1]
    if (bytes[at] !== 0x02 || length === undefined || length < 1 || at + 2 + length > bytes.length) return undefined
    integers.push(bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  const [r, s] = integers
  return r === undefined || s === undefined || integers.length !== 2 ? undefined : joinScalars(r, s)
}

/** Where r may end, the likeliest first. */
const splits = [32, 31, 33, 30]

/**
 * What the bytes may be as r||s of 64 bytes, the likeliest first; none when they are no signature at all. Besides r||s and DER
 * that is r||s whose leading zeros were stripped or doubled (one byte each): where r ends is then for the signature itself to say.
 */
export const readSignatures = (bytes: Uint8Array): readonly Uint8Array[] => {
  if (Math.abs(bytes.length - signatureBytes) > 2) {
    const der = derSignature(bytes)
    return der === undefined ? [] : [der]
  }
  const found = new Map<string, Uint8Array>()
  for (const end of splits) {
    const restLength = bytes.length - end
    if (restLength < scalarBytes - 2 || restLength > scalarBytes + 1) continue
    const raw = joinScalars(bytes.subarray(0, end), bytes.subarray(end))
    if (raw !== undefined) found.set(raw.join(), raw)
  }
  const der = derSignature(bytes)
  if (der !== undefined) found.set(der.join(), der)
  return [...found.values()]
}

const scalarDigits = 2 * scalarBytes
/** Where r may end: numbers that are printed lose their leading zeros, of which four are one signature in 65,536. */
const digitSplits = [0, 1, 2, 3].map((lost) => scalarDigits - lost)

const bytesOf = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** As `readSignatures`, of hexadecimal digits: besides the forms of bytes, r and s printed as numbers, one after the other. */
export const readHexSignatures = (digits: string): readonly Uint8Array[] => {
  const isBytes = digits.length % 2 === 0
  const found = new Map((isBytes ? readSignatures(bytesOf(digits)) : []).map((raw) => [raw.join(), raw]))
  for (const end of digitSplits) {
    const parts = [digits.slice(0, end), digits.slice(end)]
    if (!parts.every(({ length }) => digitSplits.includes(length))) continue
    const raw = bytesOf(parts.map((part) => part.padStart(scalarDigits, '0')).join(''))
    found.set(raw.join(), raw)
  }
  return [...found.values()]
}
