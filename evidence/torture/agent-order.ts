// Owns what the torture tells an agent program on its stdin, one JSON line, and what that says back.

/** The HIS's token in these runs; it opens nothing else. */
export const token = 'token-of-the-tortured-his'

export const faults = ['resends-refunds', 'charges-anew', 'never-asks', 'forgets'] as const
/** A careless agent (planted-faults.ts). */
export type Fault = (typeof faults)[number]

export type AgentOrder = {
  readonly dataDir: string
  /** The decoder host's script. */
  readonly hostEntry: string
  /** Invented; `privateKey` in hex. */
  readonly channel: {
    readonly appId: string
    readonly appSecret: string
    readonly orgCodg: string
    readonly privateKey: string
  }
  readonly center: { readonly url: string; readonly publicKey: string }
  /** The agent ends itself with SIGKILL when it passes this step for the nth time. */
  readonly killAt?: { readonly step: string; readonly nth: number }
  /** A planted fault: proves that the checker would see it. */
  readonly fault?: Fault
}

/** The agent's words: ready, killed (said just before), or why it did not start. */
export type AgentWord = { readonly url: string } | { readonly killed: string } | { readonly code: string }
