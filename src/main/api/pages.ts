// Owns serving the pages of the console, the kiosk and the patient's display: public, and without a secret. The files are
// read once at start, so that no request ever chooses one. What the pages show they ask the API for, with a token.
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { pageHeaders } from '../../contract/page-policy.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

type PageFile = { readonly bytes: Buffer; readonly headers: Readonly<Record<string, string>> }

/** Answers a request for a page; false when it is for something else. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => boolean

const readPages = (folder: string): ReadonlyMap<string, PageFile> => {
  const files = new Map<string, PageFile>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const contentType = contentTypes[extname(name)]
    if (contentType === undefined) continue
    const path = `/${name.split(sep).join('/')}`
    const isPage = path.endsWith('/index.html')
    // An asset's name changes with its content.
    const caching = isPage ? 'no-store' : 'public, max-age=31536000, immutable'
    files.set(isPage ? path.slice(0, -'index.html'.length) : path, {
      bytes: readFileSync(join(folder, name)),
      headers: { ...pageHeaders("'self'"), 'content-type': contentType, 'cache-control': caching },
    })
  }
  return files
}

/** `folder`: what `npm run build` made of src/renderer; undefined: this agent serves no pages. */
export const createPages = (folder: string | undefined): Pages => {
  const files = folder === undefined ? new Map<string, PageFile>() : readPages(folder)
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const file = files.get(path)
    if (file === undefined) {
      const page = path === '/' ? '/console/' : `${path}/`
      if (!files.has(page)) return false
      response.writeHead(302, { location: page, 'cache-control': 'no-store' }).end()
      return true
    }
    response.writeHead(200, { ...file.headers, 'content-length': file.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
    return true
  }
}
