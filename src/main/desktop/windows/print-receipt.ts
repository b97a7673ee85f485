// Owns printing the kiosk's receipt without a dialog, which would be a way out of the kiosk and a riddle to a patient. What is
// printed is what the page shows for print.
import type { WebContents } from 'electron'
import type { PrintAnswer } from '../../../contract/desktop/desktop-bridge.ts'

/** A printer that says nothing for so long counts as failed. */
const defaultWithinMs = 30_000

const printOnce = (contents: Pick<WebContents, 'print'>, deviceName: string, withinMs: number): Promise<string> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('no answer'), withinMs)
    const options = {
      silent: true,
      deviceName,
      margins: { marginType: 'none' },
      usePrinterDefaultPageSize: true,
    } as const
    contents.print(options, (isPrinted, reason) => {
      clearTimeout(timer)
      resolve(isPrinted ? '' : reason || 'no reason')
    })
  })

/**
 * `deviceName`: as the system names the printer. `contents`: of the kiosk's window; `tell` gets what the system says of a failure.
 * A press while it prints joins what is being printed: one receipt.
 */
export const createReceiptPrinter = (
  deviceName: string,
  contents: () => Pick<WebContents, 'print'> | undefined,
  tell: (line: string) => void,
  withinMs = defaultWithinMs,
): (() => Promise<PrintAnswer>) => {
  let running: Promise<PrintAnswer> | undefined
  const print = async (): Promise<PrintAnswer> => {
    const target = contents()
    // Electron throws for options that it does not take.
    const failure =
      target === undefined ? 'no window' : await printOnce(target, deviceName, withinMs).catch(() => 'refused')
    if (failure === '') return 'printed'
    tell(`receipt: ${failure}`)
    return 'failed'
  }
  const finish = (): void => {
    running = undefined
  }
  return () => (running ??= print().finally(finish))
}
