// Owns one scanner of whatever kind: connecting, connecting again after an unplug, its status, its beep. What the kinds do is
// serial-line.ts and hid-pos.ts, who gets a scan is scan-delivery.ts. It does not know what a code means.
import { setTimeout as wait } from 'node:timers/promises'
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { Log, Scanner } from '../usecases/base/ports.ts'
import { loadNodeHid, type LoadHidLibrary } from './hid-library.ts'
import { connectHid, hidDefaults, type HidSettings } from './hid-pos.ts'
import { createScanDelivery } from './scan-delivery.ts'
import { faultError, faultOf, type ConnectDevice, type ConnectedDevice, type DeviceFault } from './scanner-kind.ts'
import { connectSerial, listPorts, serialDefaults, type ListPorts, type SerialSettings } from './serial-line.ts'

/** What every kind has. */
type CommonSettings = {
  /** Shown to people and named by callers, for example 一号窗口. */
  readonly name: string
  /** Which tokens may use it; any when left out. */
  readonly role?: string | undefined
  /** The same code again within this time after it was delivered is the same scan, milliseconds. */
  readonly doubleScanMs: number
  /** The pause before the first reopening; it doubles up to `reopenMostMs`, milliseconds. */
  readonly reopenFirstMs: number
  readonly reopenMostMs: number
  /** A device that takes longer is reported as stuck, milliseconds. */
  readonly openWithinMs: number
  /** Sent to the device when a decode of its scan succeeded or failed: a beep, a light. */
  readonly onSuccess?: Uint8Array | undefined
  readonly onFailure?: Uint8Array | undefined
}

const commonDefaults = {
  reopenFirstMs: 250,
  reopenMostMs: 5_000,
  openWithinMs: 15_000,
} as const satisfies Partial<CommonSettings>

type Common = Pick<CommonSettings, 'name' | 'doubleScanMs'> & Partial<CommonSettings>
type Serial = Pick<SerialSettings, 'kind' | 'path' | 'baudRate' | 'terminators' | 'idleFlushMs'> &
  Partial<SerialSettings>

/** What no setting changes may be left out; `kind` says which of the others there are. */
export type ScannerSettings = Common & (Serial | (Pick<HidSettings, 'kind'> & Partial<HidSettings>))

/** The system's ways to devices; tests bring their own, for a HID device cannot be emulated. */
export type ScannerDevices = { readonly loadHid: LoadHidLibrary; readonly listPorts: ListPorts }

export const systemDevices: ScannerDevices = { loadHid: loadNodeHid, listPorts }

export type ScannerNews = {
  /** A code that nobody waited for, masked. */
  readonly onUnclaimedScan: (masked: string) => void
  /** The device was opened or lost; `status()` has changed. */
  readonly onStatusChange?: () => void
  readonly log: Log
}

const connectorOf = (settings: ScannerSettings, devices: ScannerDevices): ConnectDevice => {
  switch (settings.kind) {
    case 'serial':
      return connectSerial({ ...serialDefaults, ...settings }, devices.listPorts)
    case 'hid':
      return connectHid({ ...hidDefaults, ...settings }, devices.loadHid)
  }
}

/** What a device says of itself in words is not logged. */
const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'not-sent')

/** How long a device may take to close, milliseconds. */
const closeMs = 2_000
const ending: DeviceFault = { code: 'SCANNER_UNAVAILABLE', reason: '助手正在退出' }

