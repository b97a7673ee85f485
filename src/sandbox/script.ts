// Owns what a script may say: how one order's calls shall go wrong, or differently. Keeping scripts is script-book.ts.
import Type, { type Static } from 'typebox'
import { createCheck, faultText } from '../contract/check/check.ts'
import { Strict } from '../contract/check/fields.ts'
import type { InterfaceCode } from '../contract/interfaces.ts'
import { DelayMs } from './options.ts'
import { SplitWish } from './ledger/split.ts'

const Count = Type.Integer({ minimum: 1, maximum: 1000 })
const Code = Type.String({ pattern: '^-?[0-9]{1,9}$' })
const Ticked = Type.Literal(true)

const behaviours = {
  /** Refuses without acting. */
  decline: Type.Optional(Strict({ code: Code, message: Type.String({ minLength: 1, maxLength: 200 }) })),
  /** Refusals come without signature and encData; alone it declines. */
  unsignedRefusal: Type.Optional(Ticked),
  /** Replies late. `acts`: `first` (default) acts at once, `late` only after the delay. */
  slow: Type.Optional(Strict({ delayMs: DelayMs, acts: Type.Optional(Type.Enum(['first', 'late'])) })),
  /** Destroys the connection before acting. */
  lostRequest: Type.Optional(Ticked),
  /** Acts, then destroys the connection. */
  lostReply: Type.Optional(Ticked),
  /** An HTTP error without an envelope. `acted` (default false): whether the center acted before. */
  status: Type.Optional(
    Strict({ code: Type.Integer({ minimum: 400, maximum: 599 }), acted: Type.Optional(Type.Boolean()) }),
  ),
  /** Acts, then answers 200 with HTML. */
  garbage: Type.Optional(Ticked),
  /** Acts, then signs something else. */
  wrongSignature: Type.Optional(Ticked),
  /** Acts, then answers under another appId, validly signed. */
  wrongAppId: Type.Optional(Ticked),
  /** Acts, then answers with a timestamp one hour old, validly signed. */
  oldTimestamp: Type.Optional(Ticked),
  /** Acts, then names another order in the answer, validly signed. */
  wrongPayOrdId: Type.Optional(Ticked),
  /** Does not act; sends the last signed answer of the same interface again, byte for byte. */
  replay: Type.Optional(Ticked),
  /** Acts and answers, then closes the kept-alive connection. */
  closeIdle: Type.Optional(Ticked),
  /** Acts, then answers with the fields of identity and outcome only. */
  minimalReply: Type.Optional(Ticked),
  /** Sends 6302 and waits for its first answer before 6202 is answered; cash, if any, is paid in between. */
  callbackFirst: Type.Optional(Ticked),
  /** Puts the order into this state, money included: before 6301 answers, after any other interface acted. */
  ordStas: Type.Optional(Type.String({ pattern: '^[0-9]{1,2}$' })),
  /** What a second 6201 of a medOrgOrd gets that is not revoked. */
  duplicate: Type.Optional(Type.Enum(['same', 'refuse', 'second'])),
  /** What a 6203 gets: the insurance returned and the cash not (of CASH alone: nothing done), or nothing done. */
  refund: Type.Optional(Type.Enum(['EXP', 'FAIL'])),
  /** The legs of the order when it is placed. Stays until the order is placed, whatever `times` says. */
  split: Type.Optional(SplitWish),
  /** How long the order stays at 2 (结算中) when it is placed without cash. Stays like `split`. */
  processingDelayMs: Type.Optional(DelayMs),
}

export const Script = Strict({
  medOrgOrd: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  payOrdId: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  interface: Type.Optional(Type.Enum(['6201', '6202', '6203', '6205', '6301', '6401'])),
  /** The first matching call that is touched, counted from 1 (default). */
  nth: Type.Optional(Count),
  /** How many matching calls are touched; default 1. */
  times: Type.Optional(Count),
  ...behaviours,
})
export type Script = Static<typeof Script>
export type Behaviour = Omit<Script, 'medOrgOrd' | 'payOrdId' | 'interface' | 'nth' | 'times'>

const every: readonly InterfaceCode[] = ['6201', '6202', '6203', '6205', '6301', '6401']

/** Behaviours that mean something for some interfaces only. */
const meaningfulFor: { readonly [Key in keyof Behaviour]?: readonly InterfaceCode[] } = {
  duplicate: ['6201'],
  refund: ['6203'],
  callbackFirst: ['6202'],
  wrongPayOrdId: ['6201', '6202', '6301'],
  ordStas: ['6202', '6203', '6205', '6301', '6401'],
  split: ['6202', '6205'],
  processingDelayMs: ['6202'],
}

/** The interfaces a script touches; empty when its behaviours have none in common with what it asks for. */
export const listTouched = (script: Script): readonly InterfaceCode[] =>
  every.filter(
    (code) =>
      (script.interface === undefined || script.interface === code) &&
      Object.entries(meaningfulFor).every(([key, codes]) => !(key in script) || codes.includes(code)),
  )

const checkShape = createCheck<Script>(Script)

/** What is wrong with a parsed value as a script, in Chinese; empty when it may be kept. */
export const listScriptFaults = (value: unknown): readonly string[] => {
  const { value: script, faults } = checkShape(value)
  if (faults.length > 0) return faults.map(faultText)
  if (script.medOrgOrd === undefined && script.payOrdId === undefined) return ['medOrgOrd 与 payOrdId 至少填一项']
  if (!Object.keys(behaviours).some((key) => key in script)) return ['没有写任何行为']
  return listTouched(script).length === 0 ? ['这些行为不适用于所选接口'] : []
}
