// Owns one scanner on a serial port, USB-COM included: opening it, noticing that it went, its bytes into codes.
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import { createLineEnding } from './line-ending.ts'
import { createScanFramer } from './scan-framer.ts'
import { notAdmitted, unavailable, type ConnectDevice, type ConnectedDevice } from './scanner-kind.ts'
import { createSilenceTimer } from './silence-timer.ts'

export type SerialSettings = {
  readonly kind: 'serial'
  /** COM3, /dev/ttyACM0. */
  readonly path: string
  readonly baudRate: number
  /** Each of these characters ends a code. */
  readonly terminators: string
  /** Silence after which a code of a scanner without terminator counts as complete, milliseconds (line-ending.ts). */
  readonly idleFlushMs: number
  readonly maxCodeBytes: number
  /** The one device that is admitted. */
  readonly serialNumber?: string | undefined
}

export const serialDefaults = { maxCodeBytes: 1024 } as const satisfies Partial<SerialSettings>

/** The system's list of ports, as far as it is read here. */
export type ListPorts = () => Promise<readonly { readonly path: string; readonly serialNumber?: string | undefined }[]>

/** On Linux it runs udevadm, which need not be there. */
export const listPorts: ListPorts = () => SerialPort.list()

/** How often an open port is looked for in the file system, milliseconds. */
const presenceMs = 1_000

const realPath = (path: string): Promise<string> =>
  process.platform === 'win32' ? Promise.resolve(path.toUpperCase()) : realpath(path).catch(() => path)

/** What the system knows of the device behind a port; undefined when it does not list the port. */
const findPort = async (path: string, list: ListPorts): Promise<{ readonly serialNumber: string } | undefined> => {
  const [wanted, ports] = [await realPath(path), await list().catch(() => [])]
  for (const port of ports) {
    if ((await realPath(port.path)) === wanted) return { serialNumber: port.serialNumber?.trim() ?? '' }
  }
  return undefined
}

const assertAdmitted = async (path: string, configured: string, list: ListPorts): Promise<void> => {
  const found = await findPort(path, list)
  if (found === undefined) throw unavailable(`系统没有列出串口 ${path}, 无法核对序列号`)
  if (found.serialNumber !== configured) throw notAdmitted(configured, [found.serialNumber])
}

const openPort = (settings: SerialSettings, news: Parameters<ConnectDevice>[0]): Promise<ConnectedDevice> => {
  const { path, baudRate } = settings
  const framer = createScanFramer(settings)
  const ending = createLineEnding(settings.idleFlushMs)
  const silence = createSilenceTimer(ending.silenceMs, () => {
    const isWhole = ending.endsCode()
    const code = framer.flush()
    if (code === undefined) return
    if (isWhole) news.onCode(code)
    else news.onUnreadable('the end of a code did not come')
  })
  const onData = (bytes: Buffer): void => {
    silence.stop()
    for (const code of framer.push(bytes)) news.onCode(code)
    if (framer.sawTerminator()) ending.sawTerminator()
    if (framer.pending()) silence.restart()
  }
  const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true })
  let presenceTimer: NodeJS.Timeout | undefined
  // An unplug gives no 'error', only 'close'. Read errors are followed by 'close' too; without a listener they throw.
  port.on('error', () => undefined)
  port.on('close', () => {
    silence.stop()
    clearInterval(presenceTimer)
    framer.discard()
    news.onLost(`${path} 已断开`)
  })
  // serialport retries a read of 0 bytes for ever, and that is what Linux gives when a device vanishes during the
  // read: no 'close' comes and a thread spins. So the device file is looked for as well. Windows has no such file.
  const watchPresence = (): void => {
    if (process.platform === 'win32') return
    presenceTimer = setInterval(() => {
      if (!existsSync(path)) port.close()
    }, presenceMs)
  }
  const device: ConnectedDevice = {
    serialNumber: () => undefined,
    send: (bytes) =>
      new Promise<void>((resolve, reject) => {
        port.write(Buffer.from(bytes), (error) => (error ? reject(error) : resolve()))
      }),
    close: async () => {
      if (port.isOpen) await new Promise((resolve) => port.close(resolve))
    },
  }
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (error) {
        reject(unavailable(describeFault(path, error)))
        return
      }
      // What the system kept while nobody read belongs to no waiting decode. A driver that cannot flush still serves.
      port.flush(() => {
        if (port.isOpen) {
          port.on('data', onData)
          watchPresence()
        }
        resolve(device)
      })
    })
  })
}

export const connectSerial =
  (settings: SerialSettings, list: ListPorts): ConnectDevice =>
  async (news) => {
    const { path, serialNumber: configured } = settings
    if (configured !== undefined) await assertAdmitted(path, configured, list)
    const device = await openPort(settings, news)
    let serialNumber = configured
    // Nobody waits for it: the list is slow on some machines.
    if (configured === undefined) {
      void findPort(path, list).then((found) => (serialNumber = found?.serialNumber || undefined))
    }
    return { ...device, serialNumber: () => serialNumber }
  }

/** serialport's words for what an engineer can put right. */
const describeFault = (path: string, { message }: Error): string => {
  if (/no such file|file not found/i.test(message)) return `找不到串口 ${path}`
  if (/cannot lock|access denied|resource busy/i.test(message)) return `串口 ${path} 被其他程序占用`
  if (/permission denied/i.test(message)) return `没有权限打开串口 ${path}`
  return `串口 ${path}: ${message}`
}
