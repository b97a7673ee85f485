// Owns the line between the agent and the center: a relay that is cut now and then, so that the center cannot be reached
// (RULES 3.1) and what was under way is lost. The payer's and the HIS's own way to the center stays whole.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { SeededRandom } from '../../seeded-random.ts'

const longestWholeMs = 9_000
const shortestWholeMs = 2_000
const longestCutMs = 1_500
const shortestCutMs = 100

export type BrokenLine = {
  /** What the agent takes for the center's address. */
  readonly url: string
  /** Ends the cuts; resolves when the line is whole for good. */
  readonly mend: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens a line to `target`, an http address, and cuts it as `random` says. */
export const openBrokenLine = async (target: string, random: SeededRandom): Promise<BrokenLine> => {
  const { hostname, port: targetPort } = new URL(target)
  const sockets = new Set<Socket>()
  const join = (near: Socket): void => {
    const far = connect(Number(targetPort), hostname)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      // Either end may vanish: so does the other.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    far.pipe(near)
  }
  const server = createServer(join)
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })

  await listen(0)
  const { port } = server.address() as AddressInfo
  const mending = new AbortController()
  const cutAgainAndAgain = async (): Promise<void> => {
    const { signal } = mending
    for (;;) {
      await pause(random.integer(shortestWholeMs, longestWholeMs), undefined, { signal })
      await cut()
      await pause(random.integer(shortestCutMs, longestCutMs))
      await listen(port)
    }
  }
  const cuts = cutAgainAndAgain().catch((error: unknown) => {
    if (!mending.signal.aborted) throw error
  })
  return {
    url: `http://127.0.0.1:${port}`,
    mend: async () => {
      mending.abort()
      await cuts
    },
    close: async () => {
      mending.abort()
      await cuts
      await cut()
    },
  }
}
