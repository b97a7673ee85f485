// Owns SM3 (GB/T 32905) and HMAC-SM3 over bytes, from hash-wasm. Knows no text encoding and no keys of ours.
import { createSM3 } from 'hash-wasm'

const hasher = await createSM3()

/** SM3 of the parts, one after the other: 32 bytes. */
export const sm3 = (...parts: readonly Uint8Array[]): Uint8Array => {
  hasher.init()
  for (const part of parts) hasher.update(part)
  return hasher.digest('binary')
}

const blockBytes = 64
const padded = (key: Uint8Array, mask: number): Uint8Array => {
  const block = new Uint8Array(blockBytes)
  block.set(key.length > blockBytes ? sm3(key) : key)
  return block.map((byte) => byte ^ mask)
}

/** HMAC-SM3 (GM/T 0042 construction) under one key; the returned function gives 32 bytes per message. */
export const createSm3Mac = (key: Uint8Array): ((...parts: readonly Uint8Array[]) => Uint8Array) => {
  const inner = padded(key, 0x36)
  const outer = padded(key, 0x5c)
  return (...parts) => sm3(outer, sm3(inner, ...parts))
}
