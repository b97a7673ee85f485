// Owns that a patient does not get out of the kiosk's window: keys, closing, minimizing, zoom. What the system itself answers
// (Ctrl+Alt+Del, the Windows key) no program can take; docs/install.zh-CN.md says how the system is set.
import type { BrowserWindow, Input } from 'electron'

const namedKeys: ReadonlySet<string> = new Set([
  ...['Enter', 'Tab', 'Backspace', 'Delete', 'Escape', 'Home', 'End', 'PageUp', 'PageDown'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Shift', 'CapsLock', 'NumLock', 'Process'],
])

/**
 * A list of what is let through, since nobody knows every shortcut: what types, moves and confirms, without Ctrl, Alt or the
 * system key. A scanner that types is such a keyboard.
 */
export const isKioskKeyAllowed = ({
  key,
  control,
  alt,
  meta,
}: Pick<Input, 'key' | 'control' | 'alt' | 'meta'>): boolean =>
  !control && !alt && !meta && (/^.$/su.test(key) || namedKeys.has(key))

export type KioskWindow = Pick<BrowserWindow, 'on' | 'setKiosk' | 'restore' | 'focus' | 'isDestroyed'> & {
  readonly webContents: Pick<BrowserWindow['webContents'], 'on' | 'setVisualZoomLevelLimits' | 'setZoomFactor'>
}

/** `mayClose`: a staff key was given, or the system shuts down. */
export const guardKiosk = (window: KioskWindow, mayClose: () => boolean): void => {
  window.webContents.on('before-input-event', (event, input) => {
    if (!isKioskKeyAllowed(input)) event.preventDefault()
  })
  window.webContents.on('zoom-changed', () => {
    window.webContents.setZoomFactor(1)
  })
  window.webContents.on('did-finish-load', () => {
    void window.webContents.setVisualZoomLevelLimits(1, 1)
  })
  window.on('close', (event) => {
    if (!mayClose()) event.preventDefault()
  })
  // Whatever takes the window away or puts another one before it, it comes back.
  const comeBack = (): void => {
    if (mayClose() || window.isDestroyed()) return
    window.restore()
    window.setKiosk(true)
    window.focus()
  }
  window.on('minimize', comeBack)
  window.on('leave-full-screen', comeBack)
  window.on('blur', comeBack)
}
