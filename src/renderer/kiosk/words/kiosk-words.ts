// Owns which words the kiosk has; each language has a file of its own, and the compiler sees to it that none is missing.
import type { HeldTexts } from '../../order-page/held-order.ts'
import type { Outcome, PayPhase, Trouble } from '../kiosk-steps.ts'

type Notice = { readonly title: string; readonly text: string }

export type KioskTexts = {
  readonly welcome: Readonly<Record<'title' | 'hint' | 'start' | 'waiting', string>>
  readonly decoding: Readonly<Record<'title' | 'cancel', string>>
  readonly searching: string
  /** Eight characters at most (002, 3.8). */
  readonly starting: string
  readonly bills: Readonly<Record<'title' | 'none' | 'noneHint' | 'taken' | 'nothing' | 'pay' | 'leave', string>> & {
    readonly patient: (name: string) => string
    readonly lines: (count: number) => string
  }
  readonly paying: Readonly<
    Record<PayPhase, string> &
      Record<
        'authorizeHint' | 'cashUnclear' | 'code' | 'cancel' | 'leaveTitle' | 'leaveText' | 'leave' | 'stay' | 'slow',
        string
      >
  > &
    HeldTexts & {
      readonly afterDeposit: (deposit: string, rest: string) => string
      readonly stages: Readonly<Record<'authorize' | 'place' | 'payCash' | 'booking', string>>
    }
  readonly results: Readonly<Record<Outcome, Notice>>
  readonly receipt: Readonly<
    Record<'title' | 'receiptNo' | 'orderNumber' | 'patient' | 'bill' | 'terminal' | 'time' | 'note', string>
  >
  readonly print: string
  readonly printing: string
  readonly printFailed: Notice
  readonly finish: string
  readonly more: string
  readonly troubles: Readonly<Record<Trouble, Notice>>
  readonly recovering: string
  readonly reconnecting: string
  readonly idle: { readonly title: string; readonly text: (seconds: number) => string; readonly stay: string }
  readonly help: string
  readonly helpSent: string
  readonly helpFailed: string
  readonly close: string
  readonly care: string
  readonly careOn: string
  readonly careOff: string
  readonly voiceOn: string
  readonly voiceOff: string
  readonly otherLanguage: string
  readonly staff: Readonly<
    Record<'door' | 'title' | 'pin' | 'enter' | 'back' | 'erase' | 'wrong' | 'wait' | 'away', string> &
      Record<'right' | 'reload' | 'pair', string>
  >
}
