// Owns the rule that what a caller repeats of an order must be what the agent knows of it. Filling in is the verbs' own.
import type { Fields } from '../../../contract/check/json-text.ts'
import type { Fault } from '../../../contract/check/check.ts'
import { stripped } from '../../../contract/check/one-form.ts'
import type { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { isAuthorizationOfBefore, type Order } from '../../../core/domain/order/order.ts'

const fieldNames: Readonly<Record<string, string>> = {
  payOrdId: '支付订单号',
  payToken: '支付token',
  orgCodg: '定点机构编码',
  chrgBchno: '收费批次号',
  feeType: '费用类别',
  idNo: '证件号码',
  userName: '用户姓名',
  idType: '证件类别',
}

/** True when the caller wrote something; null and "" mean that he left it out. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

/** What the center named with blanks around it, a caller may name without. */
const agrees = (value: unknown, expected: unknown): boolean =>
  value === expected || (typeof expected === 'string' && value === stripped(expected))

/** Throws INVALID_FIELDS with every field of `body` that differs from the same one of `expected`. */
export const assertAgrees = (body: Fields, expected: Fields): void => {
  const faults: Fault[] = Object.keys(expected)
    .filter((path) => isGiven(body[path]) && !agrees(body[path], expected[path]))
    .map((path) => ({ path, name: fieldNames[path] ?? '', problem: '与费用上传不一致' }))
  if (faults.length > 0) throw invalidFields(faults)
}

/** Which upload a call means: the one that it names, else the one that counts now (RULES 2.4). */
export const namedPayOrdId = ({ upload }: Order, body: Fields): string => {
  const current = upload?.payOrdId ?? ''
  return isGiven(body['payOrdId']) && !agrees(body['payOrdId'], current) ? String(body['payOrdId']) : current
}

/** Refuses a call that may mean the fees of before as well as those that count now. */
export const mustName = (): AgentError =>
  invalidFields([
    { path: 'payOrdId', name: '支付订单号', problem: '该单号撤销后重新上传过, 须写明是哪一笔 (查询应答的 payOrdId)' },
  ])

/**
 * An authorization that came for the fees of before must not pay those that were uploaded anew, unless its caller names these
 * (RULES 2.4). Without one nothing is taken before the patient agrees.
 */
export const assertNotOfBefore = (order: Order, { payOrdId, payAuthNo }: Fields): void => {
  if (!isGiven(payOrdId) && isAuthorizationOfBefore(order, payAuthNo)) throw mustName()
}
