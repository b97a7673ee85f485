// Owns the product's version, read from package.json once: the same file beside the sources and beside the bundle.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const file = join(dirname(here), here.endsWith('.ts') ? '../../../..' : '..', 'package.json')

export const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }
