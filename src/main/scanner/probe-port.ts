// Owns looking at a serial port once: is it there, and can it be opened. It reads nothing. Who holds it is not known here.
import { existsSync } from 'node:fs'
import { SerialPort } from 'serialport'

export type PortState = 'free' | 'missing' | 'held' | 'denied' | 'failed'

const stateOf = (message: string): PortState => {
  if (/no such file|file not found/i.test(message)) return 'missing'
  // Windows says "access denied" when another program has it open, Linux "permission denied" when rights are lacking.
  if (/cannot lock|access denied|resource busy/i.test(message)) return 'held'
  return /permission denied/i.test(message) ? 'denied' : 'failed'
}

/** Opens the port and closes it again, `detail` the system's words when that failed. Never rejects. */
export const probePort = (path: string): Promise<{ readonly state: PortState; readonly detail: string }> => {
  // Windows has no file for a port.
  if (process.platform !== 'win32' && !existsSync(path)) return Promise.resolve({ state: 'missing', detail: '' })
  return new Promise((resolve) => {
    const port = new SerialPort({ path, baudRate: 9600, autoOpen: false, lock: true })
    port.on('error', () => undefined)
    port.open((error) => {
      if (error) resolve({ state: stateOf(error.message), detail: error.message })
      else port.close(() => resolve({ state: 'free', detail: '' }))
    })
  })
}
