// Owns starting and stopping a simulated center: wires its parts and listens. As a program it is main.ts.
import type { AddressInfo } from 'node:net'
import { createAuthorizations } from './ledger/authorizations.ts'
import { createCallbacks } from './pages/callbacks.ts'
import type { Center } from './center.ts'
import { createChannel } from './channel/channel.ts'
import { createExchange } from './pages/exchange.ts'
import { createSandboxServer } from './pages/http-server.ts'
import { createLedger, type LedgerPicture } from './ledger/ledger.ts'
import { defaultOrgCodg, type SandboxOptions } from './options.ts'
import { createPhone } from './phone.ts'
import { createScriptBook } from './script-book.ts'

const host = '127.0.0.1'

export type SandboxCenter = {
  /** `http://127.0.0.1:port`; the interfaces are below it under their paths. */
  readonly url: string
  /** Base64 of 65 bytes: what an agent verifies the center with. */
  readonly publicKey: string
  /** What really happened. */
  readonly ledger: () => LedgerPicture
  /** Builds the SM2 tables (about 300 ms once); verifying is then several times faster. */
  readonly precompute: () => void
  /** Stops listening, destroys the connections, gives up callbacks. */
  readonly close: () => Promise<void>
}

/**
 * Starts a center on 127.0.0.1 for one agent. `privateKey`: 32 bytes, a new one by default.
 * Rejects when the port is taken, and with a RangeError or Error when a key is none.
 */
export const startSandboxCenter = async (options: SandboxOptions, privateKey?: Uint8Array): Promise<SandboxCenter> => {
  const closing = new AbortController()
  const ledger = createLedger()
  const settings = {
    orgCodg: options.orgCodg ?? defaultOrgCodg,
    orgName: '沙箱医院',
    processingDelayMs: options.processingDelayMs ?? 0,
    refundTotal: options.refundTotal ?? 'original',
  }
  const channel = createChannel(options, privateKey, ledger.countRefusedSignature)
  let url = `http://${host}`
  const center: Center = {
    settings,
    channel,
    ledger,
    authorizations: createAuthorizations(),
    phone: createPhone(),
    scripts: createScriptBook(),
    callbacks: createCallbacks(channel, settings, options.callback, closing.signal),
    url: () => url,
    closing: closing.signal,
  }
  const server = createSandboxServer(center, createExchange(center))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  url = `http://${host}:${(server.address() as AddressInfo).port}`

  return {
    url,
    publicKey: Buffer.from(channel.publicKey).toString('base64'),
    ledger: ledger.picture,
    precompute: channel.precompute,
    close: () =>
      new Promise((resolve) => {
        closing.abort()
        ledger.clear()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
