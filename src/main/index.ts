// Owns the Electron entry: one desktop per user, a window, nothing else. The agent itself runs headless (a service); the
// desktop is its client.
import { app, ipcMain } from 'electron'
import { sessionChannel, type PageSession } from '../contract/desktop-bridge.ts'
import { openWindow } from './desktop/open-window.ts'

const agentUrl = 'http://127.0.0.1:17600'

if (app.requestSingleInstanceLock()) {
  app.on('window-all-closed', () => {
    app.quit()
  })
  ipcMain.handle(sessionChannel, (): PageSession => ({ url: agentUrl, token: '' }))
  await app.whenReady()
  await openWindow('console/index.html')
} else app.quit()
