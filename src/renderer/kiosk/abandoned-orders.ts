// Owns the one order that this kiosk has open, so that it is given back when its patient leaves, also when the page is loaded
// anew or the agent is away for a while (RULES 4.7). It holds an order's number and nothing of a patient.
import { agentAway, callAgent } from '../shared/call-agent.ts'
import { pause } from '../shared/pause.ts'

const storageKey = 'mip.kiosk-order'
const againAfterMs = 5_000
/** The agent itself gives back what nobody paid for two hours. */
const atMostTries = 120

export const rememberOrder = (medOrgOrd: string): void => sessionStorage.setItem(storageKey, medOrgOrd)
export const forgetOrder = (): void => sessionStorage.removeItem(storageKey)

/** Gives the open order back, if there is one: asked until the agent has answered, whatever it answers. */
export const abandonOpenOrder = async (): Promise<void> => {
  const medOrgOrd = sessionStorage.getItem(storageKey)
  if (medOrgOrd === null) return
  forgetOrder()
  for (let tries = 0; tries < atMostTries; tries += 1) {
    const { code } = await callAgent('POST', `/v1/kiosk/orders/${encodeURIComponent(medOrgOrd)}/abandon`)
    if (code === 'WRONG_STATE') {
      // Being settled, or paid: nobody may take it back, somebody should look (RULES 4.7).
      await callAgent('POST', '/v1/kiosk/alert', { body: { kind: 'payment', medOrgOrd } })
    }
    if (code !== agentAway) return
    await pause(againAfterMs)
  }
}
