// Owns what passes between the desktop's main process and its pages: one small, read-only bridge.

/** What the console's first line shows. */
export type AgentHealth =
  | { readonly running: true; readonly version: string; readonly environment: string }
  | { readonly running: false; readonly reason: string }

export const healthChannel = 'agent-health'

/** Lives at window.mipAgent in a page. */
export type DesktopBridge = { readonly readHealth: () => Promise<AgentHealth> }
