// Owns the line between one life of the agent and the center: the center port of the use cases. It carries every message to
// the fate that was drawn for it; what an answer means follows center/reply.ts.
import { interfaces, type InputOf, type InterfaceCode } from '../../../src/contract/interfaces.ts'
import { settingDefaults } from '../../../src/main/config/schema/setting-defaults.ts'
import { judgeRefund } from '../../../src/core/domain/order/order.ts'
import type { Center, CenterAnswer } from '../../../src/main/usecases/base/ports.ts'
import type { SeededRandom } from '../../seeded-random.ts'
import type { HistoryTrace } from './history-trace.ts'
import { drawFate, type Fate } from './message-fates.ts'
import type { HistoryPlan } from '../plan-history.ts'
import type { Acted, VirtualCenter } from './virtual-center.ts'
import type { Scope, VirtualTime } from './virtual-time.ts'

type Answer = CenterAnswer<InterfaceCode>

export type Line = {
  /** The port for one life of the agent: what is under way when that ends still arrives at the center. */
  readonly connect: (agent: Scope) => Center
}

const refusedMs = 20
const seenAfterMs = 1_000
const unsignedBelieved: ReadonlySet<InterfaceCode> = new Set(settingDefaults.center.unsignedRefusals)

const unknown = (reason: string): Answer => ({ kind: 'unknown', reason })

export type LineOptions = {
  readonly plan: HistoryPlan
  readonly time: VirtualTime
  readonly world: Scope
  readonly center: VirtualCenter
  readonly random: SeededRandom
  readonly trace: HistoryTrace
  /** Told of every order that the center has dealt with. */
  readonly onActed: (payOrdId: string) => void
}

export const createLine = ({ plan, time, world, center, random, trace, onActed }: LineOptions): Line => {
  let replies = 0
  const kept = new Map<InterfaceCode, Answer>()
  const isDown = (): boolean =>
    plan.outages.some(({ fromMs, forMs }) => time.nowMs() >= fromMs && time.nowMs() < fromMs + forMs)
  const trouble = (): number => (time.nowMs() >= plan.calmAtMs ? 0 : plan.trouble)

  const judge = (code: InterfaceCode, input: object, acted: Acted, minimal: boolean): Answer => {
    const replyId = `reply ${++replies}`
    if (acted.kind === 'refused') {
      return { kind: 'declined', refusal: { code: acted.code, message: acted.message, signed: true }, replyId }
    }
    const { decisive } = interfaces[code]
    const output = minimal ? Object.fromEntries(decisive.map((name) => [name, acted.reply[name]])) : { ...acted.reply }
    const warnings = minimal ? ['a field is missing'] : []
    const isCashAlone = 'refdType' in input && input.refdType === 'CASH'
    if (code === '6203' && judgeRefund(output, isCashAlone) === 'refused') {
      return { kind: 'declined', refusal: { code: '0', message: '', signed: true }, output, replyId }
    }
    return { kind: 'accepted', output, warnings, replyId }
  }

  const refusal = (code: InterfaceCode, signed: boolean): Answer => {
    const said = { code: '500', message: '测试拒绝', signed }
    if (signed) return { kind: 'declined', refusal: said, replyId: `reply ${++replies}` }
    return unsignedBelieved.has(code)
      ? { kind: 'declined', refusal: said }
      : { kind: 'unknown', reason: 'unsigned refusal', refusal: said }
  }

  /** A reply that names an order is only believed for that order (RULES 3.7). */
  const replayed = (code: InterfaceCode): Answer => {
    const old = kept.get(code)
    return old === undefined || interfaces[code].decisive.includes('payOrdId') ? unknown('an old reply') : old
  }

  /** Every arrival acts; only the first is answered, if that. */
  const deliver = <Code extends InterfaceCode>(
    code: Code,
    input: InputOf<Code>,
    { arrivesAfterMs, reply, replyAfterMs }: Extract<Fate, { kind: 'sent' }>,
    answer: (afterMs: number, said: Answer) => void,
  ): void => {
    if (reply === 'broken' && arrivesAfterMs.length === 0) answer(refusedMs, unknown('ECONNRESET'))
    for (const [at, afterMs] of arrivesAfterMs.entries()) {
      world.after(afterMs, () => {
        const acted = center.act(code, input)
        trace.note(() => `center ${code} ${describeActed(acted)}`)
        if (acted.kind === 'done') onActed(acted.order.payOrdId)
        if (at > 0 || reply === 'lost') return
        const said = judge(code, input, acted, reply === 'minimal')
        answer(replyAfterMs, reply === 'broken' || reply === 'garbled' ? unknown(reply) : said)
      })
    }
  }

  /** The answer of a placement whose notice shall come first waits; what is lost anyway stays lost. */
  const lateFor = (code: InterfaceCode, input: object, fate: Fate): Fate => {
    if (code !== '6202' || fate.kind !== 'sent' || fate.reply !== 'whole') return fate
    const { payOrdId = '' } = input as { readonly payOrdId?: string }
    const medOrgOrd = center.parts.ledger.find(payOrdId)?.medOrgOrd
    const replyAfterMs = plan.orders.find((order) => order.medOrgOrd === medOrgOrd)?.answersAfterMs
    return replyAfterMs === undefined ? fate : { ...fate, replyAfterMs }
  }

  /** Lets the message meet its fate; `answer` may be called more than once, and late. */
  const carry = <Code extends InterfaceCode>(
    code: Code,
    input: InputOf<Code>,
    fate: Fate,
    answer: (afterMs: number, said: Answer) => void,
  ): void => {
    if (fate.kind === 'notSent') answer(refusedMs, { kind: 'notSent', reason: 'ECONNREFUSED' })
    else if (fate.kind !== 'sent') answer(refusedMs, refusal(code, fate.kind === 'refusedSigned'))
    else if (fate.reply === 'replayed') answer(fate.replyAfterMs, replayed(code))
    else deliver(code, input, fate, answer)
  }

  return {
    connect: (agent) => ({
      expContentProblem: () => undefined,
      confirmsByQuery: plan.confirmsByQuery,
      reach: () => Promise.resolve(!isDown()),
      buildCashierUrl: (cashierUrl) => `${cashierUrl}&chnlAppId=测试渠道`,
      send: (code, input) =>
        new Promise((resolve) => {
          const fate: Fate = isDown() ? { kind: 'notSent' } : lateFor(code, input, drawFate(random, code, trouble()))
          trace.note(() => `agent sends ${code} ${JSON.stringify(fate)}`)
          let isWaiting = true
          const end = (said: Answer): void => {
            if (!isWaiting) return
            isWaiting = false
            trace.note(() => `agent gets ${code} ${said.kind} ${'reason' in said ? said.reason : ''}`)
            resolve(said)
            // What the agent wrote down as seen can be played again. A reply that it never saw would be believed: against
            // that RULES 3.7 has only the line's own protection.
            if ('replyId' in said) agent.after(seenAfterMs, () => kept.set(code, said))
          }
          const answer = (afterMs: number, said: Answer): void => {
            agent.after(afterMs, () => end(said))
          }
          answer(settingDefaults.center.timeoutsMs[code], unknown('ETIMEDOUT'))
          carry(code, input, fate, answer)
        }),
    }),
  }
}

const describeActed = (acted: Acted): string =>
  acted.kind === 'done'
    ? `${acted.order.payOrdId} is at ${acted.order.ordStas}`
    : `refused ${acted.code} ${acted.message}`
