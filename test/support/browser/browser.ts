// A real Chromium for tests of the pages: Debian's, without its windows (a page costs a third of the processor), driven by playwright-core, with a profile of its own. A page that logs an
// error, or asks any other host for anything, fails the test that opened it.
import assert from 'node:assert/strict'
import { accessSync, constants } from 'node:fs'
import { basename } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page, type Response } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell'
/** The browser that people use: what an administrator's policy allows is known to this one alone. */
export const wholeBrowser = '/usr/bin/chromium'

const whyNot = (path: string): string | false => {
  try {
    accessSync(path, constants.X_OK)
    return false
  } catch {
    return `no Chromium at ${path} (Debian: apt-get install ${basename(path)} fonts-wqy-microhei)`
  }
}

/** Against hanging alone: a busy machine takes its time to start a browser and to load a page. */
const startWithinMs = 120_000
const stepWithinMs = 60_000

/** For `describe(name, { skip })`: the printed reason, or false where a browser is installed. */
export const skipWithoutBrowser = whyNot(executablePath)
export const skipWithoutWholeBrowser = whyNot(wholeBrowser)

/** `more`: switches beside the usual ones; `program`: another browser than the usual one. */
export const launchBrowser = (more: readonly string[] = [], program = executablePath): Promise<Browser> =>
  chromium.launch({
    executablePath: program,
    timeout: startWithinMs,
    args: [
      '--lang=zh-CN',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })

/** What the browser logs while an agent is away, whatever was under way when it went. */
export const awayErrors = /net::ERR_(CONNECTION|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|SOCKET)/

export type WatchedPage = Page & {
  /** Fails when the page logged an error or asked a host that is not this machine. Call it at the end. */
  readonly assertQuiet: () => void
}

export type OpenOptions = BrowserContextOptions & {
  /** Lies in this tab's session storage before the page starts. */
  readonly token?: string
  /** Lies in the browser's local storage before the page starts. */
  readonly atStart?: Readonly<Record<string, string>>
  /** Waits for the agent's events too: from then on the page hears of everything. */
  readonly follows?: true
  /** Texts of console errors that the test provokes. */
  readonly expectedErrors?: RegExp
}

/** A page in a fresh context (no cookies, no storage of an earlier test). */
export const openPage = async (browser: Browser, url: string, options: OpenOptions = {}): Promise<WatchedPage> => {
  const { token, expectedErrors, follows, atStart = {}, ...contextOptions } = options
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...contextOptions })
  context.setDefaultTimeout(stepWithinMs)
  if (token !== undefined) {
    await context.addInitScript((text) => {
      sessionStorage.setItem('mip.token', text)
    }, token)
  }
  await context.addInitScript((kept) => {
    for (const [name, value] of Object.entries(kept)) {
      if (localStorage.getItem(name) === null) localStorage.setItem(name, value)
    }
  }, atStart)
  const page = await context.newPage()
  const origin = new URL(url).origin
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && expectedErrors?.test(message.text()) !== true)
      faults.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith('data:') && new URL(asked).origin !== origin) faults.push(`asked for ${asked}`)
  })
  const isStream = (reply: Response): boolean => reply.url() === `${origin}/v1/events` && reply.ok()
  await Promise.all([page.goto(url), follows && page.waitForResponse(isStream)])
  return Object.assign(page, {
    assertQuiet: () => {
      assert.deepEqual(faults, [])
    },
  })
}
