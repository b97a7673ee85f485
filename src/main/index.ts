// Owns the Electron entry: one desktop per user, a window, nothing else. The agent itself runs headless (a service); the
// desktop is its client.
import { app, ipcMain } from 'electron'
import { healthChannel } from '../contract/desktop-bridge.ts'
import { openWindow } from './desktop/open-window.ts'
import { readHealth } from './desktop/read-health.ts'

const agentUrl = 'http://127.0.0.1:17600'

if (app.requestSingleInstanceLock()) {
  app.on('window-all-closed', () => {
    app.quit()
  })
  ipcMain.handle(healthChannel, () => readHealth(agentUrl))
  await app.whenReady()
  await openWindow('console.html')
} else app.quit()
