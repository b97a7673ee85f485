// Owns one scanner on a serial port: open, reopen after an unplug, and who gets a scan.
// It does not know what a code means. A scan belongs only to a waiting nextScan: a kept one would charge the next
// patient to the last.
import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { SerialPort } from 'serialport'
import { AgentError } from '../domain/errors.ts'
import type { CancelSignal, Scanner } from '../usecases/ports.ts'
import { createScanFramer, maskCode } from './scan-framer.ts'

export type SerialScannerSettings = {
  /** Shown to people, for example 一号窗口. */
  readonly name: string
  /** COM3, /dev/ttyACM0. */
  readonly path: string
  readonly baudRate: number
  /** Each of these characters ends a code. */
  readonly terminators: string
  /** Silence after which a code without a terminator counts as complete, milliseconds. */
  readonly idleFlushMs: number
  readonly maxCodeBytes: number
  /** The same code again within this time after it was delivered is the same scan, milliseconds. */
  readonly doubleScanMs: number
  /** The pause before the first reopening; it doubles up to `reopenMostMs`, milliseconds. */
  readonly reopenFirstMs: number
  readonly reopenMostMs: number
}

export const serialScannerDefaults = {
  baudRate: 9600,
  terminators: '\r\n\t',
  idleFlushMs: 100,
  maxCodeBytes: 1024,
  doubleScanMs: 1500,
  reopenFirstMs: 250,
  reopenMostMs: 5_000,
} as const satisfies Partial<SerialScannerSettings>

export type SerialScannerOptions = Pick<SerialScannerSettings, 'name' | 'path'> &
  Partial<SerialScannerSettings> & {
    /** A code that nobody waited for, masked. */
    readonly onUnclaimedScan: (masked: string) => void
    /** The port was opened or lost; `status()` has changed. */
    readonly onStatusChange?: () => void
  }

type Waiter = { readonly resolve: (code: string) => void; readonly reject: (fault: AgentError) => void }

/** A timer that runs later than this means that this process was busy, and bytes may wait unread, milliseconds. */
const lateMs = 20
/** How often an open port is looked for in the file system, milliseconds. */
const presenceMs = 1_000
/** How long a port may take to close, milliseconds. */
const closeMs = 2_000

/**
 * Opens the scanner, and keeps trying while it is missing. Does not throw. One scan is waited for at a time: a second
 * `nextScan` meanwhile is refused with DECODE_BUSY, for nobody could say whose the scan would be.
 */
