// Owns who gets a scan. A scan belongs only to a waiting nextScan: a kept one would charge the next patient to the last.
// Where codes come from is serial-line.ts and hid-pos.ts.
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { CancelSignal } from '../usecases/base/ports.ts'
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
  /**
   * The same code again within this time after it last came is the same scan, milliseconds: a scanner that repeats while it sees
   * a code holds the window open, so that the next patient does not get it.
   */
  readonly doubleScanMs: number
  /** A code that nobody waited for, masked. */
  readonly onUnclaimedScan: (masked: string) => void
}

type Waiter = { readonly resolve: (code: string) => void; readonly reject: (fault: AgentError) => void }

export const createScanDelivery = ({ doubleScanMs, onUnclaimedScan }: DeliveryOptions): ScanDelivery => {
  let waiter: Waiter | undefined
  /** What was delivered lately, and when it came last; several codes may be in a scanner's sight. */
  const delivered = new Map<string, number>()

  /** True when the code was delivered and has kept coming since. */
  const isRepeated = (code: string, nowMs: number): boolean => {
    for (const [other, atMs] of delivered) if (nowMs - atMs >= doubleScanMs) delivered.delete(other)
    if (!delivered.has(code)) return false
    delivered.set(code, nowMs)
    return true
  }

  return {
    deliver: (code) => {
      const nowMs = performance.now()
      if (isRepeated(code, nowMs)) return
      if (waiter === undefined) {
        onUnclaimedScan(maskCode(code))
        return
      }
      delivered.set(code, nowMs)
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
