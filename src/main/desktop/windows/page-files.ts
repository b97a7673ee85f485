// Owns app://mip: the pages' files, listed once at start. A request is looked up in that list; no text of it ever becomes a path.
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { desktopOrigin } from '../../../contract/desktop/desktop-bridge.ts'
import { pageHeaders } from '../../../contract/page-policy.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
}

type PageFile = { readonly file: string; readonly type: string }

/** Address path -> file. Only regular files of a known kind; a link leads nowhere. Empty when there is no such folder. */
const listFiles = (folder: string): ReadonlyMap<string, PageFile> => {
  let entries
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  } catch {
    return new Map()
  }
  const files = new Map<string, PageFile>()
  for (const entry of entries) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    files.set(`/${relative(folder, file).split(sep).join('/')}`, { file, type })
  }
  return files
}

export type PageRequest = { readonly url: string; readonly method: string }

const refuse = (status: number): Response => new Response(null, { status })

/** The handler of the `app` scheme. `agentUrl`: the one address the pages may call. */
export const createPageHandler = (folder: string, agentUrl: string): ((request: PageRequest) => Promise<Response>) => {
  const files = listFiles(folder)
  const headers = { ...pageHeaders(`'self' ${agentUrl}`), 'cache-control': 'no-store' }
  return async ({ url, method }) => {
    if (method !== 'GET') return refuse(405)
    if (!url.startsWith(`${desktopOrigin}/`)) return refuse(404)
    const path = url.slice(desktopOrigin.length).replace(/[?#].*$/s, '')
    const found = files.get(path.endsWith('/') ? `${path}index.html` : path)
    if (found === undefined) return refuse(404)
    return new Response(await readFile(found.file), { headers: { ...headers, 'content-type': found.type } })
  }
}
