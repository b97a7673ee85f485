// The desktop's agent: real processes with a real journal and a real port, kept by the shell's own code. Only the port between
// the two is another one than Electron's.
import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import {
  createAgentKeeper,
  type AgentKeeperOptions,
  type AgentProcess,
  type AgentState,
} from '../../src/main/desktop/agent-keeper.ts'
import { readHealth, readStatus } from '../../src/main/desktop/read-health.ts'
import { restartAfter } from '../../src/main/desktop/restart-rule.ts'
import type { KeySealer } from '../../src/main/desktop/safe-storage.ts'
import { sessionOf } from '../../src/main/desktop/session-bridge.ts'
import { validConfig, writeConfig } from '../config/config-folder.ts'
import { freePort } from '../support/agents/free-port.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { isGone } from '../support/agents/processes.ts'

const program = join(import.meta.dirname, '../support/agents/desktop-agent-program.ts')

/** A key ring that turns bytes round; it remembers what it was asked. */
const turningSealer = (): KeySealer & { readonly asked: string[] } => {
  const asked: string[] = []
  const turn = (verb: string) => (bytes: Uint8Array) => {
    asked.push(verb)
    return Promise.resolve(Uint8Array.from(bytes, (byte) => byte ^ 0x5a))
  }
  return { name: 'safeStorage', protect: turn('protect'), unprotect: turn('unprotect'), asked }
}

/** The key ring of another user: nothing of ours is opened by it. */
const otherSealer: KeySealer = {
  name: 'safeStorage',
  protect: (plain) => Promise.resolve(Uint8Array.from(plain, (byte) => byte ^ 0x11)),
  unprotect: (sealed) => Promise.resolve(Uint8Array.from(sealed, (byte) => byte ^ 0x11)),
}

type Bench = {
  readonly url: string
  readonly dataDir: string
  readonly children: ChildProcess[]
  readonly keeper: ReturnType<typeof createAgentKeeper>
  /** Resolves when a state of this kind is entered, from now on. */
  readonly next: (kind: AgentState['kind']) => Promise<AgentState>
  readonly sealer: ReturnType<typeof turningSealer>
}

/** Against hanging alone: a busy machine takes its time to start a process. */
const waitMs = 60_000

type BenchOptions = Partial<AgentKeeperOptions> & {
  readonly config?: (draft: ReturnType<typeof validConfig>) => object
  readonly onFork?: (child: ChildProcess) => void
  /** What an administrator asked for on the command line. */
  readonly recovery?: { readonly recoverFrom?: string; readonly writeRecoveryTo?: string }
}

