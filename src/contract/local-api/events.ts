// Owns what the event stream tells a page (docs/api.md). Events announce; whoever wants the facts asks.

export type PageEvent =
  | { readonly type: 'order'; readonly medOrgOrd: string; readonly state: string; readonly ordStas: string }
  | { readonly type: 'scan'; readonly scanner: string; readonly masked: string }
  | { readonly type: 'decode'; readonly operationId: string; readonly state: string }
  /** Something was missed: ask anew for all that is shown. */
  | { readonly type: 'reset' }
