// The desktop's own bundles: under plain Node with stand-ins for Electron's parts (test/support/browser/electron-stand-in.ts) and the real
// agent in a real process; and in Electron itself, driven by Playwright, where its binary is. One file, as it builds dist/ anew.
import assert from 'node:assert/strict'
import { fork, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { _electron, type ElectronApplication } from 'playwright-core'
import { buildBundles } from '../../scripts/build/build.ts'
import { findElectron } from '../../scripts/find-electron.ts'
import {
  leaveChannel,
  printChannel,
  sessionChannel,
  type DesktopBridge,
  type DesktopSession,
} from '../../src/contract/desktop/desktop-bridge.ts'
import { hashStaffKey } from '../../src/main/desktop/staff-key.ts'
import { appSecret, validConfig, writeConfig } from '../config/config-folder.ts'
import { freePort } from '../support/agents/free-port.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { isGone } from '../support/agents/processes.ts'

const root = join(import.meta.dirname, '../..')
const hooks = pathToFileURL(join(root, 'test/support/browser/electron-hooks.ts')).href
/** Against hanging alone: a busy machine takes its time to start a process. */
const waitMs = 60_000
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

type Told = { readonly what: string } & Readonly<Record<string, unknown>>

const openDesktop = async (t: TestContext, desktop: object, more: object = {}) => {
  const draft = validConfig()
  const port = await freePort()
  const config = { ...draft, dataDir: folderFor(t), api: { ...draft.api, port }, desktop, ...more }
  const child = fork(join(root, 'dist/index.js'), ['--config', writeConfig(t, config)], {
    // As Electron starts it: the script is the second argument.
    execArgv: ['--import', hooks],
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const told: Told[] = []
  const news = new EventEmitter()
  child.on('message', (message) => {
    told.push(message as Told)
    news.emit('told')
  })
  /** The first of this kind, told already or later. */
  const hear = async (what: string, fits: (one: Told) => boolean = () => true): Promise<Told> => {
    const signal = AbortSignal.timeout(waitMs)
    for (;;) {
      const found = told.find((one) => one.what === what && fits(one))
      if (found !== undefined) return found
      await once(news, 'told', { signal })
    }
  }
  const order = (message: object): void => void child.send(message)
  const ask = async (page: string, channel: string, given?: unknown): Promise<Told> => {
    const before = told.length
    order({ do: 'ask', page, channel, given })
    return hear('answer', (one) => told.indexOf(one) >= before)
  }
  return { told, hear, order, ask, exited, url: `http://127.0.0.1:${port}` }
}

before(buildBundles)

describe('the bundles of the desktop', () => {
  it('are every file the shell loads, beside each other', () => {
    const names = ['index.js', 'agent-process.js', 'preload.cjs', 'renderer/console/index.html']
    for (const name of names) assert.ok(existsSync(join(root, 'dist', name)), name)
  })

  it('are programs that Node can read, every one of dist', () => {
    const programs = readdirSync(join(root, 'dist')).filter((name) => /\.c?js$/.test(name))
    assert.ok(programs.includes('headless.js') && programs.includes('agent-process.js'))
    for (const name of programs) {
      const { status, stderr } = spawnSync(process.execPath, ['--check', join(root, 'dist', name)], {
        encoding: 'utf8',
      })
      assert.equal(status, 0, stderr)
    }
  })

  it('hold the bridge alone in the preload script: a sandboxed one may require nothing but electron', () => {
    const required = [...read('dist/preload.cjs').matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name)
    assert.deepEqual(new Set(required), new Set(['electron']))
  })

  it('keep the journal out of the main process', () => {
    assert.doesNotMatch(read('dist/index.js'), /better-sqlite3/)
    assert.match(read('dist/agent-process.js'), /better-sqlite3/)
  })
})

describe('the wired desktop', () => {
  const skip = process.platform === 'linux' ? false : '要有 /proc (needs /proc)'
  it("gives a secret's variable to the agent's process, and nothing else of its environment", { skip }, async (t) => {
    Object.assign(process.env, { MIP_TEST_APP_SECRET: appSecret, MIP_TEST_UNNAMED: 'of-nobody' })
    t.after(() => {
      delete process.env['MIP_TEST_APP_SECRET']
      delete process.env['MIP_TEST_UNNAMED']
    })
    const { center } = validConfig()
    const { hear } = await openDesktop(t, {}, { center: { ...center, appSecret: { env: 'MIP_TEST_APP_SECRET' } } })
    const { pid } = await hear('forked')
    assert.equal((await hear('loaded'))['status'], 200)
    const given = readFileSync(`/proc/${String(pid)}/environ`, 'utf8')
    assert.match(given, new RegExp(`(^|\0)MIP_TEST_APP_SECRET=${appSecret}`))
    assert.doesNotMatch(given, /of-nobody/)
  })

  it('opens the console, starts the agent, gives the page a token that works, and ends both', async (t) => {
    const { hear, order, ask, exited, told, url } = await openDesktop(t, {})
    const { pid } = await hear('forked')
    assert.deepEqual(await hear('partition'), { what: 'partition', name: 'mip', cache: false })
    assert.equal((await hear('loaded'))['status'], 200)
    const { answer } = await ask('console', sessionChannel)
    const session = answer as DesktopSession
    assert.equal(session.url, url)
    const status = await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${session.token ?? ''}` } })
    assert.equal(status.status, 200)
    order({ do: 'start-again' })
    await hear('focused')
    assert.deepEqual((await hear('menu'))['labels'], ['打开控制台', '关于', '退出'])
    order({ do: 'click', label: '退出' })
    await hear('quit')
    assert.equal((await exited)[0], 0)
    assert.equal(await isGone(pid as number), true)
    const [sandbox, ready] = [
      told.findIndex(({ what }) => what === 'sandbox'),
      told.findIndex(({ what }) => what === 'loaded'),
    ]
    assert.ok(sandbox !== -1 && sandbox < ready)
  })

  it('does not end while the kiosk is open; the staff key opens it', async (t) => {
    const { hear, order, ask, exited, told } = await openDesktop(t, { kiosk: { staffKey: hashStaffKey('123456') } })
    await hear('loaded')
    await hear('menu')
    order({ do: 'click', label: '退出' })
    assert.equal((await ask('console', leaveChannel, '123456'))['error'], 'Error: refused')
    assert.equal((await ask('kiosk', leaveChannel, '654321'))['answer'], 'wrong')
    assert.equal(
      told.some(({ what }) => what === 'quit'),
      false,
    )
    assert.equal((await ask('kiosk', leaveChannel, '123456'))['answer'], 'left')
    await hear('closed')
    order({ do: 'click', label: '退出' })
    await hear('quit')
    assert.equal((await exited)[0], 0)
  })

  it("prints the kiosk's receipt without a dialog, and tells the page only where a printer is configured", async (t) => {
    const kiosk = { staffKey: hashStaffKey('123456') }
    const { hear, ask } = await openDesktop(t, {
      startAgent: false,
      console: true,
      kiosk: { ...kiosk, printer: '凭条 80' },
    })
    await hear('loaded', ({ url }) => url === 'app://mip/kiosk/index.html')
    assert.equal(((await ask('kiosk', sessionChannel))['answer'] as DesktopSession).prints, true)
    assert.equal(((await ask('console', sessionChannel))['answer'] as DesktopSession).prints, undefined)
    assert.equal((await ask('console', printChannel))['error'], 'Error: refused')
    assert.equal((await ask('kiosk', printChannel))['answer'], 'printed')
    const { options } = (await hear('print')) as unknown as { options: Record<string, unknown> }
    assert.deepEqual([options['silent'], options['deviceName']], [true, '凭条 80'])
    const without = await openDesktop(t, { startAgent: false, kiosk })
    await without.hear('loaded')
    assert.equal(((await without.ask('kiosk', sessionChannel))['answer'] as DesktopSession).prints, undefined)
    assert.equal((await without.ask('kiosk', printChannel))['error'], 'Error: refused')
  })

  it('is a client where the configuration says so: no process, no token', async (t) => {
    const { hear, ask, told, url } = await openDesktop(t, { startAgent: false })
    await hear('loaded')
    assert.deepEqual((await ask('console', sessionChannel))['answer'], { url })
    assert.equal(
      told.some(({ what }) => what === 'forked'),
      false,
    )
  })

  it('says what is wrong with the agent and stays; says what is wrong with its own part and ends', async (t) => {
    const agent = await openDesktop(t, {}, { orgCodg: '' })
    const failure = await agent.hear('dialog')
    assert.match(String(failure['detail']), /CONFIG_INVALID[^]*orgCodg/)
    await agent.hear('menu', ({ labels }) => (labels as string[]).includes('重新启动助手'))
    const own = await openDesktop(t, { tray: true })
    assert.match(String((await own.hear('error'))['text']), /CONFIG_INVALID[^]*tray/)
    assert.equal((await own.exited)[0], 1)
  })
})

const electron = findElectron()
const hasScreen = process.platform !== 'linux' || (process.env['DISPLAY'] ?? '') !== ''
const reason =
  electron === undefined
    ? "Electron's binary is not installed (npx install-electron fetches it)"
    : hasScreen
      ? undefined
      : 'there is no display (xvfb-run gives one)'
if (reason !== undefined) process.stderr.write(`SKIPPED: the desktop was not opened in Electron: ${reason}\n`)

const openElectron = async (t: TestContext, desktop: object): Promise<{ app: ElectronApplication; url: string }> => {
  const draft = validConfig()
  const port = await freePort()
  const config = writeConfig(t, { ...draft, dataDir: folderFor(t), api: { ...draft.api, port }, desktop })
  const app = await _electron.launch({
    ...(electron === undefined ? {} : { executablePath: electron }),
    args: [root, '--config', config, `--user-data-dir=${folderFor(t)}`],
  })
  t.after(async () => {
    app.process().kill('SIGKILL')
  })
  return { app, url: `http://127.0.0.1:${port}` }
}

/** In a page: the bridge lives at window.mipAgent. */
type PageWindow = {
  readonly mipAgent: DesktopBridge
  readonly process?: unknown
  readonly require?: unknown
  readonly open: (url: string) => unknown
  readonly location: { href: string }
}

describe('the desktop in Electron', { skip: reason ?? false }, () => {
  it('opens the console from app://mip, without Node, with the bridge, and goes nowhere', async (t) => {
    const { app, url } = await openElectron(t, { startAgent: false })
    const page = await app.firstWindow()
    assert.equal(page.url(), 'app://mip/console/index.html')
    const session = await page.evaluate(() => (globalThis as unknown as PageWindow).mipAgent.getSession())
    assert.deepEqual(session, { url })
    const node = await page.evaluate(() => {
      const { process, require } = globalThis as unknown as PageWindow
      return [typeof process, typeof require]
    })
    assert.deepEqual(node, ['undefined', 'undefined'])
    await page.evaluate(() => {
      const here = globalThis as unknown as PageWindow
      here.open('https://example.com/')
      here.location.href = 'https://example.com/'
    })
    assert.equal(page.url(), 'app://mip/console/index.html')
    assert.equal(app.windows().length, 1)
  })

  it('starts its agent where the system has a key ring, and says why where it has none', async (t) => {
    const { app, url } = await openElectron(t, { kiosk: { staffKey: hashStaffKey('123456') } })
    const page = await app.firstWindow()
    const session = await page.evaluate(() => (globalThis as unknown as PageWindow).mipAgent.getSession())
    assert.equal(session.url, url)
    if (process.platform === 'win32') assert.equal(typeof session.token, 'string')
    const leave = (key: string) =>
      page.evaluate((given) => (globalThis as unknown as PageWindow).mipAgent.leaveKiosk(given), key)
    assert.equal(await leave('wrong-key'), 'wrong')
    const closed = page.waitForEvent('close')
    await Promise.all([leave('123456').catch(() => 'left'), closed])
  })
})
