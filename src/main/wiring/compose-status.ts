// Owns what GET /v1/status says: every side asked for what it knows already, and the lights that follow from it.
import type { CenterConnection } from '../center/create-center.ts'
import type { StatusAnswer } from '../../contract/local-api/status.ts'
import { lightsOf, type Sides } from '../../core/domain/words/lights.ts'
import { describeForms } from '../center/signature-forms.ts'
import { shanghaiIso } from '../../core/domain/time/shanghai-time.ts'
import type { JournalCare } from '../journal/care/journal-care.ts'
import type { CenterLink } from '../usecases/base/center-link.ts'
import type { Clock, Journal, Scanner, VoucherLibrary } from '../usecases/base/ports.ts'

export type StatusParts = {
  readonly version: string
  readonly clock: Clock
  readonly voucher: VoucherLibrary
  readonly scanners: readonly Scanner[]
  readonly link: Pick<CenterLink, 'standing' | 'doubt' | 'clockAheadMs'>
  readonly connection: Pick<CenterConnection, 'confirmsByQuery' | 'certificateEndsMs' | 'fittingForms'>
  readonly journal: Pick<Journal, 'readList'>
  readonly care: Pick<JournalCare, 'status'>
  /** Why the callback listener does not listen; "" when it does, or none is configured. */
  readonly callbackFault: () => string
  /** Why the log cannot be written, a code; "" when it can. */
  readonly logFault: () => string
  readonly openOrderCount: () => number
  readonly runningCount: () => number
}

/** The uptime counts from this call on. */
export const createStatus = (parts: StatusParts): (() => StatusAnswer) => {
  const { version, clock, voucher, scanners, link, connection, journal, care, openOrderCount, runningCount } = parts
  const { callbackFault, logFault } = parts
  const startedMs = clock.monotonicMs()
  return () => {
    const { scannerOwner } = voucher
    const certificateEndsMs = connection.certificateEndsMs()
    const queuedOrders = journal.readList('queued').length
    const [standing, clockAheadMs] = [link.standing(), link.clockAheadMs()]
    const shown = scanners.map((scanner) => scanner.status())
    const sides: Sides = {
      library: voucher.status(),
      scanners: shown,
      scannerOwner,
      center: {
        standing,
        doubt: link.doubt(),
        clockAheadMs,
        certificateEndsMs,
        queuedOrders,
        callbackFault: callbackFault(),
      },
      journal: care.status(),
    }
    return {
      version,
      uptimeS: Math.floor((clock.monotonicMs() - startedMs) / 1000),
      voucher: { ...sides.library, scannerOwner },
      scanners: shown,
      center: {
        reachable: standing !== 'unreachable',
        standing,
        clockAheadS: clockAheadMs === undefined ? null : Math.round(clockAheadMs / 1000),
        secure: !connection.confirmsByQuery,
        certificateEndsAt: shanghaiIso(certificateEndsMs),
        signatureForm: describeForms(connection.fittingForms()),
      },
      runningOperations: runningCount(),
      openOrders: openOrderCount(),
      queuedOrders,
      callbacks: { fault: callbackFault() },
      log: { fault: logFault() },
      journal: sides.journal,
      ...lightsOf(sides, clock.wallMs()),
    }
  }
}
