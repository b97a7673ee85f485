// Owns what a page may not do: go elsewhere, open windows, ask for devices, download, load from outside, embed. Every web
// content and the one session pass through here.
import type { App, Session, WebContents } from 'electron'
import { desktopOrigin } from '../../../contract/desktop/desktop-bridge.ts'

/** Chromium asks before a page calls the loopback network; the agent is there. Copying is what staff does with a number. */
const grantedPermissions: ReadonlySet<string> = new Set([
  'local-network-access',
  'loopback-network',
  'clipboard-sanitized-write',
])

/** Chromium spells an origin with and without a slash at its end. */
export const isOwnOrigin = (origin: string): boolean => origin.replace(/\/$/, '') === desktopOrigin

export const mayHavePermission = (permission: string, origin: string): boolean =>
  isOwnOrigin(origin) && grantedPermissions.has(permission)

/** Whether a page's request may leave: to the pages' own files and to the agent, nowhere else. */
export const mayRequest = (url: string, agentUrl: string): boolean =>
  url.startsWith(`${desktopOrigin}/`) || url.startsWith(`${agentUrl}/`) || url.startsWith('data:image/')

type LockedSession = Pick<
  Session,
  | 'on'
  | 'setPermissionCheckHandler'
  | 'setPermissionRequestHandler'
  | 'setDevicePermissionHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setSpellCheckerEnabled'
> & { readonly webRequest: Pick<Session['webRequest'], 'onBeforeRequest'> }

/** `keepDevtools`: while developing, the developer tools load pages of their own. */
export const lockDownSession = (session: LockedSession, agentUrl: string, keepDevtools: boolean): void => {
  session.setPermissionCheckHandler((_contents, permission, origin) => mayHavePermission(permission, origin))
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) => {
    decide(mayHavePermission(permission, requestingUrl.startsWith(`${desktopOrigin}/`) ? desktopOrigin : ''))
  })
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  // A dictionary would be fetched from outside, and what is typed here are names of patients.
  session.setSpellCheckerEnabled(false)
  session.on('will-download', (event) => {
    event.preventDefault()
  })
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    decide({ cancel: !mayRequest(url, agentUrl) && !(keepDevtools && url.startsWith('devtools://')) })
  })
}

type LockedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler'>

/** Of every web content there will ever be. */
export const lockDownContents = (contents: LockedContents): void => {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
  })
}

/** Before anything is opened. */
export const lockDownApp = (app: Pick<App, 'on' | 'enableSandbox'>): void => {
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => {
    lockDownContents(contents)
  })
  // Nothing of the desktop speaks TLS; whatever does is not ours.
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, decide) => {
    event.preventDefault()
    decide(false)
  })
  app.on('select-client-certificate', (event, _contents, _url, _list, decide) => {
    event.preventDefault()
    decide()
  })
  app.on('login', (event, _contents, _details, _info, decide) => {
    event.preventDefault()
    decide()
  })
}
