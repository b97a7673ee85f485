// What a page of the desktop may and may not: its files, its policy, where it may go, what it may ask for, who may ask the
// bridge. Electron's parts are stand-ins typed with Electron's own types.
import assert from 'node:assert/strict'
import type { App, Session, WebContents } from 'electron'
import { EventEmitter } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { leaveChannel, ownerChannel, sessionChannel, type PageName } from '../../src/contract/desktop/desktop-bridge.ts'
import type { AgentState } from '../../src/main/desktop/agent-keeper.ts'
import {
  lockDownApp,
  lockDownContents,
  lockDownSession,
  mayHavePermission,
  mayRequest,
} from '../../src/main/desktop/windows/lock-down.ts'
import { createPageHandler } from '../../src/main/desktop/windows/page-files.ts'
import { debuggingText, findDebugging } from '../../src/main/desktop/refuse-debugging.ts'
import { pageOfSender, serveBridge } from '../../src/main/desktop/session-bridge.ts'
import { folderFor } from '../support/agents/open-journal.ts'

const agentUrl = 'http://127.0.0.1:17600'

/** An event of Electron's: whether it was prevented is all that counts. */
const emitPrevented = (emitter: EventEmitter, event: string, ...given: unknown[]): boolean => {
  let prevented = false
  emitter.emit(event, { preventDefault: () => (prevented = true) }, ...given)
  return prevented
}

describe('app://mip', () => {
  const handlerOf = (t: TestContext) => {
    const folder = folderFor(t)
    const renderer = join(folder, 'renderer')
    mkdirSync(join(renderer, 'console/assets'), { recursive: true })
    writeFileSync(join(renderer, 'console/index.html'), '<!doctype html>')
    writeFileSync(join(renderer, 'console/assets/page.js'), 'let a')
    writeFileSync(join(renderer, 'console/notes.md'), 'not a page')
    writeFileSync(join(folder, 'secret.json'), '{}')
    symlinkSync(join(folder, 'secret.json'), join(renderer, 'console/link.json'))
    const handle = createPageHandler(renderer, agentUrl)
    const get = (path: string, method = 'GET') => handle({ url: `app://mip${path}`, method })
    return { renderer, handle, get }
  }

  it('serves the pages with a policy that lets them call the agent and nobody else', async (t) => {
    const { get } = handlerOf(t)
    for (const path of ['/console/index.html', '/console/', '/console/index.html?a=1#b']) {
      const reply = await get(path)
      assert.equal(reply.status, 200, path)
      assert.equal(reply.headers.get('content-type'), 'text/html; charset=utf-8')
      const policy = reply.headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /)
      assert.match(policy, /connect-src 'self' http:\/\/127\.0\.0\.1:17600;/)
      assert.doesNotMatch(policy, /unsafe|\*|https:/)
    }
    const script = await get('/console/assets/page.js')
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
    assert.equal(await script.text(), 'let a')
  })

  it('serves nothing that was not listed at start, whatever the address says', async (t) => {
    const { get, handle, renderer } = handlerOf(t)
    writeFileSync(join(renderer, 'console/later.html'), 'too late')
    const addresses = [
      ...['/../secret.json', '/console/../../secret.json', '/%2e%2e/secret.json', '/console/..%2f..%2fsecret.json'],
      ...['/console/link.json', '/console/notes.md', '/console/later.html', '/console', '//console/index.html'],
      ...['/console/assets/', '/', '', `/${renderer}/console/index.html`, '/console/index.html\0', '/constructor'],
    ]
    for (const address of addresses) assert.equal((await get(address)).status, 404, address)
    for (const url of ['app://other/console/index.html', 'app://mip.evil/console/index.html', 'file:///etc/passwd']) {
      assert.equal((await handle({ url, method: 'GET' })).status, 404, url)
    }
    assert.equal((await get('/console/index.html', 'POST')).status, 405)
  })

  it('answers 404 to everything where no pages were built', async (t) => {
    const handle = createPageHandler(join(folderFor(t), 'none'), agentUrl)
    assert.equal((await handle({ url: 'app://mip/console/index.html', method: 'GET' })).status, 404)
  })
})

