// Owns what GET /v1/status says of each scanner, for the agent that writes it and the pages that read it.
export type ScannerStatus = {
  /** As configured, for example 一号窗口; a decode may name it. */
  readonly name: string
  readonly kind: 'serial' | 'hid'
  /** Which tokens may use it; "" when every token with decode may. */
  readonly role: string
  readonly state: 'open' | 'closed'
  /** What the device says of itself (设备SN准入); "" when it says nothing or is not connected. */
  readonly serialNumber: string
  /** A decode waits on it right now. */
  readonly waiting: boolean
  /** Why it is closed, a code of docs/errors.md; left out while it is open. */
  readonly code?: string
  /** The same in Chinese, with what can be put right. */
  readonly reason?: string
}
