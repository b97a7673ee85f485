// Owns what is needed of node-hid, and loading it: only an agent that has a HID scanner does, and a machine on which it cannot
// be loaded says so in the scanner's status.
import { firstLine, unavailable } from './scanner-kind.ts'

/** One entry of the system's list of HID devices. One device may be there several times, once for each of its uses. */
export type HidEntry = {
  readonly vendorId: number
  readonly productId: number
  readonly path?: string | undefined
  readonly serialNumber?: string | undefined
  readonly usagePage?: number | undefined
}

export type HidDevice = {
  /** Input reports from now on, each a whole one, its number in byte 0. */
  readonly on: ((event: 'data', listener: (report: Uint8Array) => void) => unknown) &
    ((event: 'error', listener: (error: unknown) => void) => unknown)
  /** Sends an output report, its number in byte 0. */
  readonly write: (report: Buffer) => Promise<number>
  readonly close: () => Promise<void>
}

/** None of these blocks the event loop: node-hid works on threads of its own. */
export type HidLibrary = {
  readonly list: () => Promise<readonly HidEntry[]>
  readonly open: (path: string) => Promise<HidDevice>
}

export type LoadHidLibrary = () => Promise<HidLibrary>

/** Rejects with SCANNER_UNAVAILABLE when node-hid or the system's library below it cannot be loaded. */
export const loadNodeHid: LoadHidLibrary = async () => {
  try {
    const { devicesAsync, getHidapiVersion, HIDAsync } = await import('node-hid')
    // The part that is not JavaScript is loaded by the first call.
    getHidapiVersion()
    return { list: () => devicesAsync(), open: (path) => HIDAsync.open(path) }
  } catch (error) {
    throw unavailable(`本机无法加载 HID 组件 (${firstLine(error)}); 可改用 USB 串口 (USB-COM) 模式`)
  }
}
