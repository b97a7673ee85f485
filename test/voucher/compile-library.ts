// Compiles small vendor libraries for tests, with the compiler of the host that shall load them.
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { HostKind } from '../support/devices/simulated-library.ts'

/** A name that a Windows library exports for a function of its own. */
type Export = { readonly as: string; readonly of: string }

/** Writes the library `path` from C. It needs the library at `with`, or exports exactly one name. */
export const compileLibrary = (kind: HostKind, path: string, source: string, extra?: string | Export): void => {
  const windows = kind === 'wine'
  const compiler = windows ? 'x86_64-w64-mingw32-gcc' : (process.env['CC'] ?? 'cc')
  const needed = typeof extra === 'string' ? ['-xnone', '-Wl,--no-as-needed', `./${basename(extra)}`] : []
  const definition = `${path}.def`
  if (typeof extra === 'object') writeFileSync(definition, `EXPORTS\n  "${extra.as}" = ${extra.of}\n`)
  const exported = typeof extra === 'object' ? ['-xnone', definition] : []
  const flags = windows ? ['-static-libgcc'] : ['-fPIC', `-Wl,-soname,${basename(path)}`]
  execFileSync(compiler, ['-shared', ...flags, '-o', path, '-xc', '-', ...needed, ...exported], {
    cwd: dirname(path),
    input: source,
  })
  rmSync(definition, { force: true })
}
