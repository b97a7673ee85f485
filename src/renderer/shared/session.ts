// Owns who a page is to the agent: the agent's address and a token. The desktop hands both over its bridge; a browser gets
// a token for a single-use link (in the fragment, which no server sees) or by pairing. It is kept for this tab only.
import { ref, type Ref } from 'vue'
import type { DesktopBridge } from '../../contract/desktop/desktop-bridge.ts'

declare global {
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- only an interface merges with Window
  interface Window {
    readonly mipAgent?: DesktopBridge
  }
}

/** `url` is '' for the page's own origin; `prints`: the desktop has a printer for the kiosk's receipts. */
export type PageSession = { readonly url: string; readonly token: string; readonly prints: boolean }

const storageKey = 'mip.token'

/** `token` is '' as long as the page has none, or after it was refused. */
export const session: Ref<PageSession> = ref({ url: '', token: '', prints: false })

export const keepToken = (token: string): void => {
  session.value = { ...session.value, token }
  if (token === '') sessionStorage.removeItem(storageKey)
  else sessionStorage.setItem(storageKey, token)
}

/** The link in the address, taken out of it at once so that nobody reads it over a shoulder or from the history. */
export const takeLink = (): string => {
  const link = new URLSearchParams(location.hash.slice(1)).get('link') ?? ''
  if (link !== '') history.replaceState(null, '', location.pathname)
  return link
}

/** What the page has without asking anybody: from the desktop, or from before a reload. */
export const openSession = async (): Promise<void> => {
  if (window.mipAgent === undefined) {
    session.value = { ...session.value, token: sessionStorage.getItem(storageKey) ?? '' }
    return
  }
  const { url, token = '', prints = false } = await window.mipAgent.getSession()
  session.value = { url, token, prints }
}
