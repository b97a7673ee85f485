// Owns what the main process answers its pages: only to the page it opened itself, in that page's main frame, and each page its
// own token.
import type { IpcMain, IpcMainInvokeEvent } from 'electron'
import {
  desktopOrigin,
  leaveChannel,
  ownerChannel,
  printChannel,
  sessionChannel,
  type DesktopSession,
  type LeaveAnswer,
  type PageName,
  type PrintAnswer,
} from '../../contract/desktop/desktop-bridge.ts'
import type { AgentState } from './agent-keeper.ts'

type Frame = { readonly url: string; readonly parent: unknown }
export type Sender = { readonly senderFrame: Frame | null; readonly sender: { readonly id: number } }

/**
 * The page that asks, or undefined: not a window of ours, a frame inside it, or an address that is not its own. `opened`: the
 * pages by the id of their web contents.
 */
export const pageOfSender = (
  { senderFrame, sender }: Sender,
  opened: ReadonlyMap<number, PageName>,
): PageName | undefined => {
  const page = opened.get(sender.id)
  if (page === undefined || senderFrame?.parent !== null) return undefined
  return senderFrame.url.startsWith(`${desktopOrigin}/${page}/`) ? page : undefined
}

/** A page gets its own token of the desktop's own agent; of another's none, it pairs. */
export const sessionOf = (page: PageName, state: AgentState, url: string): DesktopSession =>
  state.kind === 'own' ? { url, token: state.tokens[page] } : { url }

export type BridgeOptions = {
  readonly url: string
  readonly opened: ReadonlyMap<number, PageName>
  /** Resolves when it is known whose agent serves this machine. */
  readonly settled: () => Promise<AgentState>
  /** Asks the person at this desktop; true when he wants it. */
  readonly confirmOwner: () => Promise<boolean>
  readonly leaveKiosk: (staffKey: unknown) => Promise<LeaveAnswer>
  /** undefined where no printer is configured. */
  readonly printReceipt: (() => Promise<PrintAnswer>) | undefined
}

/** Every answer is for a page; anybody else's question is an error that names nothing. */
export const serveBridge = (ipc: Pick<IpcMain, 'handle'>, options: BridgeOptions): void => {
  const serve = <Answer>(channel: string, answer: (page: PageName, input: unknown) => Promise<Answer>): void => {
    ipc.handle(channel, async (event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>, input: unknown) => {
      const page = pageOfSender(event, options.opened)
      if (page === undefined) throw new Error('refused')
      return answer(page, input)
    })
  }
  const { printReceipt } = options
  serve(sessionChannel, async (page) => ({
    ...sessionOf(page, await options.settled(), options.url),
    ...(page === 'kiosk' && printReceipt !== undefined ? { prints: true } : {}),
  }))
  serve(ownerChannel, async (page) => {
    const state = await options.settled()
    if (page !== 'console' || state.kind !== 'own') throw new Error('refused')
    return (await options.confirmOwner()) ? state.tokens.owner : ''
  })
  serve(leaveChannel, async (page, staffKey) => {
    if (page !== 'kiosk') throw new Error('refused')
    return options.leaveKiosk(staffKey)
  })
  serve(printChannel, async (page) => {
    if (page !== 'kiosk' || printReceipt === undefined) throw new Error('refused')
    return printReceipt()
  })
}