/** Opens the scanner, and keeps trying while it is missing. Does not throw. One scan is waited for at a time. */
export const openScanner = (
  scanner: ScannerSettings,
  { onUnclaimedScan, onStatusChange, log }: ScannerNews,
  devices: ScannerDevices = systemDevices,
): Scanner => {
  const connect = connectorOf(scanner, devices)
  const settings: CommonSettings = { ...commonDefaults, ...scanner }
  const { name } = settings
  const delivery = createScanDelivery({ doubleScanMs: settings.doubleScanMs, onUnclaimedScan })
  let state: 'opening' | 'open' | 'lost' | 'closed' = 'lost'
  let fault: DeviceFault | undefined
  let device: ConnectedDevice | undefined
  let connecting: Promise<void> | undefined
  let reopenMs = settings.reopenFirstMs
  let reopenTimer: NodeJS.Timeout | undefined
  let signalling = false
  let logged = ''

  const say = (next: typeof state, why: DeviceFault | undefined): void => {
    state = next
    fault = why
    if (why !== undefined) delivery.fail(faultError(why))
    const reason = why?.reason ?? ''
    // Once, not at every attempt; ending is no news.
    if (reason !== logged && next !== 'closed') {
      log(why === undefined ? 'info' : 'warn', 'scanner.status', { scanner: name, state, code: why?.code })
    }
    logged = reason
    onStatusChange?.()
  }

  const lose = (why: DeviceFault): void => {
    device = undefined
    if (state === 'closed') return
    say('lost', why)
    reopenTimer = setTimeout(() => {
      connecting = open()
    }, reopenMs)
    reopenMs = Math.min(reopenMs * 2, settings.reopenMostMs)
  }

  const open = async (): Promise<void> => {
    state = 'opening'
    let lostMeanwhile: string | undefined
    let opened: ConnectedDevice | undefined
    const stuck = setTimeout(() => {
      if (state === 'opening') say('lost', { code: 'SCANNER_UNAVAILABLE', reason: '扫码枪没有响应, 请重新插拔' })
    }, settings.openWithinMs)
    stuck.unref()
    try {
      opened = await connect({
        onCode: delivery.deliver,
        onUnreadable: (reason) => log('warn', 'scanner.unreadable', { scanner: name, reason }),
        onLost: (reason) => {
          if (opened === undefined) lostMeanwhile = reason
          else if (opened === device) lose({ code: 'SCANNER_UNAVAILABLE', reason })
        },
      })
    } catch (error) {
      lose(faultOf(error))
      return
    } finally {
      clearTimeout(stuck)
    }
    // Another thing may have happened while it was awaited.
    if (isClosed()) await opened.close()
    else if (lostMeanwhile !== undefined) lose({ code: 'SCANNER_UNAVAILABLE', reason: lostMeanwhile })
    else {
      device = opened
      signalling = false
      reopenMs = settings.reopenFirstMs
      say('open', undefined)
    }
  }
  const isClosed = (): boolean => state === 'closed'

  const closeDevice = async (): Promise<void> => {
    await connecting
    await device?.close()
  }

  connecting = open()
  return {
    name,
    role: settings.role,
    nextScan: async ({ waitMs, signal }) => {
      if (signal.aborted) throw new AgentError('DECODE_CANCELLED')
      if (fault !== undefined && state !== 'opening') throw faultError(fault)
      return delivery.waitForScan(waitMs, signal)
    },
    signal: (result) => {
      const bytes = result === 'success' ? settings.onSuccess : settings.onFailure
      // A device that has not taken the last command gets no other: commands may not pile up.
      if (bytes === undefined || device === undefined || signalling) return
      const receiver = device
      signalling = true
      void receiver
        .send(bytes)
        .catch((error: unknown) => log('warn', 'scanner.signal', { scanner: name, result, error: codeOf(error) }))
        .finally(() => {
          if (device === receiver) signalling = false
        })
    },
    status: () => ({
      name,
      kind: scanner.kind,
      role: settings.role ?? '',
      state: state === 'open' ? 'open' : 'closed',
      serialNumber: device?.serialNumber() ?? '',
      waiting: delivery.isWaiting(),
      ...(fault === undefined ? {} : { code: fault.code, reason: fault.reason }),
    }),
    close: async () => {
      clearTimeout(reopenTimer)
      say('closed', ending)
      await Promise.race([closeDevice(), wait(closeMs, undefined, { ref: false })])
    },
  }
}
