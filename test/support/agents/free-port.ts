// Free ports of the loopback network, for programs that must be told theirs before they start, and for whoever goes away and
// comes back under the same address. No system gives these to those who ask for any port, so that none takes them meanwhile.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Linux gives from 32768 on to whoever asks for any port, Windows and macOS from 49152. */
const [lowest, beyond] = [20_000, 32_000]
const atMostTries = 100

// Another place for each process, and never the same port twice in a row.
let next = randomInt(lowest, beyond)

export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < atMostTries; tries += 1) {
    const port = next
    next = next + 1 < beyond ? next + 1 : lowest
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
  throw new Error(`no free port from ${lowest} to ${beyond}`)
}
