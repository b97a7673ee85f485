// Owns the desktop's windows: sandboxed pages from our own files, no navigation, no new windows, no permissions.
import { BrowserWindow, session } from 'electron'
import { join } from 'node:path'

const folder = import.meta.dirname

/** Opens the console. `page`: file name below the renderer's folder. */
export const openWindow = async (page: string): Promise<BrowserWindow> => {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false)
  })
  const window = new BrowserWindow({
    width: 960,
    height: 640,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(folder, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
    },
  })
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => {
    event.preventDefault()
  })
  await window.loadFile(join(folder, 'renderer', page))
  return window
}
