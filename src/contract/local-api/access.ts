// Owns what the endpoints for tokens, pairing and links answer, for pages and programs that read them. Moments are ISO 8601 with
// +08:00. Who may ask is docs/security.md.

export type ScopeName = 'read' | 'decode' | 'pay' | 'refund' | 'admin'

/** One token as an administrator sees it; never the token, never its hash. */
export type TokenRow = {
  readonly name: string
  /** config: fixed in the configuration; store: paired or rolled out; session: of a page, gone with the agent. */
  readonly source: 'config' | 'store' | 'session'
  readonly state: 'valid' | 'expired' | 'revoked'
  readonly scopes: readonly ScopeName[]
  readonly orgCodg: string
  /** "" : no end. */
  readonly expiresAt: string
  /** "" when the configuration does not say. */
  readonly createdAt: string
  readonly revokedAt: string
  /** The only web page that may use it; "" for programs. */
  readonly origin: string
  /** The program it was paired for, as that named itself; "" when unknown. */
  readonly application: string
  /** Until when the token before the last rotation still works; "" when it does not. */
  readonly previousUntil: string
}

export type TokensAnswer = { readonly tokens: readonly TokenRow[] }

/** `GET /v1/tokens/me`: what the token that asks may do. */
export type OwnTokenAnswer = {
  readonly name: string
  readonly scopes: readonly ScopeName[]
  readonly orgCodg: string
}

/** `POST /v1/tokens/{name}/rotate`: the new token is shown once. */
export type RotatedAnswer = {
  readonly name: string
  readonly token: string
  readonly expiresAt: string
  readonly previousUntil: string
}

/** `POST /v1/pairings`: the code to type into the program, six digits. */
export type PairingStarted = { readonly code: string; readonly expiresAt: string }

/** `GET /v1/pairings`: the last pairing, never its code. */
export type PairingState = {
  /** dead: too many wrong codes. */
  readonly state: 'none' | 'open' | 'used' | 'expired' | 'dead' | 'cancelled'
  readonly name: string
  readonly scopes: readonly ScopeName[]
  readonly origin: string
  readonly application: string
  readonly expiresAt: string
  readonly triesLeft: number
}

/** `POST /v1/pairings/exchange`: what a program gets for the code. The token is shown once. */
export type PairedAnswer = {
  readonly token: string
  readonly name: string
  readonly scopes: readonly ScopeName[]
  readonly orgCodg: string
  readonly expiresAt: string
}

/** `POST /v1/links`: an address of the console that works once, within a minute. */
export type LinkAnswer = { readonly link: string; readonly expiresAt: string }

/** `POST /v1/links/exchange`: the session of a page that the agent itself serves. */
export type SessionAnswer = {
  readonly token: string
  readonly name: string
  readonly scopes: readonly ScopeName[]
  readonly expiresAt: string
}