describe('a page', () => {
  it('goes nowhere, opens nothing, embeds nothing', () => {
    const contents = new EventEmitter()
    let decision: unknown
    const setWindowOpenHandler = (handler: () => unknown) => (decision = handler())
    lockDownContents(Object.assign(contents, { setWindowOpenHandler }) as unknown as WebContents)
    assert.deepEqual(decision, { action: 'deny' })
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      assert.equal(emitPrevented(contents, event), true, event)
    }
  })

  it('gets only what it needs to call the agent, and only as app://mip', () => {
    for (const origin of ['app://mip', 'app://mip/']) {
      assert.equal(mayHavePermission('loopback-network', origin), true)
      assert.equal(mayHavePermission('local-network-access', origin), true)
      const others = [
        'media',
        'geolocation',
        'hid',
        'serial',
        'usb',
        'notifications',
        'openExternal',
        'display-capture',
      ]
      for (const other of [...others, 'clipboard-read', 'fileSystem', 'midi']) {
        assert.equal(mayHavePermission(other, origin), false, other)
      }
    }
    for (const origin of ['https://evil.example', 'app://other', 'app://mip.evil', 'null', '']) {
      assert.equal(mayHavePermission('loopback-network', origin), false, origin)
    }
  })

  it('requests its own files and the agent, nothing else', () => {
    for (const url of ['app://mip/console/index.html', `${agentUrl}/v1/status`, 'data:image/svg+xml,x']) {
      assert.equal(mayRequest(url, agentUrl), true, url)
    }
    const others = [
      'https://example.com/',
      'http://127.0.0.1:176001/',
      'http://127.0.0.1:17600@evil/',
      'file:///etc/passwd',
    ]
    for (const url of [
      ...others,
      'http://localhost:1/',
      'devtools://devtools/',
      'ws://127.0.0.1:17600/',
      'data:text/html,x',
    ]) {
      assert.equal(mayRequest(url, agentUrl), false, url)
    }
  })

  it('has a session that downloads nothing, checks no spelling and lends no device', () => {
    const events = new EventEmitter()
    type Decide = (given: { cancel: boolean }) => void
    const kept: Record<string, unknown> = {}
    const keep =
      (name: string) =>
      (given: unknown): void => {
        kept[name] = given
      }
    let before: ((details: { url: string }, decide: Decide) => void) | undefined
    const session = Object.assign(events, {
      setPermissionCheckHandler: keep('check'),
      setPermissionRequestHandler: keep('request'),
      setDevicePermissionHandler: keep('device'),
      setDisplayMediaRequestHandler: keep('media'),
      setSpellCheckerEnabled: keep('spelling'),
      webRequest: { onBeforeRequest: (handler: typeof before) => (before = handler) },
    })
    lockDownSession(session as unknown as Session, agentUrl, false)
    assert.equal(kept['spelling'], false)
    assert.equal(kept['media'], null)
    assert.equal((kept['device'] as () => boolean)(), false)
    assert.equal(emitPrevented(events, 'will-download'), true)
    const cancelled = (url: string): boolean | undefined => {
      let cancel
      before?.({ url }, (given) => (cancel = given.cancel))
      return cancel
    }
    assert.equal(cancelled('https://example.com/'), true)
    assert.equal(cancelled('devtools://devtools/x'), true)
    assert.equal(cancelled(`${agentUrl}/v1/events`), false)
    const ask = kept['request'] as (...given: unknown[]) => void
    const granted: boolean[] = []
    for (const requestingUrl of ['app://mip/console/index.html', 'app://mip.evil/']) {
      ask({}, 'loopback-network', (yes: boolean) => granted.push(yes), { requestingUrl })
    }
    assert.deepEqual(granted, [true, false])
  })

  it('is sandboxed before it exists, and no certificate is ever trusted by hand', () => {
    const app = new EventEmitter()
    let sandboxed = false
    lockDownApp(Object.assign(app, { enableSandbox: () => (sandboxed = true) }) as unknown as App)
    assert.equal(sandboxed, true)
    const answers: unknown[] = []
    const decide = (answer?: unknown): void => void answers.push(answer)
    assert.equal(emitPrevented(app, 'certificate-error', {}, '', '', {}, decide), true)
    assert.equal(emitPrevented(app, 'select-client-certificate', {}, '', [], decide), true)
    assert.equal(emitPrevented(app, 'login', {}, {}, {}, decide), true)
    assert.deepEqual(answers, [false, undefined, undefined])
  })
})

