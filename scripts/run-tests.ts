// Runs the tests: all of them, or the files that are named. A command: `npm run test:only [-- FILE...]`. Several hundred
// programs are started in a run, from the sources: what Node compiled of them is kept from one start to the next.
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const given = process.argv.slice(2)
// More files at once than cores: most tests wait for a clock or a disk half of their time. A quarter of an hour for a file:
// what hangs is named instead of holding everything up.
const atOnce = availableParallelism() + 1
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--test-timeout=900000',
    `--test-concurrency=${atOnce}`,
    ...(given.length > 0 ? given : ['test/**/*.test.ts']),
  ],
  { cwd: root, stdio: 'inherit', env: { NODE_COMPILE_CACHE: join(root, 'build/compile-cache'), ...process.env } },
)
process.exitCode = status ?? 1
