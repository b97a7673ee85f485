// Shows over long runs what the tests show once: calls that must die die in time, decodes and crashes by the hundred leave
// neither a process nor memory behind. `node evidence/hosts/main.ts [--short] [--host c|node] [--json]`; exit code 1 when not.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { buildNative, buildSimulatedLibrary } from '../../scripts/build/build-native.ts'
import { entryPaths } from '../../src/main/wiring/machine/entry-paths.ts'
import { nodeHost } from '../../src/main/wiring/machine/host-programs.ts'
import type { HostProgram } from '../../src/main/voucher/hosts/prepare-host.ts'
import { runCrashes } from './run-crashes.ts'
import { runDeaths } from './run-deaths.ts'
import { runDecodes } from './run-decodes.ts'

const {
  short,
  host: kind,
  json,
} = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    host: { type: 'string', default: 'c' },
    json: { type: 'boolean', default: false },
    // The command that runs every part of the evidence gives one to each; nothing is random here.
    seed: { type: 'string' },
  },
}).values

const share = short ? 0.05 : 1
const counts = { deaths: 1_000 * share, decodes: 10_000 * share, crashes: 500 * share }

const chooseHost = (): HostProgram | undefined => {
  const node = nodeHost(entryPaths.hostNode)
  if (kind === 'node') return node
  const build = buildNative('host')
  if (!build.built) return undefined
  return { program: build.path, arguments: [], format: node.format, machine: node.machine }
}

const host = chooseHost()
const library = buildSimulatedLibrary()
if (host === undefined || !library.built || !existsSync('/proc/self')) {
  console.error('需要 Linux 和 gcc (Linux and gcc are needed): not shown')
  process.exit(1)
}
const target = { host, path: library.path }
const say = (text: string): void => {
  if (!json) console.log(text)
}
const startedMs = performance.now()
const deaths = await runDeaths(target, counts.deaths)
say(`deaths: ${JSON.stringify(deaths)}`)
const decodes = await runDecodes(target, counts.decodes)
say(`decodes: ${JSON.stringify(decodes)}`)
const crashes = await runCrashes(target, counts.crashes)
say(`crashes: ${JSON.stringify(crashes)}`)
const late = deaths.late + crashes.late
const left = deaths.left + decodes.left + crashes.left
const grown = Number(!decodes.flat) + Number(!crashes.flat)
const seconds = Math.round((performance.now() - startedMs) / 1000)
console.log(JSON.stringify({ host: kind, ...counts, late, left, grown, seconds }))
process.exitCode = late + left + grown === 0 ? 0 : 1
