// Owns how a blob rests on disk: the id of its key, then zstd, then SM4-GCM bound to its place (docs/architecture.md, "On
// disk"). Where the keys come from is journal-keys.ts.
import { randomBytes } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { gcmNonceBytes, openSm4Gcm, sealSm4Gcm } from '../../../core/gm/sm4.ts'

/** Table, row and column of a blob: a sealed value moved elsewhere does not open. */
export type Place = { readonly table: 'entries' | 'payloads'; readonly seq: number; readonly column: string }

export type Seal = {
  readonly close: (place: Place, plain: Uint8Array) => Buffer
  /** Throws an Error when the key, the place or any bit differs. */
  readonly open: (place: Place, sealed: Uint8Array) => Buffer
}

const stored = 0
const zstd = 1
// Below this the frame costs more than it saves.
const compressFromBytes = 4096
const compressOptions = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
export const maxPlainBytes = 64 * 1024 * 1024
const keyIdBytes = 2

/** `dataKeys`: 16 bytes each, by id; the highest id seals, all of them open. */
export const createSeal = (dataKeys: ReadonlyMap<number, Uint8Array>): Seal => {
  const newest = Math.max(...dataKeys.keys())
  const prefix = Buffer.alloc(keyIdBytes)
  prefix.writeUInt16BE(newest)
  const keyOf = (id: number): Uint8Array => {
    const key = dataKeys.get(id)
    if (key === undefined) throw new Error(`there is no data key ${id}`)
    return key
  }
  const newestKey = keyOf(newest)
  const associated = (place: Place, keyId: number): Buffer =>
    Buffer.from(`${place.table}|${place.seq}|${place.column}|${keyId}`)
  return {
    close: (place, plain) => {
      const packed = plain.length < compressFromBytes ? plain : zstdCompressSync(plain, compressOptions)
      const method = packed === plain ? stored : zstd
      const body = Buffer.concat([Buffer.of(method), packed])
      const sealed = sealSm4Gcm(newestKey, randomBytes(gcmNonceBytes), associated(place, newest), body)
      return Buffer.concat([prefix, sealed])
    },
    open: (place, sealed) => {
      if (sealed.length < keyIdBytes) throw new Error('sealed data is too short')
      const keyId = (sealed[0] ?? 0) * 256 + (sealed[1] ?? 0)
      const body = Buffer.from(openSm4Gcm(keyOf(keyId), associated(place, keyId), sealed.subarray(keyIdBytes)))
      const packed = body.subarray(1)
      return body[0] === zstd ? zstdDecompressSync(packed, { maxOutputLength: maxPlainBytes }) : packed
    },
  }
}
