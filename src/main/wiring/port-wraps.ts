// Owns what may stand between the use cases and their adapters. The product puts nothing there.
import type { ReadPeer } from '../api/callers/peers.ts'
import type { ScannerDevices } from '../scanner/open-scanner.ts'
import type { Center, HisBills, Journal } from '../usecases/base/ports.ts'

/**
 * Stands between the use cases and an adapter. The product passes none: evidence/ kills the agent at a named step this way,
 * so that no use case has to know of tests.
 */
export type PortWraps = {
  readonly journal?: (journal: Journal) => Journal
  readonly center?: (center: Center) => Center
  readonly bills?: (bills: HisBills) => HisBills
  /** Takes the place of the system's devices: a HID scanner cannot be emulated. */
  readonly devices?: ScannerDevices
  /** Takes the place of the system, which names every caller it is asked about. */
  readonly readPeer?: ReadPeer
}
