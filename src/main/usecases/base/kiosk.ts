// Owns what the kiosk's use cases are given: the installation's settings, the HIS, and one turn at a time per order.
import type { KioskWay } from '../../../contract/local-api/kiosk.ts'
import type { HisBills, OrderKey } from './ports.ts'

export type KioskSettings = {
  /** The name of the one token that a kiosk uses. */
  readonly tokenName: string
  /** operatorId and operatorName of its 6101. */
  readonly terminalNo: string
  readonly businessType: string
  readonly officeId: string
  readonly officeName: string
  readonly institutionName: string
  readonly idleSeconds: number
  readonly ways: readonly KioskWay[]
  /** "" when the hospital has none. */
  readonly h5UrlTemplate: string
  readonly voice: boolean
  /** Salt and scrypt of the staff's PIN, hex, with a colon between. */
  readonly staffKey: string
}

export type Kiosk = {
  readonly settings: KioskSettings
  readonly bills: HisBills
  /**
   * Runs the work once everything that was begun before for the same number has ended, whichever institution's the order is: a late
   * unlock must not undo a lock, and the HIS knows a lock by medOrgOrd alone.
   */
  readonly inTurn: <Value>(key: OrderKey, work: () => Promise<Value>) => Promise<Value>
}

export const createKiosk = (settings: KioskSettings, bills: HisBills): Kiosk => {
  const turns = new Map<string, Promise<unknown>>()
  return {
    settings,
    bills,
    inTurn: ({ medOrgOrd: name }, work) => {
      const before = turns.get(name) ?? Promise.resolve()
      const turn = before.then(work, work)
      turns.set(name, turn)
      const leave = (): void => {
        if (turns.get(name) === turn) turns.delete(name)
      }
      turn.then(leave, leave)
      return turn
    },
  }
}
