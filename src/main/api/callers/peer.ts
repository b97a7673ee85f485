// Owns what can be known of the other end of a local connection. Who asks the system is peers.ts.

/** What the system told; every fact may be missing. */
export type Peer = {
  /** As in CalledBy. */
  readonly osUser?: string
  /** Name of the process, then its pid. */
  readonly process?: string
  readonly session?: string
}

/** The two ends of a TCP connection, as this process sees them. */
export type Ends = {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}