describe('the bridge', () => {
  const opened: ReadonlyMap<number, PageName> = new Map([
    [1, 'console'],
    [2, 'kiosk'],
  ])
  const sender = (id: number, url: string, parent: unknown = null) => ({ sender: { id }, senderFrame: { url, parent } })

  it('knows a page by its window, its main frame and its own address', () => {
    assert.equal(pageOfSender(sender(1, 'app://mip/console/index.html#/orders'), opened), 'console')
    assert.equal(pageOfSender(sender(2, 'app://mip/kiosk/index.html'), opened), 'kiosk')
    const strangers = [
      sender(1, 'app://mip/kiosk/index.html'),
      sender(3, 'app://mip/console/index.html'),
      sender(1, 'app://mip/console/index.html', {}),
      sender(1, 'https://app://mip/console/'),
      sender(1, 'app://mip.evil/console/index.html'),
      sender(1, 'about:blank'),
      { sender: { id: 1 }, senderFrame: null },
    ]
    for (const stranger of strangers) assert.equal(pageOfSender(stranger, opened), undefined)
  })

  it('gives each page its own token, and nobody else an answer', async () => {
    const tokens = { console: 'c', kiosk: 'k', display: 'd', desktop: 'x', owner: 'o' }
    const state: AgentState = { kind: 'own', tokens, environment: 'test' }
    const handlers = new Map<string, (event: unknown, given?: unknown) => Promise<unknown>>()
    const tried: unknown[] = []
    let says = false
    serveBridge(
      { handle: (channel, listener) => handlers.set(channel, listener as never) },
      {
        url: agentUrl,
        opened,
        settled: () => Promise.resolve(state),
        printReceipt: undefined,
        confirmOwner: () => Promise.resolve(says),
        leaveKiosk: (staffKey) => {
          tried.push(staffKey)
          return Promise.resolve('wrong')
        },
      },
    )
    const call = (channel: string, from: unknown, given?: unknown) => handlers.get(channel)?.(from, given)
    const atConsole = sender(1, 'app://mip/console/index.html')
    const atKiosk = sender(2, 'app://mip/kiosk/index.html')
    assert.deepEqual(await call(sessionChannel, atConsole), { url: agentUrl, token: 'c' })
    assert.deepEqual(await call(sessionChannel, atKiosk), { url: agentUrl, token: 'k' })
    assert.equal(await call(leaveChannel, atKiosk, '123456'), 'wrong')
    await assert.rejects(call(leaveChannel, atConsole, '123456') ?? Promise.resolve())
    assert.equal(await call(ownerChannel, atConsole), '', 'the person did not want it')
    says = true
    assert.equal(await call(ownerChannel, atConsole), 'o')
    await assert.rejects(call(ownerChannel, atKiosk) ?? Promise.resolve())
    for (const channel of [sessionChannel, leaveChannel, ownerChannel]) {
      await assert.rejects(call(channel, sender(9, 'https://evil.example/')) ?? Promise.resolve(), {
        message: 'refused',
      })
    }
    assert.deepEqual(tried, ['123456'])
  })
})

describe('a packaged desktop', () => {
  const find = (argv: readonly string[], platform: NodeJS.Platform = 'linux', environment = {}) =>
    findDebugging(argv, environment, { isPackaged: true, platform })

  it('refuses every switch and variable that is not its own, and says which', () => {
    const argv = [
      '--inspect=9229',
      '--inspect-brk',
      '-remote-debugging-port=9222',
      '--JS-FLAGS=--expose-gc',
      '--no-sandbox',
    ]
    const found = find(argv, 'linux', { NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', PATH: '/bin' })
    assert.deepEqual(found, [
      ...['--inspect', '--inspect-brk', '-remote-debugging-port', '--JS-FLAGS', '--no-sandbox'],
      ...['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE'],
    ])
    assert.match(debuggingText(found), /DEBUGGING_REFUSED.*--inspect、.*NODE_OPTIONS/)
  })

  it('refuses what Chromium alone takes for a switch, in each of its forms', () => {
    for (const form of [
      '/remote-debugging-port=1',
      ' --remote-debugging-port=1',
      '-remote-debugging-pipe',
      '/x',
      'x.js',
    ]) {
      assert.equal(find([form], 'win32').length, 1, form)
      assert.equal(find(['--config', 'C:\\a.json', form], 'win32').length, 1, form)
    }
    for (const value of ['--remote-debugging-port=1', '/remote-debugging-port=1', ' /x']) {
      assert.equal(find(['--config', value], 'win32').length, 1, value)
    }
    assert.deepEqual(find(['--config', '--gpu-launcher=x']), ['--gpu-launcher'])
    for (const argv of [['--config'], ['--', '--inspect'], ['--CONFIG=/a'], ['--updated=1']]) {
      assert.notEqual(find(argv).length, 0, argv.join(' '))
    }
  })

  it('takes its own arguments, and while developing everything', () => {
    for (const argv of [
      ['--config', '/etc/a.json'],
      ['--config=/etc/a.json', '--recover-key', '/k', '--write-recovery-key', '/w', ''],
      ['--updated'],
    ]) {
      assert.deepEqual(find(argv, 'linux', { NODE_OPTIONS: '' }), [])
    }
    assert.deepEqual(find(['--config', 'C:\\ProgramData\\a.json'], 'win32'), [])
    assert.deepEqual(findDebugging(['--inspect'], { NODE_OPTIONS: 'x' }, { isPackaged: false, platform: 'linux' }), [])
  })
})
