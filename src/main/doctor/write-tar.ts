// Owns packing a few small texts into a .tar.gz, POSIX ustar. Ours because no dependency packs archives, and 30 lines that only
// write are less to keep than a library that also reads.
import { gzipSync } from 'node:zlib'

const block = 512

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`

const headerOf = (name: string, bytes: number, atMs: number): Buffer => {
  const header = Buffer.alloc(block)
  header.write(name, 0, 100, 'utf8')
  const fields = [octal(0o600, 8), octal(0, 8), octal(0, 8), octal(bytes, 12), octal(Math.floor(atMs / 1_000), 12)]
  header.write(`${fields.join('')}        0`, 100, 'latin1')
  header.write('ustar\x0000', 257, 'latin1')
  // The sum is taken with eight spaces in its own place.
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

/** File name (ASCII, at most 100 bytes) -> text. */
export const packTexts = (files: Readonly<Record<string, string>>, atMs: number): Buffer => {
  const parts = Object.entries(files).flatMap(([name, text]) => {
    const bytes = Buffer.from(text, 'utf8')
    return [headerOf(name, bytes.length, atMs), bytes, Buffer.alloc((block - (bytes.length % block)) % block)]
  })
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]))
}
