// Whether a test can run the program as another user of this machine: that takes root, and a project folder that others may
// enter.
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const isRoot = process.platform === 'linux' && process.getuid?.() === 0

const ancestorsOf = (folder: string): readonly string[] =>
  folder === dirname(folder) ? [folder] : [folder, ...ancestorsOf(dirname(folder))]

const mayEnter = 0o001
const closed = ancestorsOf(root).find((folder) => (statSync(folder).mode & mayEnter) === 0)

/** The printed reason, or false where another user can run the program. */
export const skipWithoutOtherUser: string | false = !isRoot
  ? '不是 Linux 的 root, 不能以另一个用户运行 (another user needs root on Linux)'
  : closed === undefined
    ? false
    : `其他用户不能进入 ${closed} (other users may not enter it)`

/** True where taking rights away means something: not for root. */
export const rightsMatter = !isRoot || skipWithoutOtherUser === false
if (skipWithoutOtherUser !== false) process.stderr.write(`SKIPPED: what another user may do: ${skipWithoutOtherUser}\n`)
