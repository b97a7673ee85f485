// The desktop in Electron itself, driven by Playwright: opened where its binary is, and otherwise said loudly that it was not.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { _electron, type ElectronApplication } from 'playwright-core'
import { buildBundles } from '../../scripts/build.ts'
import { findElectron } from '../../scripts/find-electron.ts'
import type { DesktopBridge } from '../../src/contract/desktop-bridge.ts'
import { hashStaffKey } from '../../src/main/desktop/staff-key.ts'
import { validConfig, writeConfig } from '../config/config-folder.ts'
import { folderFor } from '../support/open-journal.ts'

const root = join(import.meta.dirname, '../..')
const electron = findElectron()
const hasScreen = process.platform !== 'linux' || (process.env['DISPLAY'] ?? '') !== ''
const reason =
  electron === undefined
    ? "Electron's binary is not installed (npx install-electron fetches it)"
    : hasScreen
      ? undefined
      : 'there is no display (xvfb-run gives one)'
if (reason !== undefined) process.stderr.write(`SKIPPED: the desktop was not opened in Electron: ${reason}\n`)

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const openDesktop = async (t: TestContext, desktop: object): Promise<{ app: ElectronApplication; url: string }> => {
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
  before(buildBundles)

  it('opens the console from app://mip, without Node, with the bridge, and goes nowhere', async (t) => {
    const { app, url } = await openDesktop(t, { startAgent: false })
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
    const { app, url } = await openDesktop(t, { kiosk: { staffKey: hashStaffKey('123456') } })
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
