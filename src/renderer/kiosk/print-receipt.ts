// Owns how the receipt gets to a printer: by the desktop, without a dialog, where it has one; in a browser by the browser, which must
// be started with --kiosk-printing (docs/kiosk.zh-CN.md).
import { session } from '../shared/session.ts'
import { alertStaff } from './alert-staff.ts'

/** The desktop's window never opens a print dialog: it would be a way out of the kiosk. */
export const canPrint = (): boolean => window.mipAgent === undefined || session.value.prints

/** False when it was not printed; staff knows then. */
export const printReceipt = async (): Promise<boolean> => {
  try {
    if (window.mipAgent === undefined) print()
    else if ((await window.mipAgent.printReceipt()) !== 'printed') throw new Error('not printed')
    return true
  } catch {
    void alertStaff('printer')
    return false
  }
}
