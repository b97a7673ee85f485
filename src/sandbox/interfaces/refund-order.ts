// Owns 6203 医保退费: which refund a state allows, its bounds, and one effect per appRefdSn (RULES 7).
import type { InputOf } from '../../contract/interfaces.ts'
import type { Center } from '../center.ts'
import { formatYuan, parseFen } from '../ledger/fen.ts'
import {
  cashDueFen,
  cashHeldFen,
  moveOrder,
  type Order,
  type Placement,
  type Refund,
  recordEvent,
} from '../ledger/order.ts'
import type { RefundType } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import type { Behaviour } from '../script.ts'
import { formatMoment, formatStamp, newSerial } from '../shanghai-time.ts'
import { type Act, requireOrder } from './act.ts'

const allowedStates: Readonly<Record<RefundType, readonly string[]>> = {
  ALL: ['6'],
  HI: ['6', '9', '10'],
  CASH: ['6', '8', '10', '11', '13', '16'],
}

type Asked = {
  readonly type: RefundType
  readonly totalFen: number
  readonly fundFen: number
  readonly accountFen: number
  readonly cashFen: number
}

const readAsked = (input: InputOf<'6203'>): Asked => {
  const { refdType } = input
  if (refdType !== 'ALL' && refdType !== 'CASH' && refdType !== 'HI') {
    return refuse('badFields', 'refdType 退费类型: 取值应为 ALL、CASH、HI')
  }
  return {
    type: refdType,
    totalFen: parseFen(input.totlRefdAmt),
    fundFen: parseFen(input.fundRefdAmt ?? '0'),
    accountFen: parseFen(input.psnAcctRefdAmt ?? '0'),
    cashFen: parseFen(input.cashRefdAmt),
  }
}

/** Tells a repeat from another refund under the same number; the authorisation may differ. */
const describeAsked = (payOrdId: string, asked: Asked): string => JSON.stringify({ payOrdId, ...asked })

const requireBounds = (center: Center, order: Order, { split }: Placement, asked: Asked): void => {
  const { type, fundFen, accountFen, cashFen } = asked
  const parts = type !== 'ALL' && center.settings.refundTotal === 'parts'
  const wantedFen = parts ? fundFen + accountFen + cashFen : order.totalFen
  if (asked.totalFen !== wantedFen) refuse('badAmounts', `总退费金额应为 ${formatYuan(wantedFen)}`)
  if (type === 'CASH') {
    if (fundFen !== 0 || accountFen !== 0) refuse('badAmounts', '只退现金时基金和个人账户退费金额应为 0')
    if (cashFen <= 0) refuse('badAmounts', '现金退费金额应大于 0')
    if (cashFen > cashHeldFen(order)) refuse('badAmounts', `现金最多可退 ${formatYuan(cashHeldFen(order))}`)
    return
  }
  if (order.insurance !== 'settled') refuse('wrongState', '医保部分没有结算或已退')
  if (fundFen !== split.fundFen || accountFen !== split.accountFen) {
    refuse('badAmounts', '医保部分不能部分退费, 基金和个人账户退费金额须与结算一致')
  }
  if (type === 'HI' && cashFen !== 0) refuse('badAmounts', '只退医保时现金退费金额应为 0')
  if (type === 'ALL' && cashFen !== split.cashFen) refuse('badAmounts', '全部退费时现金退费金额须与结算一致')
}

const requireAuthorization = (center: Center, order: Order, { ecToken, payAuthNo }: InputOf<'6203'>): void => {
  if (ecToken && payAuthNo) refuse('badAuthorization', 'ecToken 与 payAuthNo 只能传一个')
  if (payAuthNo) center.authorizations.use(payAuthNo, order.patient)
  else if (!ecToken) refuse('badAuthorization', 'ecToken 与 payAuthNo 不可同时为空')
  else if (ecToken !== order.ecToken && ecToken !== order.settlement?.revsToken)
    refuse('badAuthorization', 'ecToken 与费用上传不一致, 请患者重新授权')
}

