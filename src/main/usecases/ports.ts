// Owns what the use cases need from the outside world. Adapters implement these; nothing here does I/O.
// (Sections: time and ids, voucher, scanner; journal and center follow their adapters.)

/** Time as the use cases see it. Wire times are Asia/Shanghai whatever the PC says (RULES 1.2). */
export type Clock = {
  /** Wall clock, milliseconds since the epoch. */
  readonly wallMs: () => number
  /** Monotonic clock for waits, milliseconds from an arbitrary start. */
  readonly monotonicMs: () => number
}

/** Cancels what `Timers.after` planned; harmless when it already ran. */
export type CancelTimer = () => void

export type Timers = {
  readonly after: (delayMs: number, run: () => void) => CancelTimer
}

/** The part of AbortSignal that is needed here; an AbortSignal fits. */
export type CancelSignal = {
  readonly aborted: boolean
  readonly addEventListener: (type: 'abort', listener: () => void, options?: { once?: boolean }) => void
  readonly removeEventListener: (type: 'abort', listener: () => void) => void
}

/** What the library said, as text, before anybody believes it. */
export type LibraryAnswer = {
  /** The library's return: "0000" for the pointer profile, "0" for the int profile. */
  readonly status: string
  /** The text of the output buffer, decoded (strict UTF-8, else GB18030). */
  readonly output: string
  /** Time inside the library, microseconds. */
  readonly elapsedUs: number
}

/** Who drives the scanner: the library itself, or the agent, which passes the code as `ecQrCode`. */
export type ScannerOwner = 'library' | 'agent'

/**
 * 6101 through the vendor library, in a process of its own. One call in flight, the rest wait in order.
 * Throws AgentError: DECODE_TIMEOUT, DECODER_CRASHED, DECODER_UNAVAILABLE, DECODER_OUTPUT_INVALID, DECODE_BUSY,
 * and DECODE_CANCELLED when `signal` fires (the host is killed).
 */
export type VoucherLibrary = {
  readonly scannerOwner: ScannerOwner
  readonly call: (request: { readonly input: object; readonly signal: CancelSignal }) => Promise<LibraryAnswer>
  /** For /v1/status: `simulated` is true when no real library stands behind it. */
  readonly status: () => { readonly state: 'starting' | 'ready' | 'busy' | 'down'; readonly simulated: boolean; readonly reason?: string }
  readonly close: () => Promise<void>
}

/** One scanner. A scan belongs only to a waiting `nextScan`; any other is announced masked and dropped. */
export type Scanner = {
  readonly name: string
  /** Rejects with SCAN_TIMEOUT, SCANNER_UNAVAILABLE, or DECODE_CANCELLED when `signal` fires. */
  readonly nextScan: (request: { readonly waitMs: number; readonly signal: CancelSignal }) => Promise<string>
  readonly status: () => { readonly state: 'open' | 'closed'; readonly reason?: string }
  readonly close: () => Promise<void>
}
