// Owns the configuration as it may leave the hospital: settings and whether they are filled in, no secret, nothing that somebody
// wrote into a wrong place. What is not known to be harmless is taken out.
import { Config } from './schema/config-schema.ts'

type Node = {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
}

/** Texts that say where something is, and that an engineer needs. */
const shownPaths = /^(dataDir|backupDir|voucher\.(library|manifest|folder|profile|symbol)|scanners\[\]\.path)$/
const shownUrls = /^(center\.baseUrl|voucher\.url|api\.origins\[\])$/

const redactUrl = (text: string): string => {
  if (!URL.canParse(text)) return '(不是地址)'
  const { protocol, host, pathname } = new URL(text)
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`
}

const redact = (node: Node | undefined, value: unknown, path: string): unknown => {
  if (node === undefined) return '(未知的键, 已去除)'
  if (Array.isArray(value)) return value.map((item) => redact(node.items, item, `${path}[]`))
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([name]) => node.properties?.[name] !== undefined)
    const kept = members.map(([name, member]) => [
      name,
      redact(node.properties?.[name], member, path === '' ? name : `${path}.${name}`),
    ])
    const dropped = Object.keys(value).length - members.length
    return { ...Object.fromEntries(kept), ...(dropped === 0 ? {} : { '(未知的键)': dropped }) }
  }
  if (typeof value !== 'string') return value
  if (node.enum?.includes(value) === true || shownPaths.test(path)) return value
  return shownUrls.test(path) ? redactUrl(value) : `(${value.length} 字符, 已去除)`
}

/** Of the file's text; undefined when it is no JSON. */
export const redactConfig = (text: string): unknown => {
  try {
    return redact(Config, JSON.parse(text), '')
  } catch {
    return undefined
  }
}
