// Owns the names of the libraries that a PE or ELF file needs, read from the file. It loads nothing and looks for nothing
// (library-dependencies.ts).
import { readFileSync, statSync } from 'node:fs'

const maxFileBytes = 256 * 1024 * 1024
const maxNames = 1_000
const maxNameLength = 260

type Imports = {
  readonly names: readonly string[]
  /** ELF: folders that the file itself asks to be searched, $ORIGIN not replaced. */
  readonly folders: readonly string[]
}

const readText = (bytes: Buffer, at: number): string => {
  const end = bytes.indexOf(0, at)
  return bytes.toString('latin1', at, end === -1 ? at : Math.min(end, at + maxNameLength))
}

const parsePe = (bytes: Buffer): Imports => {
  const header = bytes.readUInt32LE(0x3c) + 4
  const sectionCount = bytes.readUInt16LE(header + 2)
  const optional = header + 20
  const directories = optional + (bytes.readUInt16LE(optional) === 0x20b ? 112 : 96)
  const sections = optional + bytes.readUInt16LE(header + 16)
  /** Where a virtual address lies in the file; undefined when in no section. */
  const placeOf = (address: number): number | undefined => {
    for (let at = sections; at < sections + sectionCount * 40; at += 40) {
      const start = bytes.readUInt32LE(at + 12)
      if (address >= start && address < start + bytes.readUInt32LE(at + 16)) {
        return bytes.readUInt32LE(at + 20) + address - start
      }
    }
    return undefined
  }
  const names: string[] = []
  let at = placeOf(bytes.readUInt32LE(directories + 8))
  while (at !== undefined && names.length < maxNames) {
    const name = bytes.readUInt32LE(at + 12)
    if (name === 0) break
    const place = placeOf(name)
    if (place !== undefined) names.push(readText(bytes, place))
    at += 20
  }
  return { names, folders: [] }
}

const needed = 1
const stringTable = 5
const searchPath = 15
const runPath = 29

const parseElf = (bytes: Buffer): Imports => {
  const isWide = bytes[4] === 2
  const isLittle = bytes[5] !== 2
  const short = (at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const word = (at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  /** A place or size of the file's own width; libraries are far below 2^53. */
  const wide = (at: number): number =>
    isWide ? Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : word(at)
  const width = isWide ? 8 : 4
  const programs = wide(isWide ? 32 : 28)
  const size = short(isWide ? 54 : 42)
  const count = short(isWide ? 56 : 44)
  const segments = Array.from({ length: count }, (_each, index) => programs + index * size).map((at) => ({
    type: word(at),
    place: wide(at + (isWide ? 8 : 4)),
    address: wide(at + (isWide ? 16 : 8)),
    bytes: wide(at + (isWide ? 32 : 16)),
  }))
  const dynamic = segments.find(({ type }) => type === 2)
  if (dynamic === undefined) return { names: [], folders: [] }
  const entries: { readonly tag: number; readonly value: number }[] = []
  for (let at = dynamic.place; at < dynamic.place + dynamic.bytes; at += 2 * width) {
    const tag = wide(at)
    if (tag === 0 || entries.length > maxNames) break
    entries.push({ tag, value: wide(at + width) })
  }
  const tableAddress = entries.find(({ tag }) => tag === stringTable)?.value ?? 0
  const loaded = segments.find(
    ({ type, address, bytes: length }) => type === 1 && tableAddress >= address && tableAddress < address + length,
  )
  if (loaded === undefined) return { names: [], folders: [] }
  const strings = loaded.place + tableAddress - loaded.address
  const textsOf = (...tags: readonly number[]): string[] =>
    entries.filter(({ tag }) => tags.includes(tag)).map(({ value }) => readText(bytes, strings + value))
  return { names: textsOf(needed), folders: textsOf(searchPath, runPath).flatMap((text) => text.split(':')) }
}

/**
 * What the file says that it needs. Libraries that it loads only when it wants them are not seen.
 * @throws the system's error, or RangeError when the file is cut short or too large
 */
export const readImports = (path: string): Imports => {
  if (statSync(path).size > maxFileBytes) throw new RangeError('larger than any library')
  const bytes = readFileSync(path)
  return bytes.readUInt16LE(0) === 0x5a4d ? parsePe(bytes) : parseElf(bytes)
}
