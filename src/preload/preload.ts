// Owns the bridge between a page and the main process. It passes values, never functions of Node.
import { contextBridge, ipcRenderer } from 'electron'
import {
  leaveChannel,
  ownerChannel,
  printChannel,
  sessionChannel,
  type DesktopBridge,
  type DesktopSession,
  type LeaveAnswer,
  type PrintAnswer,
} from '../contract/desktop/desktop-bridge.ts'

const bridge: DesktopBridge = {
  getSession: () => ipcRenderer.invoke(sessionChannel) as Promise<DesktopSession>,
  confirmOwner: () => ipcRenderer.invoke(ownerChannel) as Promise<string>,
  leaveKiosk: (staffKey) => ipcRenderer.invoke(leaveChannel, staffKey) as Promise<LeaveAnswer>,
  printReceipt: () => ipcRenderer.invoke(printChannel) as Promise<PrintAnswer>,
}

contextBridge.exposeInMainWorld('mipAgent', bridge)
