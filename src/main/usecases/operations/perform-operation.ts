// Owns the one path of every operation on an order: look at what is there, write the intent, send, write the outcome
// (docs/architecture.md; RULES 2, 3). What is sent, and when it is allowed, the verbs' own files say.
import type { InputOf, InterfaceCode } from '../../../contract/interfaces.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { IntentEntry, IntentFacts, OrderVerb, Origin } from '../../../core/domain/order/entries.ts'
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import { isUnseenRefund, type Operation, type Order } from '../../../core/domain/order/order.ts'
import { allowedVerbs, mayBePaidTwice, stateBeneath, stateOf } from '../../../core/domain/order/order-state.ts'
import { callPerson } from '../order/call-person.ts'
import { announceOrder } from '../order/announce-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { Lookup } from '../base/look-ups.ts'
import type { CenterAnswer, FinishRequest, OrderKey } from '../base/ports.ts'
import { standingOf, wrongState } from '../order/read-order.ts'
import { writeWhenFree } from '../base/write-when-free.ts'

export type Prepared<Verb extends OrderVerb> = {
  readonly facts: IntentFacts[Verb]
  readonly lookups?: readonly Lookup[]
  /** The whole request, when a later step may have to send it again. */
  readonly body?: object
  /** Sends and says what to record; called after the intent is durable. */
  readonly send: (intent: IntentEntry) => Promise<FinishRequest>
}

export type OperationPlan<Verb extends OrderVerb> = {
  readonly order: OrderKey
  readonly verb: Verb
  /** RULES 2.1; a new upload of the same order begins new keys. */
  readonly keyOf: (order: Order) => string
  /** Canonical text of what the caller asked; decides repeat or conflict. */
  readonly bodyText: string
  /** Checks the order and builds the request. Throws AgentError; then nothing was written. */
  readonly prepare: (order: Order) => Prepared<Verb>
  readonly origin?: Origin
  /** Whether it may be done in this status all the same, beside `allowedVerbs`. */
  readonly isAlsoAllowed?: (order: Order) => boolean
  /** Done once a refusal is on record, before the caller is answered. */
  readonly afterRefusal?: () => Promise<unknown>
}

/** A patient stands at the window: known to be in vain, these are refused at once. Everything else is tried. */
const asksPatient: ReadonlySet<OrderVerb> = new Set(['upload', 'placement', 'bankPlacement', 'cashierUrl'])

/** The id of the operation that answers the call: a new one, one that runs, or one that ended before. */
export type Performed = { readonly operationId: string; readonly done: Promise<void> }

const waysToPay: readonly OrderVerb[] = ['placement', 'bankPlacement', 'cashierUrl']

const assertAllowed = <Verb extends OrderVerb>(
  order: Order,
  { verb, origin, isAlsoAllowed = () => false }: OperationPlan<Verb>,
): void => {
  const state = stateOf(order)
  if (waysToPay.includes(verb) && mayBePaidTwice(order)) throw wrongState(order)
  if (allowedVerbs[state].includes(verb)) return
  // What may wait stands behind what waits already, and is judged again when its turn comes.
  const beneath = stateBeneath(order)
  if (state === 'queued' && origin?.queue === true && allowedVerbs[beneath].includes(verb)) return
  const isFree = state === beneath || (state === 'queued' && origin?.queue === true)
  if (isFree && isAlsoAllowed(order)) return
  if (order.operations.length === 0) {
    throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd: order.medOrgOrd } })
  }
  if (waysToPay.includes(verb) && order.way !== undefined) {
    throw new AgentError('SECOND_WAY', { detail: { way: order.way, ...standingOf(order) } })
  }
  if (verb === 'refund' && state === 'refunding') throw new AgentError('REFUND_LIVE', { detail: standingOf(order) })
  throw wrongState(order)
}

/** RULES 2.2 to 2.4: whether the last operation of this key answers the call. */
const answersAgain = (order: Order, last: Operation, verb: OrderVerb): boolean => {
  switch (last.outcome?.outcome) {
    case 'notSent':
      return false
    case 'declined':
      return verb === 'refund'
    case 'accepted':
      return !(verb === 'upload' && stateOf(order) === 'revoked')
    default:
      return true
  }
}

/** Says where the order stands, so that nobody has to guess whether the first request was done. */
const conflictWith = (order: Order, operationId: string): AgentError =>
  new AgentError('KEY_CONFLICT', {
    addition: '此前的请求内容不同, 结果见 operationId',
    detail: { operationId, ...standingOf(order) },
  })

/** Of a number that another's order has, only that it is taken: an upload cannot hide it, and everything else finds nothing. */
const assertOwn = (order: Order, verb: OrderVerb, key: OrderKey, { isStranger }: Dependencies): void => {
  if (isStranger?.(key) !== true) return
  if (verb !== 'upload') throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd: key.medOrgOrd } })
  const isFree = ['new', 'revoked'].includes(stateOf(order))
  if (!isFree) throw new AgentError('KEY_CONFLICT', { addition: '单号已被使用', detail: { medOrgOrd: key.medOrgOrd } })
}

