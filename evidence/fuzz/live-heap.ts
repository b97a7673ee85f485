// Owns measuring what a Node process really keeps: its heap after a collection, asked for through the inspector. The resident
// memory says little, since V8 collects late where memory is plenty.
import { createServer } from 'node:net'
import { once } from 'node:events'

export type LiveHeap = {
  /** Megabytes in use after everything that can be collected was. */
  readonly measure: () => Promise<number>
  readonly close: () => void
}

/** A port that was free a moment ago, for `--inspect`. */
export const findFreePort = async (): Promise<number> => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** `port`: what the process was started with as `--inspect=127.0.0.1:port`. */
export const openLiveHeap = async (port: number): Promise<LiveHeap> => {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
  await once(socket, 'open')
  let last = 0
  const ask = async (method: string): Promise<Record<string, unknown>> => {
    last += 1
    const id = last
    socket.send(JSON.stringify({ id, method }))
    for (;;) {
      const [event] = (await once(socket, 'message')) as [{ readonly data: string }]
      const said = JSON.parse(event.data) as { id?: number; result?: Record<string, unknown> }
      if (said.id === id) return said.result ?? {}
    }
  }
  return {
    measure: async () => {
      await ask('HeapProfiler.collectGarbage')
      const { usedSize } = await ask('Runtime.getHeapUsage')
      return Number(usedSize) / 1_048_576
    },
    close: () => {
      socket.close()
    },
  }
}
