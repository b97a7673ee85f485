// A disk of its own, as small as asked, for tests of what happens when it is full or read-only. Needs the right to mount.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'mip-disk-'))

export const cannotMount: string | false = (() => {
  const folder = freshFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0
  if (mounted) execFileSync('umount', [folder])
  rmSync(folder, { recursive: true })
  return mounted ? false : '不能挂载 tmpfs (no right to mount a disk here)'
})()

/** Mounted on the folder, a fresh one by default, for its owner alone. */
export const diskFor = (t: Pick<TestContext, 'after'>, size: string, folder = freshFolder()): string => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder])
  t.after(() => {
    execFileSync('umount', ['--lazy', folder])
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
