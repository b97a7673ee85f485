// Owns the bridge between a page and the main process. It passes values, never functions of Node.
import { contextBridge, ipcRenderer } from 'electron'
import { healthChannel, type AgentHealth, type DesktopBridge } from '../contract/desktop-bridge.ts'

const bridge: DesktopBridge = { readHealth: () => ipcRenderer.invoke(healthChannel) as Promise<AgentHealth> }

contextBridge.exposeInMainWorld('mipAgent', bridge)
