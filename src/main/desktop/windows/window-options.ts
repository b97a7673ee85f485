// Owns how each window of the desktop looks, and what all of them forbid. Which are opened, and on which screen, follows from
// the configuration and the screens there are.
import type { BrowserWindowConstructorOptions, Display, WebPreferences } from 'electron'
import { desktopOrigin, type PageName } from '../../../contract/desktop/desktop-bridge.ts'

/** Without "persist:": cookies, storage and cache live in memory and end with the process (RULES 10). */
export const partition = 'mip'

export const pageUrl = (page: PageName): string => `${desktopOrigin}/${page}/index.html`

/** The configured windows, each as it is opened. */
export const pagesToOpen = (
  desktop: { readonly console?: boolean; readonly kiosk?: object; readonly display?: boolean },
  screens: number,
): readonly PageName[] => [
  ...(desktop.kiosk === undefined ? [] : (['kiosk'] as const)),
  ...((desktop.console ?? desktop.kiosk === undefined) ? (['console'] as const) : []),
  ...(desktop.display === true && screens > 1 ? (['display'] as const) : []),
]

/** The screen that looks at the patient: the first one that is not the cashier's. */
export const secondScreen = <Screen extends Pick<Display, 'id' | 'bounds'>>(
  screens: readonly Screen[],
  primary: Pick<Display, 'id'>,
): Screen | undefined => screens.find(({ id }) => id !== primary.id)

const preferencesOf = (page: PageName, preload: string, isPackaged: boolean): WebPreferences => ({
  preload,
  partition,
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  devTools: !isPackaged && page !== 'kiosk',
  // A hidden console still counts seconds, and a display that nobody clicks still speaks.
  backgroundThrottling: false,
  autoplayPolicy: 'no-user-gesture-required',
})

export type WindowPlace = {
  readonly preload: string
  readonly isPackaged: boolean
  readonly screen: Pick<Display, 'bounds'>
}

export const windowOptions = (
  page: PageName,
  { preload, isPackaged, screen }: WindowPlace,
): BrowserWindowConstructorOptions => {
  const webPreferences = preferencesOf(page, preload, isPackaged)
  const { x, y, width, height } = screen.bounds
  const whole = { x, y, width, height, frame: false, fullscreen: true, resizable: false, minimizable: false }
  switch (page) {
    case 'kiosk':
      return { ...whole, kiosk: true, alwaysOnTop: true, closable: false, title: '自助机', show: false, webPreferences }
    case 'display':
      // It takes no focus: what the cashier types stays with the cashier.
      return { ...whole, focusable: false, skipTaskbar: true, title: '患者屏', show: false, webPreferences }
    case 'console':
      return {
        width: Math.min(1280, width),
        height: Math.min(800, height),
        minWidth: 800,
        minHeight: 600,
        autoHideMenuBar: true,
        title: '医保移动支付助手',
        show: false,
        webPreferences,
      }
  }
}