/** The state after what was returned (RULES 5). Insurance that never settled leaves the cash states too. */
const stateAfter = (order: Order, placement: Placement): string => {
  const left = cashHeldFen(order) > 0
  const partly = order.cashReturnedFen > 0
  if (order.insurance !== 'returned') return left ? '10' : '9'
  if (!left && (partly || cashDueFen(placement) === 0)) return '7'
  return partly ? '11' : '8'
}

const returnMoney = (order: Order, placement: Placement, asked: Asked, refStatus: Refund['refStatus']): number => {
  if (refStatus === 'FAIL' || (refStatus === 'EXP' && asked.type === 'CASH')) {
    recordEvent(order, `refund ${asked.type} failed`)
    return 0
  }
  let returnedFen = 0
  if (asked.type !== 'CASH') {
    order.insurance = 'returned'
    returnedFen += placement.split.fundFen + placement.split.accountFen + placement.split.otherFen
  }
  if (asked.type !== 'HI' && refStatus === 'SUCC') {
    const cashFen = asked.type === 'ALL' ? cashHeldFen(order) : asked.cashFen
    order.cashReturnedFen += cashFen
    returnedFen += cashFen
  }
  const wholly = asked.type === 'ALL' && refStatus === 'SUCC'
  const ordStas = wholly ? '7' : asked.type === 'HI' && order.ordStas === '6' ? '8' : stateAfter(order, placement)
  moveOrder(order, ordStas, `refund ${asked.type} ${refStatus}`)
  return returnedFen
}

const describeReply = (refdSn: string, type: RefundType, refStatus: Refund['refStatus']): Refund['reply'] => {
  if (type === 'CASH' || refStatus === 'FAIL') return { refdSn, refStatus }
  const stamp = formatStamp(Date.now())
  return {
    refdSn,
    refStatus,
    hiFefdSn: newSerial('HF'),
    hiTrnsDate: stamp.slice(0, 8),
    hiTrnsTime: stamp.slice(8, 14),
  }
}

/** EXP says that the cash did not go back: of an ALL only where there is any. */
const chooseStatus = (wish: Behaviour['refund'], order: Order, type: RefundType): Refund['refStatus'] => {
  if (wish === 'FAIL') return 'FAIL'
  return wish === 'EXP' && (type !== 'ALL' || cashHeldFen(order) > 0) ? 'EXP' : 'SUCC'
}

/** The refund that the number already stands for. Throws a Refusal when it was another one. */
const findRepeated = (center: Center, appRefdSn: string, asked: string): Refund | undefined => {
  const refund = center.ledger.findByRefund(appRefdSn)?.refunds.find((candidate) => candidate.appRefdSn === appRefdSn)
  if (refund !== undefined && refund.asked !== asked) refuse('repeatedSerial', '应用退款流水号已用于另一笔退费')
  return refund
}

export const refundOrder: Act<'6203'> = (center, input, behaviour) => {
  const order = requireOrder(center, input.payOrdId)
  const asked = readAsked(input)
  const { appRefdSn } = input
  const repeated = findRepeated(center, appRefdSn, describeAsked(order.payOrdId, asked))
  if (repeated !== undefined) {
    recordEvent(order, 'refund asked again')
    return { order, reply: () => repeated.reply }
  }
  const { placement } = order
  if (placement === undefined || !allowedStates[asked.type].includes(order.ordStas)) {
    return refuse('wrongState', `订单状态 ${order.ordStas}, 不能做 ${asked.type} 退费`)
  }
  requireBounds(center, order, placement, asked)
  requireAuthorization(center, order, input)
  const { revsToken } = order.settlement ?? {}
  if (revsToken !== undefined && (input.ecToken === revsToken || input.expContent?.includes(revsToken) === true)) {
    recordEvent(order, 'authorised by the reversal token')
  }
  const refStatus = chooseStatus(behaviour.refund, order, asked.type)
  const returnedFen = returnMoney(order, placement, asked, refStatus)
  const reply = describeReply(newSerial('RF'), asked.type, refStatus)
  order.refunds.push({
    appRefdSn,
    refdSn: String(reply['refdSn']),
    refdType: asked.type,
    refStatus,
    asked: describeAsked(order.payOrdId, asked),
    returnedFen,
    at: formatMoment(Date.now()),
    reply,
  })
  center.ledger.bindRefund(appRefdSn, order)
  return { order, reply: () => reply }
}
