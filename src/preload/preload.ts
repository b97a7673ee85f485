// Owns the bridge between a page and the main process. It passes values, never functions of Node.
import { contextBridge, ipcRenderer } from 'electron'
import {
  leaveChannel,
  sessionChannel,
  type DesktopBridge,
  type DesktopSession,
  type LeaveAnswer,
} from '../contract/desktop-bridge.ts'

const bridge: DesktopBridge = {
  getSession: () => ipcRenderer.invoke(sessionChannel) as Promise<DesktopSession>,
  leaveKiosk: (staffKey) => ipcRenderer.invoke(leaveChannel, staffKey) as Promise<LeaveAnswer>,
}

contextBridge.exposeInMainWorld('mipAgent', bridge)
