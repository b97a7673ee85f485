// Owns undoing the compression of a reply: none is asked for, but some gateways compress all the same.
import { promisify } from 'node:util'
import { gunzip, inflate, inflateRaw } from 'node:zlib'

type Unpack = (packed: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>

const [unzip, unwrap, unwrapRaw]: readonly Unpack[] = [promisify(gunzip), promisify(inflate), promisify(inflateRaw)]

/** `deflate` means zlib's own form, and some send it bare; the first byte of zlib's form names its method, 8. */
const unpackerOf = (encoding: string, packed: Buffer): Unpack | undefined => {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return unzip
    case 'deflate':
      return ((packed[0] ?? 0) & 0x0f) === 8 ? unwrap : unwrapRaw
    default:
      return undefined
  }
}

/**
 * The body as it was before its `content-encoding`, or why there is none: an encoding that nobody here reads, damaged bytes, or
 * more than `maxBytes` unpacked. Never rejects.
 */
export const unpackReply = async (
  body: Buffer,
  contentEncoding: string,
  maxBytes: number,
): Promise<Buffer | string> => {
  const encoding = contentEncoding.trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return body
  const unpack = unpackerOf(encoding, body)
  if (unpack === undefined) return 'compressed in a way that is not read'
  try {
    return await unpack(body, { maxOutputLength: maxBytes })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? `larger than ${maxBytes} bytes when unpacked`
      : 'the compressed body is damaged'
  }
}
