// Owns 6201 费用明细上传: the bill adds up, a medOrgOrd has one order unless revoked or scripted otherwise.
import { createHash, randomBytes } from 'node:crypto'
import type { InputOf } from '../../contract/interfaces.ts'
import { canonicalJsonText } from '../../contract/check/json-text.ts'
import type { Center } from '../center.ts'
import { formatYuan, parseFen } from '../ledger/fen.ts'
import { type Order, recordEvent } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import type { Behaviour } from '../script.ts'
import { newSerial } from '../shanghai-time.ts'
import type { Act, Done } from './act.ts'

// 6202 answers the total as a number of 12 digits with 2 decimals.
const maxTotalFen = 999_999_999_999

const sumBill = ({ medfeeSumamt, feedetailList }: InputOf<'6201'>): number => {
  const totalFen = parseFen(medfeeSumamt)
  if (totalFen <= 0 || totalFen > maxTotalFen) refuse('badAmounts', '医疗费总额超出范围')
  const linesFen = feedetailList.reduce((sum, { detItemFeeSumamt }) => sum + parseFen(detItemFeeSumamt), 0)
  if (linesFen !== totalFen) {
    refuse('badAmounts', `费用明细合计 ${formatYuan(linesFen)} 与医疗费总额 ${formatYuan(totalFen)} 不一致`)
  }
  const serials = new Set(feedetailList.map(({ feedetlSn }) => feedetlSn))
  if (serials.size !== feedetailList.length) refuse('badFields', '费用明细流水号重复')
  return totalFen
}

const digestUpload = (input: InputOf<'6201'>): string =>
  createHash('sha256').update(canonicalJsonText(input)).digest('hex')

const openOrder = (input: InputOf<'6201'>, totalFen: number, uploadDigest: string): Order => ({
  payOrdId: newSerial('ORD'),
  payToken: randomBytes(16).toString('hex').toUpperCase(),
  medOrgOrd: input.medOrgOrd,
  orgCodg: input.orgCodg,
  patient: { idNo: input.idNo, userName: input.userName, idType: input.idType },
  ecToken: input.ecToken,
  chrgBchno: input.chrgBchno,
  feeType: input.feeType,
  mdtrtId: input.mdtrtId || undefined,
  acctUsedFlag: input.acctUsedFlag,
  totalFen,
  uploadDigest,
  ordStas: '0',
  placement: undefined,
  insurance: 'none',
  settlement: undefined,
  cashCollectedFen: 0,
  cashReturnedFen: 0,
  bizSerials: [],
  refunds: [],
  callbacks: [],
  history: [],
  settleTimer: undefined,
  delivery: undefined,
})

const answerUpload = (center: Center, order: Order): Done => ({
  order,
  reply: () => ({
    payOrdId: order.payOrdId,
    payToken: order.payToken,
    cashierUrl: `${center.url()}/cashier?payOrdId=${order.payOrdId}`,
  }),
})

/** The order to answer with when the medOrgOrd is there already; undefined: open another. */
const findEarlier = (center: Center, medOrgOrd: string, digest: string, wish: Behaviour['duplicate']) => {
  const earlier = center.ledger.findByHospital(medOrgOrd)
  if (earlier === undefined || earlier.ordStas === '12' || wish === 'second') return undefined
  if (wish === 'refuse') refuse('alreadyUploaded', '该医疗机构订单号已上传')
  if (wish === undefined && earlier.uploadDigest !== digest) {
    refuse('alreadyUploaded', '该医疗机构订单号已上传且内容不同, 请先撤销再上传')
  }
  return earlier
}

export const uploadFees: Act<'6201'> = (center, input, { duplicate }) => {
  const totalFen = sumBill(input)
  const digest = digestUpload(input)
  const earlier = findEarlier(center, input.medOrgOrd, digest, duplicate)
  if (earlier !== undefined) {
    recordEvent(earlier, 'uploaded again')
    return answerUpload(center, earlier)
  }
  const order = openOrder(input, totalFen, digest)
  center.ledger.add(order)
  recordEvent(order, 'uploaded')
  return answerUpload(center, order)
}
