// Owns who stands at the other end of a local connection, asked of the system once per connection. How Linux tells is
// linux-peer.ts; Windows tells nothing yet. Not knowing never fails a request.
import type { Socket } from 'node:net'
import { readLinuxPeer } from './linux-peer.ts'
import type { Ends, Peer } from './peer.ts'

export type ReadPeer = (ends: Ends) => Promise<Peer>

const readUnknown: ReadPeer = () => Promise.resolve({})

/** The system's own way of telling. */
export const systemReadPeer = (platform: NodeJS.Platform = process.platform): ReadPeer =>
  platform === 'linux' ? readLinuxPeer : readUnknown

/** Never rejects. */
export type PeerOf = (socket: Socket) => Promise<Peer>

export const createPeerOf = (read: ReadPeer): PeerOf => {
  const peers = new WeakMap<Socket, Promise<Peer>>()
  const look = async ({ localAddress, localPort, remoteAddress, remotePort }: Socket): Promise<Peer> => {
    // A connection that ended already, or no TCP at all.
    if (localAddress === undefined || localPort === undefined) return {}
    if (remoteAddress === undefined || remotePort === undefined) return {}
    try {
      return await read({ localAddress, localPort, remoteAddress, remotePort })
    } catch {
      return {}
    }
  }
  return (socket) => {
    const before = peers.get(socket)
    if (before !== undefined) return before
    const peer = look(socket)
    peers.set(socket, peer)
    return peer
  }
}
