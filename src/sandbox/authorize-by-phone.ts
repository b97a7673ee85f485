// Owns the patient's phone at a kiosk: the hospital's H5 authorises the payment and hands payAuthNo to the agent. What the page
// shows is cashier-page.ts.
import { defaultLifeMs } from './ledger/authorizations.ts'
import type { Center } from './center.ts'
import type { Order } from './ledger/order.ts'

const deliverWithinMs = 5_000

/** Issues a payAuthNo to the order's patient and hands it to the agent, if one is known and answers. */
export const authorizeByPhone = async (
  center: Center,
  { patient, medOrgOrd }: Order,
): Promise<{ readonly payAuthNo: string; readonly delivered: boolean }> => {
  const payAuthNo = center.authorizations.issue(patient, defaultLifeMs)
  const target = center.phone.target()
  if (target === undefined) return { payAuthNo, delivered: false }
  const reply = await fetch(`${target.url}/v1/orders/${encodeURIComponent(medOrgOrd)}/authorization`, {
    method: 'POST',
    headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ payAuthNo }),
    signal: AbortSignal.any([center.closing, AbortSignal.timeout(deliverWithinMs)]),
  }).catch(() => undefined)
  return { payAuthNo, delivered: reply?.status === 200 }
}
