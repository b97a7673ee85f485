// Owns what passes between the desktop's main process and its pages: one small, read-only bridge.

/** Where a page finds the agent and who it is there. `url` is '' for the page's own origin, `token` '' when it has none. */
export type PageSession = { readonly url: string; readonly token: string }

/** Lives at window.mipAgent in a page of the desktop. */
export type DesktopBridge = {
  readonly getSession: () => Promise<PageSession>
  /** Closes the kiosk's window for staff. Rejects in every other window. */
  readonly leaveKiosk?: (staffKey: string) => Promise<LeaveAnswer>
}

/** What became of a staff key: `wait` after too many wrong ones. */
export type LeaveAnswer = 'left' | 'wrong' | 'wait'

/** Whether the agent answers. */
export type AgentHealth =
  | { readonly running: true; readonly version: string; readonly environment: string }
  | { readonly running: false; readonly reason: string }

export const sessionChannel = 'page-session'
