// Owns that the journal of a history is sealed and signed by quick stand-ins: what it imports of core/gm/sm4.ts and core/gm/sm2.ts are
// those instead. Loaded before anything else of the thread (`--import`), because imports are resolved before a module runs.
import { registerHooks } from 'node:module'

const journal = new URL('../../../src/main/journal/', import.meta.url).href
const quickFor = new Map(
  [
    ['sm4.ts', 'quick-cipher.ts'],
    ['sm2.ts', 'quick-signature.ts'],
  ].map(([real, quick]) => [
    new URL(`../../../src/core/gm/${real ?? ''}`, import.meta.url).href,
    new URL(quick ?? '', import.meta.url).href,
  ]),
)

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    const quick = context.parentURL?.startsWith(journal) === true ? quickFor.get(resolved.url) : undefined
    return quick === undefined ? resolved : { ...resolved, url: quick }
  },
})
