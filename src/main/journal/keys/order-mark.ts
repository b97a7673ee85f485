// Owns the mark of an order in the log: short, keyed by the journal, so that a line names no order to whoever has the log alone.
import { createSm3Mac } from '../../../core/gm/sm3.ts'

/** No body of a request reads like this. */
const purpose = 'mark of an order in the log'
const markBytes = 6

/** The number of an order -> 12 hexadecimal digits. `macOf`: the journal's, by its look-up key. */
export const createOrderMark = (macOf: (text: string) => string): ((medOrgOrd: string) => string) => {
  const mac = createSm3Mac(Buffer.from(macOf(purpose), 'hex'))
  // The lines of a call are about one order.
  let last = { medOrgOrd: '', mark: '' }
  return (medOrgOrd) => {
    if (medOrgOrd !== last.medOrgOrd) {
      const mark = Buffer.from(mac(Buffer.from(medOrgOrd)).subarray(0, markBytes)).toString('hex')
      last = { medOrgOrd, mark }
    }
    return last.mark
  }
}

/** The same, of a journal that is not opened whole. */
export const orderMarkByKey = (lookupKey: Uint8Array): ((medOrgOrd: string) => string) => {
  const mac = createSm3Mac(lookupKey)
  return createOrderMark((text) => Buffer.from(mac(Buffer.from(text))).toString('hex'))
}