export const openSerialScanner = (options: SerialScannerOptions): Scanner => {
  const settings = { ...serialScannerDefaults, ...options }
  const framer = createScanFramer(settings)
  let port: SerialPort | undefined
  let opening: Promise<void> | undefined
  let state: 'opening' | 'open' | 'lost' | 'closed' = 'lost'
  let reason: string | undefined
  let reopenMs = settings.reopenFirstMs
  let reopenTimer: NodeJS.Timeout | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let presenceTimer: NodeJS.Timeout | undefined
  let waiter: Waiter | undefined
  let delivered: { readonly code: string; readonly atMs: number } | undefined

  const deliver = (code: string): void => {
    const repeated = delivered?.code === code && performance.now() - delivered.atMs < settings.doubleScanMs
    if (repeated) return
    if (waiter === undefined) {
      options.onUnclaimedScan(maskCode(code))
      return
    }
    delivered = { code, atMs: performance.now() }
    waiter.resolve(code)
  }

  const awaitSilence = (): void => {
    const dueMs = performance.now() + settings.idleFlushMs
    clearTimeout(idleTimer)
    idleTimer = setTimeout(() => {
      if (performance.now() - dueMs > lateMs) {
        awaitSilence()
        return
      }
      const code = framer.flush()
      if (code !== undefined) deliver(code)
    }, settings.idleFlushMs)
  }

  const onData = (bytes: Buffer): void => {
    clearTimeout(idleTimer)
    for (const code of framer.push(bytes)) deliver(code)
    if (framer.pending()) awaitSilence()
  }

  const lose = (why: string): void => {
    clearTimeout(idleTimer)
    clearInterval(presenceTimer)
    framer.discard()
    if (state === 'closed') return
    state = 'lost'
    reason = why
    waiter?.reject(unavailable(why))
    reopenTimer = setTimeout(open, reopenMs)
    reopenMs = Math.min(reopenMs * 2, settings.reopenMostMs)
    options.onStatusChange?.()
  }

  // serialport retries a read of 0 bytes for ever, and that is what Linux gives when a device vanishes during the
  // read: no 'close' comes and a thread spins. So the device file is looked for as well. Windows has no such file.
  const watchPresence = (watched: SerialPort): void => {
    if (process.platform === 'win32') return
    presenceTimer = setInterval(() => {
      if (!existsSync(settings.path)) watched.close()
    }, presenceMs)
  }

  const open = (): void => {
    state = 'opening'
    const { path, baudRate } = settings
    const opened = new SerialPort({ path, baudRate, autoOpen: false, lock: true })
    port = opened
    // An unplug gives no 'error', only 'close'. Read errors are followed by 'close' too; without a listener they throw.
    opened.on('error', (error) => (reason = describeFault(path, error)))
    opened.on('close', () => lose(`${path} 已断开`))
    opening = new Promise((settled) => {
      opened.open((error) => {
        settled()
        if (error) {
          lose(describeFault(path, error))
          return
        }
        // What the system kept while nobody read belongs to no waiting decode. A driver that cannot flush still serves.
        opened.flush(() => {
          if (state !== 'opening') return
          opened.on('data', onData)
          state = 'open'
          reason = undefined
          watchPresence(opened)
          reopenMs = settings.reopenFirstMs
          options.onStatusChange?.()
        })
      })
    })
  }

  const waitForScan = (waitMs: number, signal: CancelSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => mine.reject(new AgentError('DECODE_CANCELLED'))
      const timer = setTimeout(() => mine.reject(new AgentError('SCAN_TIMEOUT', { detail: { waitMs } })), waitMs)
      const finish = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        waiter = undefined
      }
      const mine: Waiter = {
        resolve: (code) => {
          finish()
          resolve(code)
        },
        reject: (fault) => {
          finish()
          reject(fault)
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiter = mine
    })

  const closePort = async (): Promise<void> => {
    await opening
    if (port?.isOpen === true) await new Promise((resolve) => port?.close(resolve))
  }

  open()
  return {
    name: settings.name,
    nextScan: async ({ waitMs, signal }) => {
      if (signal.aborted) throw new AgentError('DECODE_CANCELLED')
      if (state === 'lost' || state === 'closed') throw unavailable(reason)
      if (waiter !== undefined) throw new AgentError('DECODE_BUSY')
      return waitForScan(waitMs, signal)
    },
    status: () => ({
      state: state === 'open' ? 'open' : 'closed',
      ...(reason === undefined ? {} : { reason }),
    }),
    close: async () => {
      state = 'closed'
      reason = '助手正在退出'
      clearTimeout(reopenTimer)
      clearTimeout(idleTimer)
      clearInterval(presenceTimer)
      waiter?.reject(unavailable(reason))
      await Promise.race([closePort(), wait(closeMs, undefined, { ref: false })])
    },
  }
}

const unavailable = (reason: string | undefined): AgentError =>
  new AgentError('SCANNER_UNAVAILABLE', reason === undefined ? {} : { addition: reason })

/** serialport's words for what an engineer can put right. */
const describeFault = (path: string, { message }: Error): string => {
  if (/no such file|file not found/i.test(message)) return `找不到串口 ${path}`
  if (/cannot lock|access denied|resource busy/i.test(message)) return `串口 ${path} 被其他程序占用`
  if (/permission denied/i.test(message)) return `没有权限打开串口 ${path}`
  return `串口 ${path}: ${message}`
}
