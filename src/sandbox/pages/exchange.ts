// Owns one call of an interface: open, check, act, answer, and every way a script lets that go wrong on the wire.
// It knows no sockets (http-server.ts carries the answer out) and no business (interfaces/).
import { setTimeout as wait } from 'node:timers/promises'
import { faultText } from '../../contract/check/check.ts'
import { type InputOf, type InterfaceCode, interfaces } from '../../contract/interfaces.ts'
import type { Center } from '../center.ts'
import type { Act, Done } from '../interfaces/act.ts'
import { placeBankOrder } from '../interfaces/place-bank-order.ts'
import { placeOrder } from '../interfaces/place-order.ts'
import { queryOrder } from '../interfaces/query-order.ts'
import { refundOrder } from '../interfaces/refund-order.ts'
import { revokeUpload } from '../interfaces/revoke-upload.ts'
import { uploadFees } from '../interfaces/upload-fees.ts'
import { forceState, hasMoved, type Order, recordEvent } from '../ledger/order.ts'
import { Refusal, refusalCodes, refuse } from '../ledger/refusal.ts'
import type { Behaviour } from '../script.ts'
import type { Subject } from '../script-book.ts'
import { actAsPayer } from '../payer.ts'
import type { WireFields } from '../ledger/settlement-fields.ts'
import { planPlacement } from '../ledger/settlement.ts'
import { newSerial } from '../shanghai-time.ts'

/** What goes back over the socket; `drop`: destroy it without a byte. */
export type Answer =
  | {
      readonly status: number
      readonly type: string
      readonly body: Buffer | string
      /** Its content-encoding, where it has one. */
      readonly encoding?: string
      readonly thenClose?: boolean
    }
  | 'drop'

const acts: { readonly [Code in InterfaceCode]: Act<Code> } = {
  '6201': uploadFees,
  '6202': placeOrder,
  '6203': refundOrder,
  '6205': placeBankOrder,
  '6301': queryOrder,
  '6401': revokeUpload,
}

const jsonType = 'application/json; charset=utf-8'
const garbagePage = '<html><body><h1>502 Bad Gateway</h1></body></html>'

const readInput = <Code extends InterfaceCode>(center: Center, code: Code, body: Buffer): InputOf<Code> => {
  const data = center.channel.openRequest(body)
  const { value, faults } = interfaces[code].checkInput(data)
  if (faults.length > 0) refuse('badFields', `参数校验失败: ${faults.map(faultText).join('; ')}`.slice(0, 1000))
  if ('orgCodg' in value && value.orgCodg !== center.settings.orgCodg) {
    refuse('wrongInstitution', '定点机构编码与渠道不符')
  }
  return value
}

const findSubject = (center: Center, input: object): Subject & { readonly order: Order | undefined } => {
  const named = input as { readonly medOrgOrd?: string; readonly payOrdId?: string }
  const order =
    named.payOrdId === undefined
      ? center.ledger.findByHospital(named.medOrgOrd ?? '')
      : center.ledger.find(named.payOrdId)
  return { order, medOrgOrd: named.medOrgOrd ?? order?.medOrgOrd, payOrdId: order?.payOrdId }
}

const force = (center: Center, order: Order, ordStas: string | undefined): void => {
  if (ordStas === undefined) return
  const placement = order.placement ?? planPlacement(center, order, { way: 'order' })
  forceState(order, placement, ordStas)
}

/** Says what the scripts want to be said instead of the honest reply. */
const twistReply = (center: Center, code: InterfaceCode, { order, reply }: Done, behaviour: Behaviour): WireFields => {
  let data = reply()
  if (behaviour.minimalReply) {
    data = Object.fromEntries(interfaces[code].decisive.map((name) => [name, data[name]]))
  }
  if (behaviour.wrongPayOrdId) {
    data = { ...data, payOrdId: center.ledger.findOther(order)?.payOrdId ?? newSerial('ORD') }
  }
  return data
}

/** Sends 6302 ahead of the answer and waits for the hospital's; the payer pays what cash there is. */
const callBackFirst = async (center: Center, order: Order): Promise<void> => {
  if (order.ordStas === '2' && !hasMoved(order)) actAsPayer(center, order, { action: 'pay' })
  await order.delivery?.first
}

