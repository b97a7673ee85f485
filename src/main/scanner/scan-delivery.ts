// Owns who gets a scan. A scan belongs only to a waiting nextScan: a kept one would charge the next patient to the last.
// Where codes come from is serial-line.ts and hid-pos.ts.
import { AgentError } from '../domain/errors.ts'
import type { CancelSignal } from '../usecases/ports.ts'
import { maskCode } from './scan-framer.ts'

export type ScanDelivery = {
  /** A code was scanned. */
  readonly deliver: (code: string) => void
  /**
   * The next code. Rejects with SCAN_TIMEOUT, DECODE_CANCELLED, what `fail` says, and DECODE_BUSY while another waits, for
   * nobody could say whose the scan would be.
   */
  readonly waitForScan: (waitMs: number, signal: CancelSignal) => Promise<string>
  readonly isWaiting: () => boolean
  /** No scan can come now. */
  readonly fail: (fault: AgentError) => void
}

export type DeliveryOptions = {
  /** The same code again within this time after it was delivered is the same scan, milliseconds. */
  readonly doubleScanMs: number
  /** A code that nobody waited for, masked. */
  readonly onUnclaimedScan: (masked: string) => void
}

type Waiter = { readonly resolve: (code: string) => void; readonly reject: (fault: AgentError) => void }

export const createScanDelivery = ({ doubleScanMs, onUnclaimedScan }: DeliveryOptions): ScanDelivery => {
  let waiter: Waiter | undefined
  let delivered: { readonly code: string; readonly atMs: number } | undefined

  return {
    deliver: (code) => {
      const repeated = delivered?.code === code && performance.now() - delivered.atMs < doubleScanMs
      if (repeated) return
      if (waiter === undefined) {
        onUnclaimedScan(maskCode(code))
        return
      }
      delivered = { code, atMs: performance.now() }
      waiter.resolve(code)
    },
    waitForScan: (waitMs, signal) =>
      new Promise((resolve, reject) => {
        if (waiter !== undefined) throw new AgentError('DECODE_BUSY')
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
      }),
    isWaiting: () => waiter !== undefined,
    fail: (fault) => waiter?.reject(fault),
  }
}
