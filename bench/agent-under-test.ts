// Owns the agent that is measured: the bundle that production runs, built when it is older than the sources, and a
// configuration file for it in a folder of its own.
import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startAgentProcess, type AgentProcess } from '../test/fixtures/agent-process.ts'
import { buildSimulatedLibrary } from '../scripts/build/build-native.ts'
import { createToken, scopes } from '../src/main/api/callers/tokens.ts'
import { entryPaths } from '../src/main/wiring/machine/entry-paths.ts'
import { orgCodg, type Channel } from './channel.ts'
import { root } from './work-folder.ts'

const bundle = join(root, 'dist/start.js')
const source = join(root, 'src/main/programs/start.ts')

const newestSourceMs = (): number =>
  Math.max(...globSync('src/**/*.{ts,vue,css,html}', { cwd: root }).map((path) => statSync(join(root, path)).mtimeMs))

let entry: string | undefined

/** The program to start; says on the way which one it is. */
export const agentEntry = async (): Promise<string> => {
  if (entry !== undefined) return entry
  const isFresh = existsSync(bundle) && statSync(bundle).mtimeMs >= newestSourceMs()
  try {
    if (!isFresh) await (await import('../scripts/build/build.ts')).buildBundles()
    entry = bundle
  } catch (error) {
    console.log(`  无法生成 dist/, 改测源码 (no bundle, measuring the sources): ${(error as Error).message}`)
    entry = source
  }
  return entry
}

export type AgentSite = {
  /** Arguments of node that start this agent. */
  readonly command: readonly string[]
  readonly token: string
}

/** Writes the configuration of a test agent below `folder`: plain HTTP to the center at `centerUrl`, any free port. */
export const prepareAgent = async (
  folder: string,
  channel: Channel,
  center: { readonly url: string; readonly publicKey: string },
  scannerPath?: string,
): Promise<AgentSite> => {
  // Without a compiler the agent runs all the same, and says that it cannot decode.
  buildSimulatedLibrary()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const secret = (name: string, text: string): { file: string } => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return { file: name }
  }
  const { token, hash } = createToken()
  const config = {
    environment: 'test',
    orgCodg,
    // One caller asks as fast as it is answered.
    api: { tokens: [{ name: 'bench', hash, scopes }], limits: { perToken: 100_000, perConnection: 100_000 } },
    center: {
      baseUrl: center.url,
      allowPlainHttp: true,
      appId: channel.appId,
      appSecret: secret('app-secret', channel.appSecret),
      privateKey: secret('private-key', Buffer.from(channel.privateKey).toString('base64')),
      centerPublicKey: center.publicKey,
    },
    voucher: {
      library: entryPaths.simulatedLibrary,
      url: 'http://127.0.0.1:1/localcfc/api/hsecfc/localQrCodeQuery',
      scannerOwner: scannerPath === undefined ? 'library' : 'agent',
    },
    ...(scannerPath === undefined ? {} : { scanners: [{ name: 'bench', kind: 'serial', path: scannerPath }] }),
  }
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 })
  const data = join(folder, 'data')
  return { command: [await agentEntry(), '--config', file, '--port', '0', '--data-dir', data, '--json'], token }
}

export type RunningAgent = {
  readonly url: string
  readonly pid: number
  readonly headers: Readonly<Record<string, string>>
  readonly stop: AgentProcess['stop']
}

export const startAgent = async ({ command, token }: AgentSite): Promise<RunningAgent> => {
  const { url, child, stop } = await startAgentProcess(command)
  return { url, pid: child.pid ?? 0, headers: { authorization: `Bearer ${token}` }, stop }
}
