// Owns what stands in for SM4-GCM in a history: no secrecy, but a value that was changed, or moved to another place, does not
// open. The real cipher is covered by torture.

export const gcmNonceBytes = 12
const markBytes = 16
const markAt = gcmNonceBytes

const prime = 0x01000193

/** FNV-1a over the parts. */
const sumOf = (...parts: readonly Uint8Array[]): number => {
  let sum = 0x811c9dc5
  for (const part of parts) for (const byte of part) sum = Math.imul(sum ^ byte, prime)
  return sum >>> 0
}

/** As core/gm/sm4.ts, of the same length. */
export const sealSm4Gcm = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
): Uint8Array => {
  const sealed = Buffer.alloc(gcmNonceBytes + markBytes + plain.length)
  sealed.set(nonce)
  sealed.writeUInt32BE(sumOf(key, associated, plain), markAt)
  sealed.set(plain, markAt + markBytes)
  return sealed
}

/** As core/gm/sm4.ts; throws an Error when the key, the associated data or any byte differs. */
export const openSm4Gcm = (key: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array => {
  const plain = sealed.subarray(markAt + markBytes)
  if (Buffer.from(sealed).readUInt32BE(markAt) !== sumOf(key, associated, plain)) throw new Error('the seal is broken')
  return plain
}