const makeBench = async (t: TestContext, more: BenchOptions = {}): Promise<Bench> => {
  const { config = (draft: object) => draft, onFork, recovery = {}, ...options } = more
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const dataDir = folderFor(t)
  const draft = validConfig()
  const configFile = writeConfig(t, config({ ...draft, dataDir, api: { ...draft.api, port } }))
  const children: ChildProcess[] = []
  const listeners = new Set<(state: AgentState) => void>()
  const sealer = turningSealer()
  const keeper = createAgentKeeper({
    mayStart: true,
    fork: () => {
      // The channel copies bytes as bytes, as Electron's ports do.
      const child = fork(program, [], { serialization: 'advanced', stdio: 'inherit' })
      children.push(child)
      onFork?.(child)
      const port = {
        on: (event: string, listener: (given: unknown) => void) => void child.on(event, listener),
        postMessage: (message: object) => {
          // A process that is being killed has no end of the channel any more.
          if (child.connected) child.send(message, () => undefined)
        },
        kill: () => void child.kill(),
      }
      return port as unknown as AgentProcess
    },
    start: { kind: 'start', configFile, resources: join(import.meta.dirname, '../../build'), ...recovery },
    isAnswering: async () => (await readHealth(url, waitMs)).running,
    sealer,
    rule: { firstAfterMs: 10, atMostAfterMs: 50, atMostEnds: 3, withinMs: 600_000 },
    monotonicMs: () => performance.now(),
    startWithinMs: waitMs,
    endWithinMs: waitMs,
    onState: (state) => {
      for (const tell of listeners) tell(state)
    },
    ...options,
  })
  t.after(() => keeper.end())
  const next = (kind: AgentState['kind']): Promise<AgentState> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never ${kind}, but ${keeper.state().kind}`)), waitMs)
      const tell = (state: AgentState): void => {
        if (state.kind !== kind) return
        clearTimeout(timer)
        listeners.delete(tell)
        resolve(state)
      }
      listeners.add(tell)
    })
  return { url, dataDir, children, keeper, next, sealer }
}

const tokensOf = (state: AgentState) => (state.kind === 'own' ? state.tokens : assert.fail(state.kind))

const statusCode = async (url: string, token: string, path = '/v1/status', method = 'GET'): Promise<number> =>
  (await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).status

describe('the agent that the desktop starts', () => {
  it('serves the configured port with its key in safeStorage; each page has a token of its own, and no more', async (t) => {
    const { url, dataDir, keeper, sealer } = await makeBench(t)
    await keeper.begin()
    const state = await keeper.settled()
    const tokens = tokensOf(state)
    assert.match(readFileSync(join(dataDir, 'journal.key'), 'utf8'), /^safeStorage:/)
    // A key for the configuration's secrets, which is kept once one is sealed, and the journal's.
    assert.deepEqual(sealer.asked, ['protect', 'protect'])
    assert.equal(new Set(Object.values(tokens)).size, 5)
    assert.deepEqual(sessionOf('kiosk', state, url), { url, token: tokens.kiosk })
    const status = await readStatus(url, tokens.desktop, waitMs)
    assert.equal(status?.openOrders, 0)
    assert.equal(status.runningOperations, 0)
    const refund = '/v1/orders/A1/refunds'
    const decode = '/v1/vouchers/decode'
    assert.equal(await statusCode(url, tokens.kiosk, refund, 'POST'), 403)
    assert.equal(await statusCode(url, tokens.display, decode, 'POST'), 403)
    assert.equal(await statusCode(url, tokens.desktop, decode, 'POST'), 403)
    assert.equal(await statusCode(url, tokens.display), 200)
  })

  it('answers the pages of app://mip and no other origin', async (t) => {
    const { url, keeper } = await makeBench(t)
    await keeper.begin()
    await keeper.settled()
    const health = (origin: string) => fetch(`${url}/v1/health`, { headers: { origin } })
    const allowed = await health('app://mip')
    assert.equal(allowed.status, 200)
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'app://mip')
    assert.equal((await health('app://other')).status, 403)
  })

  it('comes back when it is killed, opens its journal with the sealed key, and the old tokens open nothing', async (t) => {
    const { url, children, keeper, next, sealer } = await makeBench(t)
    await keeper.begin()
    const before = tokensOf(await keeper.settled())
    const again = next('own')
    children[0]?.kill('SIGKILL')
    const after = tokensOf(await again)
    assert.equal(children.length, 2)
    assert.deepEqual(sealer.asked, ['protect', 'protect', 'protect', 'unprotect'])
    assert.equal(await statusCode(url, before.console), 401)
    assert.equal(await statusCode(url, after.console), 200)
  })

  it('ends in order when the desktop ends, and is not started again', async (t) => {
    const { url, children, keeper } = await makeBench(t)
    await keeper.begin()
    await keeper.settled()
    await keeper.end()
    assert.equal(children.length, 1)
    const [child] = children
    assert.equal(child?.exitCode, 0)
    assert.equal(await isGone(child.pid ?? 0), true)
    assert.equal((await readHealth(url, waitMs)).running, false)
    assert.equal(keeper.state().kind, 'ended')
  })

  it('that keeps dying is given up with a message, until a person says so', async (t) => {
    let isDeadly = true
    const { keeper, children } = await makeBench(t, {
      onFork: (child) => {
        if (isDeadly) child.kill('SIGKILL')
      },
    })
    await keeper.begin()
    const state = await keeper.settled()
    assert.match(state.kind === 'failed' ? state.lines.join() : '', /反复退出.*已连续 3 次/)
    assert.equal(children.length, 3)
    isDeadly = false
    await keeper.retry()
    assert.equal((await keeper.settled()).kind, 'own')
  })

  it('with a wrong configuration is not tried again, and the faults are shown', async (t) => {
    const { keeper, children } = await makeBench(t, {
      config: (draft) => ({ ...draft, center: { ...draft.center, appId: 'x' } }),
    })
    await keeper.begin()
    const state = await keeper.settled()
    assert.match(state.kind === 'failed' ? state.lines.join('\n') : '', /CONFIG_INVALID[^]*center\.appId/)
    assert.equal(children.length, 1)
  })

  it('whose key ring is refused says so in Chinese and writes nothing', async (t) => {
    const refuse = () => Promise.reject(new Error('本机没有密钥环 (basic_text)'))
    const { keeper, dataDir } = await makeBench(t, {
      sealer: { name: 'safeStorage', protect: refuse, unprotect: refuse },
    })
    await keeper.begin()
    const state = await keeper.settled()
    assert.match(state.kind === 'failed' ? state.lines.join('\n') : '', /KEY_NOT_SEALED.*basic_text/)
    assert.equal(existsSync(join(dataDir, 'journal.db')), false)
  })

  it('writes its recovery key when asked, and puts it back when the key ring is another one', async (t) => {
    const recovery = join(folderFor(t), 'recovery.txt')
    const first = await makeBench(t, { recovery: { writeRecoveryTo: recovery } })
    await first.keeper.begin()
    await first.keeper.settled()
    await first.keeper.end()
    const elsewhere = { config: (draft: object) => ({ ...draft, dataDir: first.dataDir }), sealer: otherSealer }
    const locked = await makeBench(t, elsewhere)
    await locked.keeper.begin()
    const state = await locked.keeper.settled()
    assert.match(state.kind === 'failed' ? state.lines.join() : '', /JOURNAL_KEY_LOST/)
    const opened = await makeBench(t, { ...elsewhere, recovery: { recoverFrom: recovery } })
    await opened.keeper.begin()
    assert.equal((await opened.keeper.settled()).kind, 'own')
    assert.match(readFileSync(join(first.dataDir, 'journal.key'), 'utf8'), /^safeStorage:/)
  })
})

describe('a desktop beside another agent', () => {
  it('starts none and is its client, with no token for the pages', async (t) => {
    const first = await makeBench(t)
    await first.keeper.begin()
    await first.keeper.settled()
    const second = await makeBench(t, {
      isAnswering: async () => (await readHealth(first.url, waitMs)).running,
      fork: () => assert.fail('a second agent was started'),
    })
    await second.keeper.begin()
    const state = await second.keeper.settled()
    assert.equal(state.kind, 'foreign')
    assert.deepEqual(sessionOf('console', state, first.url), { url: first.url })
  })

  it('that had not answered yet is its client as soon as the folder is found taken', async (t) => {
    const first = await makeBench(t)
    await first.keeper.begin()
    await first.keeper.settled()
    let asked = 0
    const second = await makeBench(t, {
      config: (draft) => ({ ...draft, dataDir: first.dataDir }),
      isAnswering: () => Promise.resolve((asked += 1) > 1),
    })
    await second.keeper.begin()
    assert.equal((await second.keeper.settled()).kind, 'foreign')
    assert.equal(second.children.length, 1)
  })

  it('does not take a stranger on the port for an agent', async (t) => {
    const stranger = createServer((_request, response) => response.end('{"data":{}}')).listen(0, '127.0.0.1')
    t.after(() => stranger.close())
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    assert.deepEqual(await readHealth(`http://127.0.0.1:${port}`, waitMs), { running: false, reason: 'stranger' })
  })

  it('is a client only where the configuration says so', async (t) => {
    const { keeper } = await makeBench(t, { mayStart: false, fork: () => assert.fail('an agent was started') })
    await keeper.begin()
    assert.equal(keeper.state().kind, 'foreign')
  })
})

describe('the rule of restarts', () => {
  const rule = { firstAfterMs: 1_000, atMostAfterMs: 5_000, atMostEnds: 5, withinMs: 60_000 }

  it('waits twice as long each time, up to a limit, then gives up', () => {
    const ends = [0, 100, 200, 300, 400]
    const waits = ends.map((_end, index) => restartAfter(ends.slice(0, index + 1), rule))
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 5_000, undefined])
  })

  it('forgets what is long ago', () => {
    assert.equal(restartAfter([0, 1, 2, 3, 100_000], rule), 1_000)
  })
})
