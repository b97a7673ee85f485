// Owns keeping dumps of this process off the disk: they would hold patients and keys. Children inherit it. On Windows libuv turns
// error reports off for this process, and the decoder host in C does it for itself.
import { spawnSync } from 'node:child_process'
import { childEnvironment } from '../../core/domain/machine/child-environment.ts'

const withinMs = 2_000

/**
 * Lowers the limit for core dumps, for good. One byte: less than any dump, and unlike 0 it also stops a kernel that pipes dumps
 * to a program. Does nothing where that cannot be done; doctor's check `coreDumps` tells.
 */
export const forbidCoreDumps = (): void => {
  if (process.platform !== 'linux') return
  for (const bytes of [1, 0]) {
    const parameters = ['--pid', String(process.pid), `--core=${bytes}:${bytes}`]
    const options = { stdio: 'ignore', timeout: withinMs, env: childEnvironment(process.env) } as const
    if (spawnSync('prlimit', parameters, options).status === 0) return
  }
}
