// Owns who stands at the other end of a local connection, asked of the system until it has told, which is once per connection.
// How Linux tells is linux-peer.ts; Windows tells nothing yet. Not knowing never fails a request; what a user whom the system
// could not name may have is called-by.ts.
import type { Socket } from 'node:net'
import { unnamedUser } from '../../../core/domain/words/called-by.ts'
import { readLinuxPeer } from './linux-peer.ts'
import type { Ends, Peer } from './peer.ts'

/** undefined: it should be known, and is not. */
export type ReadPeer = (ends: Ends) => Promise<Peer | undefined>

/** The system's own way of telling; undefined for a system that has none. */
export const systemReadPeer = (platform: NodeJS.Platform = process.platform): ReadPeer | undefined =>
  platform === 'linux' ? readLinuxPeer : undefined

/** Never rejects. */
export type PeerOf = (socket: Socket) => Promise<Peer>

const unnamed: Peer = { osUser: unnamedUser }

export const createPeerOf = (read: ReadPeer | undefined): PeerOf => {
  if (read === undefined) return () => Promise.resolve({})
  const peers = new WeakMap<Socket, Promise<Peer>>()
  const look = async ({ localAddress, localPort, remoteAddress, remotePort }: Socket): Promise<Peer | undefined> => {
    // A connection that ended already, or no TCP at all.
    if (localAddress === undefined || localPort === undefined) return undefined
    if (remoteAddress === undefined || remotePort === undefined) return undefined
    try {
      return await read({ localAddress, localPort, remoteAddress, remotePort })
    } catch {
      return undefined
    }
  }
  const lookOnce = async (socket: Socket): Promise<Peer> => {
    const peer = await look(socket)
    // One bad moment of the system does not mark a connection for all its life.
    if (peer === undefined) peers.delete(socket)
    return peer ?? unnamed
  }
  return (socket) => {
    const before = peers.get(socket)
    if (before !== undefined) return before
    const peer = lookOnce(socket)
    peers.set(socket, peer)
    return peer
  }
}
