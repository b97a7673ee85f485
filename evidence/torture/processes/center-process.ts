// Owns the center of a run: the sandbox as a process of its own, which lives through every kill, and its control address.
import { randomBytes } from 'node:crypto'
import { startProgram } from '../../../bench/child-program.ts'
import { derivePublicKey } from '../../../src/core/gm/sm2.ts'
import type { Ledger } from '../../checker/ledger.ts'
import { noticeSecret, type AgentOrder } from '../agent-order.ts'

export type CenterProcess = {
  readonly channel: AgentOrder['channel']
  readonly center: AgentOrder['center']
  /** Makes calls of one order go wrong, or differently (docs/sandbox.md). */
  readonly script: (medOrgOrd: string, behaviour: object) => Promise<void>
  /** What the payer does; false when the order waits for no payer. */
  readonly payer: (payOrdId: string, act: object) => Promise<boolean>
  readonly ledger: () => Promise<Ledger>
  readonly stop: () => Promise<void>
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase()

/** Starts the bundled sandbox with an invented channel. `noticePort`: where the agent waits for 6302. */
export const startCenter = async (program: string, noticePort: number): Promise<CenterProcess> => {
  const privateKey = randomBytes(32)
  const channel = {
    appId: hex(16),
    appSecret: hex(16),
    orgCodg: 'H00000000001',
    privateKey: privateKey.toString('hex'),
  }
  const agentPublicKey = Buffer.from(derivePublicKey(privateKey)).toString('base64')
  const { appId, appSecret, orgCodg } = channel
  const url = `http://127.0.0.1:${noticePort}/cb/${noticeSecret}/settlement`
  const options = { appId, appSecret, orgCodg, agentPublicKey, callback: { url, form: 'encrypted' } }
  const { ready, stop } = await startProgram<AgentOrder['center']>(program, options)

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${ready.url}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return {
    channel,
    center: ready,
    script: async (medOrgOrd, behaviour) => {
      const reply = await post('scripts', { medOrgOrd, ...behaviour })
      if (!reply.ok) throw new Error(`the center took no script: ${await reply.text()}`)
    },
    payer: async (payOrdId, act) => {
      const reply = await post(`orders/${payOrdId}/payer`, act)
      await reply.arrayBuffer()
      return reply.ok
    },
    ledger: async () => (await (await fetch(`${ready.url}/_sandbox/ledger`)).json()) as Ledger,
    stop,
  }
}
