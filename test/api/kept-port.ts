// A port for what goes away and comes back: from below those that the system gives to whoever asks for any, so that nobody
// gets it meanwhile.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Linux begins to give at 32,768, the others at 49,152; the product's own ports are below these. */
const [first, last] = [20_000, 32_000]

/** One that is free on 127.0.0.1. */
export const keptPort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(first, last)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
