// Owns SM2 signatures (GB/T 32918.2) of the simulated center, by code of its own: signing multiplies with OpenSSL's curve,
// verifying with noble's, and neither shares a line with the agent's.
import { createECDH, randomBytes } from 'node:crypto'
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { sm3 } from './ciphers.ts'

// The curve of GB/T 32918.5.
const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
const a = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn
const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const xG = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n
const yG = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n
const Point = weierstrass({ p, n, h: 1n, a, b, Gx: xG, Gy: yG })

const scalarBytes = 32

const toBytes = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(scalarBytes * 2, '0'), 'hex')
const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const mod = (number: bigint): bigint => ((number % n) + n) % n

/** The inverse modulo n, which is prime: the power n - 2. */
const invert = (number: bigint): bigint => {
  let [result, square] = [1n, mod(number)]
  for (let exponent = n - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % n
    square = (square * square) % n
  }
  return result
}

/** 65 bytes. Throws an Error when the scalar is 0 or not below n. */
export const publicKeyOf = (privateKey: Uint8Array): Buffer => {
  const curve = createECDH('SM2')
  curve.setPrivateKey(privateKey)
  return curve.getPublicKey()
}

/** 32 bytes. */
export const newPrivateKey = (): Buffer => {
  for (;;) {
    const candidate = randomBytes(scalarBytes)
    const d = toNumber(candidate)
    if (d > 0n && d < n - 1n) return candidate
  }
}

/** Z: what binds the id and the key of the signer to the message. */
const digestOfSigner = (userId: Uint8Array, publicKey: Uint8Array): Buffer => {
  const bits = userId.length * 8
  return sm3(Buffer.of(bits >> 8, bits & 0xff), userId, ...[a, b, xG, yG].map(toBytes), publicKey.subarray(1))
}

/** r and s of 32 bytes each. */
export type Signature = { readonly r: Buffer; readonly s: Buffer }

export const createSign = (privateKey: Uint8Array, userId: Uint8Array): ((message: Uint8Array) => Signature) => {
  const z = digestOfSigner(userId, publicKeyOf(privateKey))
  const d = toNumber(privateKey)
  const inverse = invert(1n + d)
  return (message) => {
    const e = toNumber(sm3(z, message))
    for (;;) {
      const once = newPrivateKey()
      const k = toNumber(once)
      const r = mod(e + toNumber(publicKeyOf(once).subarray(1, 1 + scalarBytes)))
      const s = mod(inverse * (k - r * d))
      if (r !== 0n && r + k !== n && s !== 0n) return { r: toBytes(r), s: toBytes(s) }
    }
  }
}

export type Verify = {
  /** `signature`: r||s of 64 bytes, as the standard sends it. */
  readonly verify: (signature: Uint8Array, message: Uint8Array) => boolean
  /** Builds the tables (about 300 ms); verifying is then several times faster. */
  readonly precompute: () => void
}

/** Throws an Error when the key is no point of the curve. */
export const createVerify = (publicKey: Uint8Array, userId: Uint8Array): Verify => {
  const z = digestOfSigner(userId, publicKey)
  const key = Point.fromBytes(publicKey)
  key.assertValidity()
  return {
    precompute: () => {
      for (const point of [Point.BASE, key]) point.precompute(8, false)
    },
    verify: (signature, message) => {
      if (signature.length !== 2 * scalarBytes) return false
      const [r, s] = [toNumber(signature.subarray(0, scalarBytes)), toNumber(signature.subarray(scalarBytes))]
      const t = mod(r + s)
      if (r === 0n || s === 0n || r >= n || s >= n || t === 0n) return false
      const found = Point.BASE.multiplyUnsafe(s).add(key.multiplyUnsafe(t))
      return !found.is0() && mod(toNumber(sm3(z, message)) + found.toAffine().x) === r
    },
  }
}
