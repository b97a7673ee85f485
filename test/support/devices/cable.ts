// A line between an agent and the center that a test can pull and put back, while the center itself, with its ledger, lives on.
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../agents/free-port.ts'

export type Cable = {
  readonly url: string
  /** From now on connections are refused, and those that are open are cut. */
  readonly unplug: () => Promise<void>
  /** New connections are refused; those that are open go on. */
  readonly refuseNew: () => void
  /** Harmless when it is plugged in. */
  readonly plug: () => Promise<void>
  /** From now on the center's answers do not arrive; `release` lets them, those that came meanwhile at once. */
  readonly hold: () => void
  readonly release: () => void
}

/** A cable to `targetUrl`, plugged in. */
export const startCable = async (targetUrl: string): Promise<Cable> => {
  const target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  const port = await freePort()
  /** By the center's end of each, the agent's. */
  const lines = new Map<Socket, Socket>()
  let isHeld = false
  let server: Server | undefined
  const listen = async (): Promise<void> => {
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
          lines.delete(one)
          other.destroy()
        })
      }
      lines.set(far, near)
      near.pipe(far)
      if (!isHeld) far.pipe(near)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen()
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
      if (server?.listening !== true) await listen()
    },
    hold: () => {
      isHeld = true
      for (const [far, near] of lines) far.unpipe(near)
    },
    release: () => {
      isHeld = false
      for (const [far, near] of lines) far.pipe(near)
    },
  }
}
