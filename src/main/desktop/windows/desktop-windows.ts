// Owns the open windows: at most one of each page, found again by the web contents that asks. How they look is
// window-options.ts, what they forbid lock-down.ts.
import { BrowserWindow, screen, type WebContents } from 'electron'
import type { PageName } from '../../../contract/desktop/desktop-bridge.ts'
import { guardKiosk } from './kiosk-guard.ts'
import { pagesToOpen, pageUrl, secondScreen, windowOptions } from './window-options.ts'

export type DesktopWindows = {
  /** The pages by the id of their web contents. */
  readonly opened: ReadonlyMap<number, PageName>
  readonly isOpen: (page: PageName) => boolean
  readonly contentsOf: (page: PageName) => WebContents | undefined
  /** Opens a page, or brings its window to the front. */
  readonly open: (page: PageName) => void
  /** The configured ones, and the patient's display whenever its screen is plugged in. */
  readonly openConfigured: () => void
  readonly close: (page: PageName) => void
}

export type WindowsOptions = {
  readonly desktop: { readonly console?: boolean; readonly kiosk?: object; readonly display?: boolean }
  readonly preload: string
  readonly isPackaged: boolean
  /** The system shuts down, or the desktop was told to end. */
  readonly isEnding: () => boolean
}

export const createWindows = ({ desktop, preload, isPackaged, isEnding }: WindowsOptions): DesktopWindows => {
  const windows = new Map<PageName, BrowserWindow>()
  const opened = new Map<number, PageName>()

  const screenOf = (page: PageName) =>
    page === 'display' ? secondScreen(screen.getAllDisplays(), screen.getPrimaryDisplay()) : screen.getPrimaryDisplay()

  const open = (page: PageName): void => {
    const there = windows.get(page)
    if (there !== undefined) {
      if (there.isMinimized()) there.restore()
      there.show()
      there.focus()
      return
    }
    const place = screenOf(page)
    if (place === undefined) return
    const window = new BrowserWindow(windowOptions(page, { preload, isPackaged, screen: place }))
    const { id } = window.webContents
    windows.set(page, window)
    opened.set(id, page)
    window.on('closed', () => {
      windows.delete(page)
      opened.delete(id)
    })
    if (page === 'kiosk') guardKiosk(window, isEnding)
    window.once('ready-to-show', () => {
      if (page === 'display') window.showInactive()
      else window.show()
    })
    // A page that crashed shows nothing and heals itself nowhere else.
    window.webContents.on('render-process-gone', () => {
      if (!window.isDestroyed()) window.reload()
    })
    window.loadURL(pageUrl(page)).catch(() => {
      // The handler answers from our own files; a page that is missing shows Chromium's own words.
    })
  }

  const close = (page: PageName): void => {
    // Not `close`: the kiosk refuses that.
    windows.get(page)?.destroy()
  }

  const openConfigured = (): void => {
    for (const page of pagesToOpen(desktop, screen.getAllDisplays().length)) open(page)
  }
  screen.on('display-added', () => {
    if (pagesToOpen(desktop, screen.getAllDisplays().length).includes('display')) open('display')
  })
  screen.on('display-removed', () => {
    // The system would move it in front of the cashier, and of whoever stands behind.
    if (screenOf('display') === undefined) close('display')
  })

  return {
    opened,
    isOpen: (page) => windows.has(page),
    contentsOf: (page) => windows.get(page)?.webContents,
    open,
    openConfigured,
    close,
  }
}
