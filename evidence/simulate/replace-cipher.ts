// Owns that the journal of a history is sealed by the quick cipher: what it imports of gm/sm4.ts is that instead. Loaded before
// anything else of the thread (`--import`), because imports are resolved before a module runs.
import { registerHooks } from 'node:module'

const real = new URL('../../src/main/gm/sm4.ts', import.meta.url).href
const journal = new URL('../../src/main/journal/', import.meta.url).href
const quick = new URL('quick-cipher.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    const isJournal = context.parentURL?.startsWith(journal) === true
    return isJournal && resolved.url === real ? { ...resolved, url: quick } : resolved
  },
})