/**
 * Performs an operation at most once per key. A repeat with the same body joins the running one or gets the recorded
 * answer; another body is KEY_CONFLICT. Everything up to the durable intent happens in one turn of the event loop, so two
 * calls cannot both find the way free.
 */
export const performOperation = <Verb extends OrderVerb>(
  dependencies: Dependencies,
  plan: OperationPlan<Verb>,
): Performed => {
  const { journal, running, link } = dependencies
  const order = foldOrder(plan.order.orgCodg, plan.order.medOrgOrd, journal.readEntries(plan.order))
  assertOwn(order, plan.verb, plan.order, dependencies)
  // What is not read whole may have been paid already: neither sent again nor answered from.
  journal.assertWhole(plan.order)
  const bodyMac = journal.macOf(plan.bodyText)
  const key = plan.keyOf(order)
  const last = order.operations.findLast(({ intent }) => intent.key === key)
  if (last !== undefined && answersAgain(order, last, plan.verb)) {
    const { operationId } = last.intent
    if (last.intent.bodyMac !== bodyMac) throw conflictWith(order, operationId)
    return { operationId, done: running.find(operationId) ?? Promise.resolve() }
  }
  const sent = order.operations.find((operation) => operation.intent.key === key && isUnseenRefund(operation))
  if (sent !== undefined && sent.intent.bodyMac !== bodyMac) throw conflictWith(order, sent.intent.operationId)
  assertAllowed(order, plan)
  if (asksPatient.has(plan.verb)) link.assertUp()
  const { facts, lookups = [], body, send } = plan.prepare(order)
  const { by } = dependencies
  const intent = journal.begin({
    operationId: dependencies.newId(),
    order: plan.order,
    key,
    attempt: (last?.intent.attempt ?? 0) + 1,
    verb: plan.verb,
    facts: by === undefined ? facts : { ...facts, by },
    bodyMac,
    lookups,
    ...(body === undefined ? {} : { body }),
  })
  const done = running.start(intent.operationId, async () => {
    // I1: not a byte leaves before the intent is on the disk.
    await journal.durable()
    const request = await send(intent)
    await recordOutcome(dependencies, plan.order, intent, request)
    if (request.outcome === 'declined') await plan.afterRefusal?.()
  })
  // An answer that could not be written down is lost to us: the order is followed as after a crash.
  done.catch(() => {
    dependencies.watch(plan.order)
  })
  return { operationId: intent.operationId, done }
}

/** Writes an outcome and, once it is on the disk, tells the listeners and lets the order be followed. */
export const recordOutcome = async (
  dependencies: Dependencies,
  key: OrderKey,
  intent: IntentEntry,
  request: FinishRequest,
): Promise<void> => {
  const { journal, watch } = dependencies
  await writeWhenFree(journal, () => journal.finish(intent, key, request))
  if (request.outcome === 'declined' && 'rule' in intent.facts) {
    callPerson(dependencies, key, intent.verb === 'revocation' ? 'revocation-failed' : 'automatic-refund-failed')
  }
  await announceOrder(dependencies, key)
  watch(key)
}

const replyNamesNoOrder: ReadonlySet<InterfaceCode> = new Set(['6203', '6205', '6401'])

/**
 * Sends one interface for an order and turns the answer into what is recorded. A reply that names no order and was seen
 * before is an old one played again: `unknown` (RULES 3.7).
 */
export const sendForOrder = async <Code extends InterfaceCode>(
  { center, journal }: Dependencies,
  orgCodg: string,
  code: Code,
  input: InputOf<Code>,
): Promise<FinishRequest> => {
  const answer = await center.send(code, input)
  const replyId = 'replyId' in answer ? answer.replyId : undefined
  if (replyId === undefined || !replyNamesNoOrder.has(code)) return finishOf(answer)
  const reply: Lookup = { kind: 'reply', value: replyId }
  if (journal.findOrders(orgCodg, reply).length > 0) {
    return finishOf({ kind: 'unknown', reason: 'the reply was seen before' })
  }
  return { ...finishOf(answer), lookups: [reply] }
}

/** What is recorded of an answer. */
export const finishOf = (answer: CenterAnswer<InterfaceCode>): FinishRequest => {
  switch (answer.kind) {
    case 'accepted': {
      const { output, warnings } = answer
      return { outcome: 'accepted', facts: warnings.length > 0 ? { output, warnings } : { output }, lookups: [] }
    }
    case 'declined': {
      const { refusal, output } = answer
      return { outcome: 'declined', facts: output === undefined ? { refusal } : { refusal, output }, lookups: [] }
    }
    case 'notSent':
      return { outcome: 'notSent', facts: { reason: answer.reason }, lookups: [] }
    case 'unknown': {
      const { reason, refusal, isAnswered } = answer
      const facts = {
        reason,
        ...(refusal === undefined ? {} : { refusal }),
        ...(isAnswered === undefined ? {} : { isAnswered }),
      }
      return { outcome: 'unknown', facts, lookups: [] }
    }
  }
}
