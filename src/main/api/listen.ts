// Owns listening: 127.0.0.1 and ::1 on the same port, both or none; a machine without ::1 gets a warning.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listenError } from '../../core/domain/errors/listen-error.ts'
import type { Log } from '../usecases/base/ports.ts'
import type { Api } from './app.ts'

const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

const listenOn = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })

/** Answers under way get a moment to leave; their outcome is in the journal either way. */
const answersLeaveMs = 2_000

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections()
    }, answersLeaveMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })

export type Listening = { readonly port: number; readonly close: () => Promise<void> }

/**
 * `port` 0 takes a free one. Throws PORT_IN_USE, also when another program has only ::1 of it, to harvest tokens there;
 * PORT_REFUSED when the system keeps it.
 */
export const listen = async (api: Api, port: number, log: Log): Promise<Listening> => {
  await api.app.ready()
  let actual = port
  const servers = [api.serverFor(() => actual), api.serverFor(() => actual)] as const
  const close = async (): Promise<void> => {
    api.endWaiting()
    await Promise.all(servers.map(closeServer))
    await api.app.close()
  }
  try {
    actual = await listenOn(servers[0], '127.0.0.1', port)
    await listenOn(servers[1], '::1', actual).catch((error: unknown) => {
      if (!noSuchAddress.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      log('warn', 'api.no-ipv6-loopback')
    })
    return { port: actual, close }
  } catch (error) {
    await close()
    throw listenError(error, String(port), { port })
  }
}
