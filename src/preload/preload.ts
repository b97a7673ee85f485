// Owns the bridge between a page and the main process. It passes values, never functions of Node.
import { contextBridge, ipcRenderer } from 'electron'
import { sessionChannel, type DesktopBridge, type PageSession } from '../contract/desktop-bridge.ts'

const bridge: DesktopBridge = { getSession: () => ipcRenderer.invoke(sessionChannel) as Promise<PageSession> }

contextBridge.exposeInMainWorld('mipAgent', bridge)
