// The simulated center inside a test's own process, with fixed invented keys, so that it can go away and come back under
// the same address, and an agent in another process can speak to it too.
import { setTimeout as pause } from 'node:timers/promises'
import type { InterfaceCode } from '../../../src/contract/interfaces.ts'
import { derivePublicKey } from '../../../src/core/gm/sm2.ts'
import type { OrderPicture } from '../../../src/sandbox/ledger/ledger.ts'
import type { SandboxOptions } from '../../../src/sandbox/options.ts'
import { startSandboxCenter, type SandboxCenter } from '../../../src/sandbox/sandbox-center.ts'
import { freePort } from './free-port.ts'

const agentPrivateKey = Buffer.alloc(32, 0x11)
/** The center's own key, for tests that send notices as the center. */
export const centerPrivateKeyOfTests = Buffer.alloc(32, 0x22)

/** Both sides of the channel; every value is invented. */
export const testChannel = {
  appId: 'TESTAGENT000000000000000000000A1',
  appSecret: '0123456789ABCDEF0123456789ABCDEF',
  privateKey: agentPrivateKey,
  centerPublicKey: derivePublicKey(centerPrivateKeyOfTests),
} as const

export type TestCenter = {
  readonly url: string
  /** Makes the calls of one order go wrong, or differently; see docs/sandbox.md. */
  readonly script: (medOrgOrd: string, behaviour: object) => Promise<void>
  /** Counts the calls of an interface for one order from now on; the result tells how many there were. */
  readonly count: (medOrgOrd: string, code: InterfaceCode) => Promise<() => Promise<number>>
  /** What the payer does with the newest order of a number; `pay` by default. */
  readonly payer: (medOrgOrd: string, act?: object) => Promise<void>
  /** Any other control address of docs/sandbox.md; GET without a body. */
  readonly control: (path: string, body?: object) => Promise<Record<string, unknown>>
  /** A payAuthNo of the patient's phone, bound to him and usable once. */
  readonly authorize: (patient: object) => Promise<string>
  /** The newest order of a number as it really is. Throws when there is none. */
  readonly order: (medOrgOrd: string) => OrderPicture
  readonly ledger: SandboxCenter['ledger']
  /** How many requests arrived that are not 6301, which the agent asks whenever it thinks best. */
  readonly sent: () => Readonly<Record<string, number>>
  /** Resolves once so many requests of an interface have arrived in all. */
  readonly untilRequests: (code: InterfaceCode, count: number) => Promise<void>
  readonly stop: () => Promise<void>
  /** Comes back under the same address, with an empty ledger. */
  readonly start: () => Promise<void>
}

const untilWithinMs = 60_000

/** Polls until `look` gives something other than undefined or false. Throws after a minute with `what`. */
export const until = async <Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
): Promise<Value> => {
  const deadline = performance.now() + untilWithinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`still waiting for ${what}`)
    await pause(10)
  }
}

/** Starts a center on a free port of 127.0.0.1; the caller stops it. */
export const startTestCenter = async (options: Partial<SandboxOptions> = {}): Promise<TestCenter> => {
  const { appId, appSecret } = testChannel
  const agentPublicKey = Buffer.from(derivePublicKey(agentPrivateKey)).toString('base64')
  const open = (port: number): Promise<SandboxCenter> =>
    startSandboxCenter({ appId, appSecret, agentPublicKey, port, ...options }, centerPrivateKeyOfTests)
  let center = await open(await freePort())
  const { url } = center

  const control = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const reply = await fetch(`${url}/_sandbox/${path}`, body === undefined ? {} : sent)
    const value = (await reply.json()) as Record<string, unknown>
    if (!reply.ok) throw new Error(`${path}: ${JSON.stringify(value)}`)
    return value
  }
  const order = (medOrgOrd: string): OrderPicture => {
    const found = center.ledger().orders.findLast((one) => one.medOrgOrd === medOrgOrd)
    if (found === undefined) throw new Error(`the center has no order ${medOrgOrd}`)
    return found
  }
  return {
    url,
    script: async (medOrgOrd, behaviour) => {
      await control('scripts', { medOrgOrd, ...behaviour })
    },
    count: async (medOrgOrd, code) => {
      // A script that never comes to act still sees every call.
      const never = { nth: 1_000, slow: { delayMs: 0 } }
      const { id } = await control('scripts', { medOrgOrd, interface: code, ...never })
      return async () => {
        const reply = await fetch(`${url}/_sandbox/scripts`)
        const { scripts } = (await reply.json()) as { scripts: readonly { id: number; seen: number }[] }
        return scripts.find((script) => script.id === id)?.seen ?? 0
      }
    },
    payer: async (medOrgOrd, act = { action: 'pay' }) => {
      await control(`orders/${order(medOrgOrd).payOrdId}/payer`, act)
    },
    authorize: async (patient) => String((await control('authorizations', patient))['payAuthNo']),
    control,
    order,
    ledger: () => center.ledger(),
    sent: () => {
      const { '6301': _queries, ...others } = center.ledger().requests
      return others
    },
    untilRequests: async (code, count) => {
      await until(`${count} requests of ${code}`, () => center.ledger().requests[code] >= count)
    },
    stop: () => center.close(),
    start: async () => {
      center = await open(Number(new URL(url).port))
    },
  }
}
