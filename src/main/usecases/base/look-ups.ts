// Owns by what orders are looked up in the journal, and how pages of them are asked for. The journal itself is ports.ts.

/** What an order can be found by, each only as a keyed hash (RULES 10). */
export type LookupKind = 'idNo' | 'userName' | 'chrgBchno' | 'iptOtpNo' | 'payOrdId' | 'appRefdSn' | 'reply'
export type Lookup = { readonly kind: LookupKind; readonly value: string }

/** Milliseconds since the epoch. */
export type Span = { readonly fromMs: number; readonly toMs: number; readonly untilMs: number }

/** Where an order stands in a list by time: when it was first uploaded, and its own number, for two at the same moment. */
export type UploadPlace = { readonly atMs: number; readonly id: number }
export type UploadPage = {
  /** Milliseconds since the epoch: at or after, and before. */
  readonly fromMs: number
  readonly toMs: number
  readonly atMost: number
  /** Only what stands behind this one. */
  readonly before?: UploadPlace
  /** Only what can be found by this. */
  readonly lookup?: Lookup
}
