// Owns `npm start`: builds what is missing, then runs the agent headless with its sandbox. Plain JavaScript, because an
// older Node must get as far as the message that it is too old.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// It would open Node's debugger, to every user of the machine.
process.on('SIGUSR1', () => undefined)

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const entry = join(root, 'dist/start.js')

if (Number(process.versions.node.split('.')[0]) < 24) {
  // npm puts the Node of node_modules first on PATH; this happens only when its package was not installed.
  console.error(`[NODE_TOO_OLD] 需要 Node.js 24 或以上, 当前 ${process.version} (Node.js 24 or newer is needed)`)
  process.exit(1)
}
const { buildSimulatedLibrary } = await import('./build/build-native.ts')
const library = buildSimulatedLibrary()
if (!library.built) {
  console.error(`${library.reason}; 改用模拟解码进程 (a simulated decoder host is used instead)`)
}
// Always fresh: it takes less than a second, and a stale bundle would run yesterday's code.
const { buildBundles } = await import('./build/build.ts')
await buildBundles()

const given = process.argv.slice(2)
const flags = given.includes('--config') || given.includes('--help') ? given : ['--sandbox', ...given]
const agent = spawn(process.execPath, [entry, ...flags], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => agent.kill(signal))
agent.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1)
})
