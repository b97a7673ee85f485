// HID devices that exist only here: what node-hid would list, open and read. A USB device cannot be emulated on a test machine.
import { EventEmitter } from 'node:events'
import type { HidDevice, HidEntry, HidLibrary } from '../../../src/main/scanner/hid-library.ts'

/** The input reports of one scan, as a USB-HID POS scanner sends them: 64 bytes each, 56 of the code. */
export const reportsOf = (code: string): readonly Buffer[] => {
  const bytes = Buffer.from(code)
  const parts = Array.from({ length: Math.max(1, Math.ceil(bytes.length / 56)) }, (_, index) =>
    bytes.subarray(index * 56, (index + 1) * 56),
  )
  return parts.map((part, index) => {
    const report = Buffer.alloc(64)
    report.set([2, part.length, ...Buffer.from(']Q1')])
    report.set(part, 5)
    report[63] = index < parts.length - 1 ? 1 : 0
    return report
  })
}

export type FakeScanner = {
  readonly entry: HidEntry
  /** What the agent sent to it. */
  readonly written: readonly Buffer[]
  readonly report: (...reports: readonly Uint8Array[]) => void
  readonly scan: (code: string) => void
  readonly unplug: () => void
  /** From now on it takes no output report, and does not say so. */
  readonly jam: () => void
}

export type FakeHid = {
  readonly load: () => Promise<HidLibrary>
  readonly plugIn: (entry?: Partial<HidEntry>) => FakeScanner
  /** How often the library was loaded. */
  readonly loads: () => number
}

export const createFakeHid = (): FakeHid => {
  const plugged = new Map<
    string,
    { readonly entry: HidEntry; readonly events: EventEmitter; readonly device: HidDevice }
  >()
  let loads = 0
  let devices = 0

  const library: HidLibrary = {
    list: async () => [...plugged.values()].map(({ entry }) => entry),
    open: async (path) => {
      const found = plugged.get(path)
      if (found === undefined) throw new Error('could not open HID device')
      return found.device
    },
  }
  return {
    load: async () => {
      loads += 1
      return library
    },
    loads: () => loads,
    plugIn: (given = {}) => {
      devices += 1
      const path = `/fake/hid${devices}`
      const entry = {
        vendorId: 0x1eab,
        productId: 0x0c10,
        usagePage: 0x8c,
        serialNumber: `SN-${devices}`,
        path,
        ...given,
      }
      const events = new EventEmitter()
      const written: Buffer[] = []
      let jammed = false
      const device: HidDevice = {
        on: events.on.bind(events),
        write: async (report) => {
          written.push(report)
          if (jammed) await new Promise(() => undefined)
          return report.length
        },
        close: async () => void events.removeAllListeners(),
      }
      plugged.set(path, { entry, events, device })
      const report = (...reports: readonly Uint8Array[]): void => {
        for (const each of reports) events.emit('data', each)
      }
      return {
        entry,
        written,
        report,
        scan: (code) => {
          report(...reportsOf(code))
        },
        unplug: () => {
          plugged.delete(path)
          // One that nobody opened says nothing.
          if (events.listenerCount('error') > 0) events.emit('error', new Error('could not read from HID device'))
        },
        jam: () => {
          jammed = true
        },
      }
    },
  }
}