const answerGarbage = (status: number): Answer => ({ status, type: 'text/html', body: garbagePage })

/** The value, or why it was refused; anything else thrown is a fault of the sandbox. */
const tryAct = async <Value>(act: () => Value | Promise<Value>): Promise<Value | Refusal> => {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

export type Exchange = (code: InterfaceCode, body: Buffer) => Promise<Answer>

/** Builds the one function that answers the six paths. */
export const createExchange = (center: Center): Exchange => {
  const lastReplies = new Map<InterfaceCode, Buffer>()
  const answerJson = (sealed: Buffer, thenClose = false): Answer => ({
    ...center.channel.compress(sealed),
    ...{ status: 200, type: jsonType, thenClose },
  })
  const pause = (delayMs: number): Promise<void> => wait(delayMs, undefined, { signal: center.closing })

  const answerRefusal = (refusal: Refusal, { unsignedRefusal, closeIdle }: Behaviour = {}): Answer =>
    answerJson(center.channel.sealRefusal(refusal, unsignedRefusal === true), closeIdle)

  /** What happens instead of acting, if anything. */
  const answerBefore = (code: InterfaceCode, behaviour: Behaviour): Answer | undefined => {
    const { status, decline, replay, unsignedRefusal } = behaviour
    if (behaviour.lostRequest) return 'drop'
    if (status !== undefined && status.acted !== true) return answerGarbage(status.code)
    if (replay) {
      const earlier = lastReplies.get(code)
      if (earlier !== undefined) return answerJson(earlier)
      return answerRefusal(new Refusal(refusalCodes.scripted, '沙箱还没有可重放的应答'))
    }
    if (decline !== undefined) return answerRefusal(new Refusal(decline.code, decline.message), behaviour)
    if (unsignedRefusal) return answerRefusal(new Refusal(refusalCodes.scripted, '沙箱脚本要求拒绝'), behaviour)
    return undefined
  }

  /** Acts and gives the data of the reply, the scripts' say included. Throws a Refusal. */
  const act = async <Code extends InterfaceCode>(
    code: Code,
    input: InputOf<Code>,
    behaviour: Behaviour,
  ): Promise<WireFields> => {
    const { order } = findSubject(center, input)
    if (code === '6301' && order !== undefined) force(center, order, behaviour.ordStas)
    const done = acts[code](center, input, behaviour)
    center.ledger.count('acted', code)
    if (code !== '6301') force(center, done.order, behaviour.ordStas)
    const data = twistReply(center, code, done, behaviour)
    if (behaviour.callbackFirst) await callBackFirst(center, done.order)
    return data
  }

  /** What is sent after acting, or nothing; a refusal is as easily lost as a reply. */
  const answerAfter = (code: InterfaceCode, outcome: WireFields | Refusal, behaviour: Behaviour): Answer => {
    if (behaviour.lostReply) return 'drop'
    if (behaviour.status !== undefined) return answerGarbage(behaviour.status.code)
    if (behaviour.garbage) return answerGarbage(200)
    if (outcome instanceof Refusal) return answerRefusal(outcome, behaviour)
    const body = center.channel.sealReply(outcome, behaviour)
    if (!behaviour.wrongSignature) lastReplies.set(code, body)
    return answerJson(body, behaviour.closeIdle)
  }

  return async (code, body) => {
    center.ledger.count('requests', code)
    const input = await tryAct(() => readInput(center, code, body))
    if (input instanceof Refusal) return answerRefusal(input)
    const subject = findSubject(center, input)
    const behaviour = center.scripts.take(code, subject)
    const wishes = Object.keys(behaviour)
    if (wishes.length > 0 && subject.order !== undefined) recordEvent(subject.order, `${code} ${wishes.join(' ')}`)
    const instead = answerBefore(code, behaviour)
    if (instead !== undefined) return instead
    const { slow } = behaviour
    if (slow?.acts === 'late') await pause(slow.delayMs)
    const outcome = await tryAct(() => act(code, input, behaviour))
    if (slow !== undefined && slow.acts !== 'late') await pause(slow.delayMs)
    return answerAfter(code, outcome, behaviour)
  }
}
