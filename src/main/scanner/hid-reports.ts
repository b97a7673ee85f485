// Owns how the input reports of a USB-HID POS scanner (usage page 0x8C, scanned data) become codes: pure, no device and no
// clock. Byte 0 is the report's number, 1 the length of the data, 2 to 4 the AIM symbology, 5 to 60 the data, 63 bit 0 says
// that the code goes on in the next report.
import { createScanFramer } from './scan-framer.ts'

/** 条码枪 of the HID Point of Sale usage tables. */
export const scannerUsagePage = 0x8c

const scannedDataReport = 2
const dataStart = 5
const mostDataBytes = 56
const continuedByte = 63

export type ReportReading =
  | { readonly kind: 'code'; readonly code: string }
  /** The code goes on in the next report. */
  | { readonly kind: 'continued' }
  /** A report about something else, or a scan without a character. */
  | { readonly kind: 'nothing' }
  /** Why this report and what came before of its code cannot be read; English. */
  | { readonly kind: 'unreadable'; readonly why: string }

export type HidReportReader = {
  readonly take: (report: Uint8Array) => ReportReading
  /** The rest of a code did not come: half a code is no code. False when none had begun. */
  readonly discard: () => boolean
}

/** A reader for one scanner. A code above `maxCodeBytes`, or with a report that cannot be, is dropped to its last report. */
export const createHidReportReader = (maxCodeBytes: number): HidReportReader => {
  let parts: Uint8Array[] = []
  let heldBytes = 0
  let spoilt: string | undefined

  const discard = (): boolean => {
    const begun = parts.length > 0 || spoilt !== undefined
    parts = []
    heldBytes = 0
    spoilt = undefined
    return begun
  }

  const end = (): ReportReading => {
    const [bytes, why] = [Buffer.concat(parts), spoilt]
    discard()
    if (why !== undefined) return { kind: 'unreadable', why }
    // Prefixes and suffixes that the scanner was told to add are no part of a code, as on a serial line.
    const framer = createScanFramer({ terminators: '', maxCodeBytes })
    framer.push(bytes)
    const code = framer.flush()
    return code === undefined ? { kind: 'nothing' } : { kind: 'code', code }
  }

  return {
    take: (report) => {
      if (report[0] !== scannedDataReport) return { kind: 'nothing' }
      const length = report[1] ?? 0
      if (length > mostDataBytes || report.length < dataStart + length) {
        spoilt = `a report of ${report.length} bytes cannot hold ${length} bytes of data`
      } else if (heldBytes + length > maxCodeBytes) {
        spoilt = `a code above ${maxCodeBytes} bytes`
        parts = []
      } else if (spoilt === undefined) {
        parts.push(report.slice(dataStart, dataStart + length))
        heldBytes += length
      }
      const continued = ((report[continuedByte] ?? 0) & 1) === 1
      return continued ? { kind: 'continued' } : end()
    },
    discard,
  }
}
