// A cashier's window of the console in a real browser: opened on a view, with a token and who sits there.
import type { Browser, Page } from 'playwright-core'
import { openPage, type OpenOptions, type WatchedPage } from './browser.ts'

export type WindowOptions = OpenOptions & {
  /** As in `orders` or `order/A0001`. */
  readonly view?: string
  readonly language?: 'zh' | 'en'
}

/** Opens the console; `his` of the test tokens unless another is given. */
export const openConsole = async (browser: Browser, url: string, options: WindowOptions = {}): Promise<WatchedPage> => {
  const { view = 'status', language = 'zh', ...rest } = options
  const page = await openPage(browser, `${url}/console/#/${view}`, {
    token: 'token-of-his',
    viewport: { width: 1366, height: 768 },
    ...rest,
    atStart: { 'mip.language': language },
  })
  await page.locator('h2').waitFor()
  return page
}

/** Who decodes: fills in the decode view. */
export const fillOperator = async (page: Page): Promise<void> => {
  const fields = { 操作员工号: 'OP01', 操作员姓名: '收费员甲', 医保科室编号: 'D01', 科室名称: '收费处' }
  for (const [name, value] of Object.entries(fields)) await page.getByLabel(`${name} *`).fill(value)
}

type Key = { readonly key: string; readonly code: string; readonly text: string }

const enter: Key = { key: 'Enter', code: 'Enter', text: '\r' }

const keyOf = (character: string): Key => ({
  key: character,
  code: /\d/.test(character) ? `Digit${character}` : `Key${character.toUpperCase()}`,
  text: character,
})

/** A keyboard scanner: real key events 1 ms apart, however busy this machine is, whatever has the focus. */
export const typeAsScanner = async (page: Page, code: string): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  const startS = Date.now() / 1_000
  // Sent in one go; the browser handles them in their order.
  const sent = [...Array.from(code, keyOf), enter].flatMap((key, at) => {
    const timestamp = startS + at / 1_000
    return [
      session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key, timestamp }),
      session.send('Input.dispatchKeyEvent', { type: 'keyUp', key: key.key, code: key.code, timestamp }),
    ]
  })
  await Promise.all(sent)
  await session.detach()
}
