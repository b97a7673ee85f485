// Owns the accepted uploads of one number: how an answer of 6201 becomes one, and which were before the one that counts (RULES 6.6).
// Pure; beginning and revoking them is usecases/.
import { stripped } from '../../../contract/check/one-form.ts'
import type { UploadFacts } from './entries.ts'
import type { Order, Upload } from './order.ts'

/** The attention of an order whose number had fees before that the center still holds, open or paid. */
export const earlierUploadOpen = 'earlier-upload-open'

type Output = Readonly<Record<string, unknown>>

const textIn = (output: Output, name: string): string => {
  const value = output[name]
  return typeof value === 'string' ? value : ''
}

/** What 6201 accepted. */
export const uploadBy = (facts: UploadFacts, output: Output): Upload => ({
  ...facts,
  payOrdId: textIn(output, 'payOrdId'),
  payToken: textIn(output, 'payToken'),
  cashierUrl: textIn(output, 'cashierUrl'),
})

const isNamed = (payOrdId: string, wanted: unknown): boolean =>
  typeof wanted === 'string' && stripped(wanted) !== '' && stripped(payOrdId) === stripped(wanted)

/** The upload of this payOrdId, where it was accepted before the one that counts now; undefined for any other payOrdId. */
export const earlierUpload = ({ operations, upload }: Order, payOrdId: unknown): Upload | undefined => {
  if (upload === undefined || isNamed(upload.payOrdId, payOrdId)) return undefined
  for (const { intent, outcome } of operations) {
    if (intent.verb !== 'upload' || outcome?.outcome !== 'accepted') continue
    const earlier = uploadBy(intent.facts, outcome.facts.output ?? {})
    if (isNamed(earlier.payOrdId, payOrdId)) return earlier
  }
  return undefined
}
