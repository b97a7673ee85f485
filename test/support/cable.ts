// A line between an agent and the center that a test can pull and put back, while the center itself, with its ledger, lives on.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export type Cable = {
  readonly url: string
  /** From now on connections are refused, and those that are open are cut. */
  readonly unplug: () => Promise<void>
  /** New connections are refused; those that are open go on. */
  readonly refuseNew: () => void
  /** Harmless when it is plugged in. */
  readonly plug: () => Promise<void>
}

/** A cable to `targetUrl`, plugged in. */
export const startCable = async (targetUrl: string): Promise<Cable> => {
  const target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const listen = async (port: number): Promise<number> => {
    server = createServer((near) => {
      const far = connect(Number(target.port), target.hostname)
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
        one.pipe(other)
      }
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}`,
    unplug: async () => {
      if (server === undefined) return
      const closed = server.listening ? once(server, 'close') : Promise.resolve()
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    refuseNew: () => {
      server?.close()
    },
    plug: async () => {
      if (server?.listening !== true) await listen(port)
    },
  }
}
