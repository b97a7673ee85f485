// Owns finding out whether a counterpart can be reached at all: one connection, opened and closed. It sends nothing.
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

const withinMs = 1_000

const open = ({ protocol, hostname, port }: URL, ca: string | undefined, onOpen: () => void): Socket => {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'https:') return connectPlain({ host, port: Number(port || 80) }, onOpen)
  const authority = ca === undefined ? {} : { ca }
  const name = isIP(host) === 0 ? { servername: host } : {}
  return connectSecure({ host, port: Number(port || 443), ...name, ...authority }, onOpen)
}

/** True when a connection to the address opens within a second, its certificate accepted. Never rejects. */
export const opensConnection = (url: URL, ca: string | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (isOpen: boolean): void => {
      socket.destroy()
      resolve(isOpen)
    }
    const socket = open(url, ca, () => {
      settle(true)
    })
    socket.setTimeout(withinMs, () => {
      settle(false)
    })
    socket.on('error', () => {
      settle(false)
    })
  })
