// What axe-core finds against a page of the console: WCAG 2.2 AA and its best practice, without exceptions.
import type { AxeResults, RunOptions } from 'axe-core'
import axe from 'axe-core'
import type { Page } from 'playwright-core'

type WithAxe = { readonly axe: { readonly run: (options: RunOptions) => Promise<AxeResults> } }

/** What axe has to say against a page, one line each. */
export const complaints = async (page: Page): Promise<readonly string[]> => {
  // By the debugger, which no content security policy stops.
  if (!(await page.evaluate(() => 'axe' in window))) {
    const session = await page.context().newCDPSession(page)
    await session.send('Runtime.evaluate', { expression: axe.source })
    await session.detach()
  }
  // A dialog that is still fading in has other colours.
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => undefined))))
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations, passes } = await (window as unknown as WithAxe).axe.run({
      runOnly: { type: 'tag', values: tags },
    })
    if (passes.length < 10) return ['axe looked at nothing']
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
  })
}
