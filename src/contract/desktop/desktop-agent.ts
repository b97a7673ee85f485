// Owns what passes between the desktop's main process and the process of the agent it started, over the one message port of the
// two: settings as places, keys and tokens as values. Nothing of it ever stands in an environment or on a command line.
import type { PageName } from './desktop-bridge.ts'

/**
 * Who has a token of the running agent: each page, the desktop itself (to read the status), and the owner of the machine, whose
 * token leaves the main process only once a person has confirmed it on this very desktop.
 */
export type DesktopTokens = Readonly<Record<PageName | 'desktop' | 'owner', string>>

/** From the main process. */
export type DesktopMessage =
  | {
      readonly kind: 'start'
      readonly configFile: string
      /** The folder that holds `native/`, where the decoder hosts in C are. */
      readonly resources: string
      /** A recovery key's file that is put back before the journal opens, as an administrator asked. */
      readonly recoverFrom?: string
      /** Where the recovery key is written, as an administrator asked. */
      readonly writeRecoveryTo?: string
    }
  | { readonly kind: 'keyAnswer'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'keyRefused'; readonly id: number; readonly reason: string }
  /** Ends in order: what runs comes to its end, then the process. */
  | { readonly kind: 'end' }

/** From the agent's process. */
export type AgentMessage =
  /** Asks safeStorage, which only the main process has. */
  | {
      readonly kind: 'key'
      readonly id: number
      readonly verb: 'protect' | 'unprotect'
      readonly bytes: Uint8Array
    }
  | { readonly kind: 'ready'; readonly url: string; readonly environment: string; readonly tokens: DesktopTokens }
  /** Did not start, and waits for `end`. `lines`: for a person, Chinese first. */
  | { readonly kind: 'failed'; readonly code: string; readonly lines: readonly string[] }
