// Owns the patient's phone at a kiosk: the hospital's H5 behind the QR, which authorises the payment and hands payAuthNo to the
// agent. What the page shows is cashier-page.ts.
import Type, { type Static } from 'typebox'
import { createCheck } from '../contract/check.ts'
import { Strict } from '../contract/fields.ts'
import { defaultLifeMs } from './authorizations.ts'
import type { Center } from './center.ts'
import type { Order } from './order.ts'

const deliverWithinMs = 5_000

/** Where the hospital's server hands payAuthNo over, and the token it does so with (scope pay). */
export const AgentTarget = Strict({
  url: Type.String({ pattern: '^http://127[.]0[.]0[.]1:[0-9]{1,5}$' }),
  token: Type.String({ minLength: 1, maxLength: 200 }),
})
export type AgentTarget = Static<typeof AgentTarget>
export const checkAgentTarget = createCheck<AgentTarget>(AgentTarget)

export type Phone = {
  readonly aim: (target: AgentTarget) => void
  readonly target: () => AgentTarget | undefined
}

export const createPhone = (): Phone => {
  let aimed: AgentTarget | undefined
  return {
    aim: (target) => {
      aimed = target
    },
    target: () => aimed,
  }
}

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
