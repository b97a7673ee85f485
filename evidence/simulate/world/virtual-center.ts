// Owns the center of a history: the simulated center's own orders, ledger and interfaces, without its sockets and its ciphers.
// What happens to the messages on the way is unreliable-line.ts.
import type { InputOf, InterfaceCode } from '../../../src/contract/interfaces.ts'
import { createAuthorizations } from '../../../src/sandbox/ledger/authorizations.ts'
import type { Center } from '../../../src/sandbox/center.ts'
import type { Channel } from '../../../src/sandbox/channel/channel.ts'
import type { Act } from '../../../src/sandbox/interfaces/act.ts'
import { placeBankOrder } from '../../../src/sandbox/interfaces/place-bank-order.ts'
import { placeOrder } from '../../../src/sandbox/interfaces/place-order.ts'
import { queryOrder } from '../../../src/sandbox/interfaces/query-order.ts'
import { refundOrder } from '../../../src/sandbox/interfaces/refund-order.ts'
import { revokeUpload } from '../../../src/sandbox/interfaces/revoke-upload.ts'
import { uploadFees } from '../../../src/sandbox/interfaces/upload-fees.ts'
import { createLedger, type LedgerPicture } from '../../../src/sandbox/ledger/ledger.ts'
import type { Delivery, Order } from '../../../src/sandbox/ledger/order.ts'
import { Refusal } from '../../../src/sandbox/ledger/refusal.ts'
import type { Behaviour } from '../../../src/sandbox/script.ts'
import { createPhone } from '../../../src/sandbox/phone.ts'
import { createScriptBook } from '../../../src/sandbox/script-book.ts'
import type { HistoryPlan } from '../plan-history.ts'

export const orgCodg = 'H00000000001'

const acts: { readonly [Code in InterfaceCode]: Act<Code> } = {
  '6201': uploadFees,
  '6202': placeOrder,
  '6203': refundOrder,
  '6205': placeBankOrder,
  '6301': queryOrder,
  '6401': revokeUpload,
}

/** What the center did, and what it says of it. */
export type Acted =
  | { readonly kind: 'done'; readonly order: Order; readonly reply: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

export type VirtualCenter = {
  readonly act: <Code extends InterfaceCode>(code: Code, input: InputOf<Code>) => Acted
  /** The parts that the simulated center's own functions work on, for the payer and the portal. */
  readonly parts: Center
  readonly ledger: () => LedgerPicture
}

/** The line is unreliable-line.ts: nothing is sealed in a history. */
const noChannel = {} as Channel

/** Runs the work; a refusal is a value. */
export const tryAtCenter = <Value>(work: () => Value): Value | Refusal => {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** `deliver` sends 6302 for a settled order; undefined when the center sends none. */
export const createVirtualCenter = (
  { orders, ackSettles, notices }: HistoryPlan,
  deliver: (order: Order) => Delivery,
): VirtualCenter => {
  const parts: Center = {
    settings: { orgCodg, orgName: '测试医院', processingDelayMs: 0, refundTotal: 'original' },
    channel: noChannel,
    ledger: createLedger(),
    authorizations: createAuthorizations(),
    phone: createPhone(),
    scripts: createScriptBook(),
    callbacks: {
      target: () => (notices ? { url: 'http://callback.invalid', form: 'plain', ackSettles } : undefined),
      aim: () => undefined,
      deliver: (order) => {
        if (!notices) return undefined
        order.delivery = deliver(order)
        return order.delivery
      },
      sendOnce: () => Promise.resolve(undefined),
    },
    url: () => 'http://center.invalid',
    closing: new AbortController().signal,
  }
  for (const { medOrgOrd, split, settlesAfterMs } of orders) {
    parts.scripts.add({ medOrgOrd, split, processingDelayMs: settlesAfterMs })
  }
  const wishes = new Map(orders.map((plan) => [plan.medOrgOrd, { ...plan, refundWishes: [...plan.refundWishes] }]))

  /** What this call shall meet with: the plan's next wish for the order. */
  const behaviourFor = (code: InterfaceCode, input: object): Behaviour => {
    const { medOrgOrd, payOrdId } = input as { readonly medOrgOrd?: string; readonly payOrdId?: string }
    const wish = wishes.get(medOrgOrd ?? parts.ledger.find(payOrdId ?? '')?.medOrgOrd ?? '')
    const duplicate = code === '6201' ? wish?.secondUpload : undefined
    const refund = code === '6203' ? wish?.refundWishes.shift() : undefined
    return { ...(duplicate === undefined ? {} : { duplicate }), ...(refund === undefined ? {} : { refund }) }
  }

  return {
    parts,
    ledger: parts.ledger.picture,
    act: (code, input) => {
      const done = tryAtCenter(() => acts[code](parts, input, behaviourFor(code, input)))
      return done instanceof Refusal
        ? { kind: 'refused', code: done.code, message: done.message }
        : { kind: 'done', order: done.order, reply: done.reply() }
    },
  }
}
