// Owns what passes between the desktop's main process and its pages: one small bridge that gives values, never functions of
// Node. A page in a browser has no window.mipAgent and pairs instead.

/** The pages the desktop opens; each has its own window and its own token. */
export const pageNames = ['console', 'kiosk', 'display'] as const
export type PageName = (typeof pageNames)[number]

/** The pages' origin in the desktop; an agent of its own on this machine must allow it (`api.origins`). */
export const desktopOrigin = 'app://mip'

/** Where a page finds the agent and who it is there. */
export type DesktopSession = {
  /** The agent's address, e.g. http://127.0.0.1:17600. */
  readonly url: string
  /**
   * The page's token; absent where the agent is not the desktop's own (a service): the page pairs then. It is made anew each
   * time the agent starts: on TOKEN_INVALID the page asks the bridge once more and goes on.
   */
  readonly token?: string
  /** In the kiosk's window, where `printReceipt` has a printer. */
  readonly prints?: true
}

/** What became of a staff key: `wait` after too many wrong ones. */
export type LeaveAnswer = 'left' | 'wrong' | 'wait'

/** `printed`: the system has taken it. */
export type PrintAnswer = 'printed' | 'failed'

export const sessionChannel = 'desktop-session'
export const ownerChannel = 'desktop-owner'
export const leaveChannel = 'kiosk-leave'
export const printChannel = 'kiosk-print'

/** Lives at window.mipAgent in a page. */
export type DesktopBridge = {
  /** Answers when it is known whose agent runs here; asked again at any time. */
  readonly getSession: () => Promise<DesktopSession>
  /**
   * Asks the person at this desktop whether the console may change the machine's settings; the token to do so with, '' when he
   * does not want it. Rejects in every other window, and where the agent is not the desktop's own.
   */
  readonly confirmOwner: () => Promise<string>
  /** Closes the kiosk's window for staff. Rejects in every other window. */
  readonly leaveKiosk: (staffKey: string) => Promise<LeaveAnswer>
  /** Prints what the kiosk's page shows for print, without a dialog. Rejects in every other window, and without a printer. */
  readonly printReceipt: () => Promise<PrintAnswer>
}
