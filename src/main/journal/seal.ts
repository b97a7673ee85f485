// Owns how a blob rests on disk: zstd, then SM4-GCM bound to its place (docs/architecture.md, "On disk").
// Where the keys come from is key-file.ts.
import { randomBytes } from 'node:crypto'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { gcmNonceBytes, openSm4Gcm, sealSm4Gcm } from '../gm/sm4.ts'

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

/** `dataKey`: 16 bytes. `keyId` names it, so that a later key can be told from this one. */
export const createSeal = (dataKey: Uint8Array, keyId: string): Seal => {
  const associated = (place: Place): Buffer => Buffer.from(`${place.table}|${place.seq}|${place.column}|${keyId}`)
  return {
    close: (place, plain) => {
      const packed = plain.length < compressFromBytes ? plain : zstdCompressSync(plain, compressOptions)
      const method = packed === plain ? stored : zstd
      const body = Buffer.concat([Buffer.of(method), packed])
      return Buffer.from(sealSm4Gcm(dataKey, randomBytes(gcmNonceBytes), associated(place), body))
    },
    open: (place, sealed) => {
      const body = Buffer.from(openSm4Gcm(dataKey, associated(place), sealed))
      const packed = body.subarray(1)
      return body[0] === zstd ? zstdDecompressSync(packed, { maxOutputLength: maxPlainBytes }) : packed
    },
  }
}
