// Owns what the torture tells an agent program on its stdin, one JSON line, and what that says back.

/** The HIS's token in these runs; it opens nothing else. */
export const token = 'token-of-the-tortured-his'
/** The kiosk's. */
export const kioskToken = 'token-of-the-tortured-kiosk'
/** What the agent shows to the HIS whose bills the kiosk pays. */
export const billsToken = 'token-for-the-bills-of-the-torture'
/** Of the address that the center sends its notices to. */
export const noticeSecret = 'path-secret-of-the-torture'

/** One that is careless with the bills of a kiosk (planted-bill-faults.ts). */
export type BillFault = 'frees-early' | 'books-unpaid' | 'books-nothing' | 'keeps-locked'
/** One that is careless with what it did not do itself (planted-stranger-faults.ts). */
export type StrangerFault =
  | 'believes-late-answers'
  | 'settles-failed'
  | 'sweeps-one-day'
  | 'reports-what-it-saw'
  | 'hides-portal'
  | 'keeps-blanks'
/** A careless agent (planted-faults.ts). */
export type Fault = 'resends-refunds' | 'charges-anew' | 'never-asks' | 'forgets' | BillFault | StrangerFault

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
  /** Address of the HIS whose bills the kiosk pays. */
  readonly hisUrl: string
  /** Where the center's notices arrive, the same in every life. */
  readonly noticePort: number
  /** What a rule does with the cash at 16 (RULES 5). */
  readonly cashAt16: 'auto' | 'person'
  /** The agent ends itself with SIGKILL when it passes this step for the nth time. */
  readonly killAt?: { readonly step: string; readonly nth: number }
  /** A planted fault: proves that the checker would see it. */
  readonly fault?: Fault
}

/** The agent's words: ready, killed (said just before), or why it did not start. */
export type AgentWord = { readonly url: string } | { readonly killed: string } | { readonly code: string }
