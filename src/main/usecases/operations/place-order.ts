// Owns the three ways from an upload to paid: 6202 支付下单, 6205 银行卡, 收银台 URL (RULES 4.1 to 4.4).
// None of them collects by itself; only ordStas 6 is paid.
import type { Fields } from '../../../contract/check/json-text.ts'
import { inputCheckOf } from '../../../contract/extra-fields.ts'
import type { InputOf } from '../../../contract/interfaces.ts'
import { PlaceBankOrderInput } from '../../../contract/interfaces/place-bank-order.ts'
import { PlaceOrderInput } from '../../../contract/interfaces/place-order.ts'
import { repeatText } from '../../../contract/check/repeat-text.ts'
import { CashierUrlParameters } from '../../../contract/envelope-fields.ts'
import { createCheck } from '../../../contract/check/check.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { OrderVerb } from '../../../core/domain/order/entries.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { tryParseFen } from '../../../core/domain/money/money.ts'
import { assertAgrees, assertNotOfBefore, isGiven, namedPayOrdId } from '../order/assert-agrees.ts'
import { assertExpContent } from './check-upload.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { performOperation, sendForOrder, type Performed } from './perform-operation.ts'
import type { FinishRequest, OrderKey } from '../base/ports.ts'
import { observeOrder } from './query-order.ts'
import { uploadOf } from '../order/read-order.ts'

const checkCashierParameters = createCheck<CashierUrlParameters>(CashierUrlParameters)

/** A repeat that names the fees of before gets their answer (RULES 2.4). */
const keyOf =
  (verb: OrderVerb, body: Fields) =>
  (order: Order): string =>
    `${verb}:${namedPayOrdId(order, body)}`

/** The caller's as it is: the table's own check refuses one that is no text. */
const payAuthNoOf = (order: Order, body: Fields): unknown => {
  if (isGiven(body['payAuthNo'])) return body['payAuthNo']
  if (order.payAuthNo !== undefined) return order.payAuthNo
  throw new AgentError('PAY_AUTH_MISSING')
}

const mdtrtIdOf = (order: Order, body: Fields): unknown => {
  const uploaded = uploadOf(order).mdtrtId
  const asked = body['mdtrtId']
  if (!isGiven(asked)) {
    if (uploaded === '') throw new AgentError('MDTRT_ID_MISSING')
    return uploaded
  }
  if (uploaded !== '' && typeof asked === 'string' && asked !== uploaded) throw new AgentError('MDTRT_ID_MISMATCH')
  return asked
}

/** RULES 3.2: a refusal may mean that the order is paid already, from another PC; 6301 says so before the caller is answered. */
const askAfterRefusal = async (
  dependencies: Dependencies,
  key: OrderKey,
  request: FinishRequest,
): Promise<FinishRequest> => {
  if (request.outcome === 'declined') await observeOrder(dependencies, key)
  return request
}

/** 6202. `body`: the caller's fields of table 8; the agent fills in the rest. */
export const placeOrder = (dependencies: Dependencies, key: OrderKey, body: Fields): Performed => {
  const bodyText = repeatText(PlaceOrderInput, body)
  return performOperation(dependencies, {
    order: key,
    verb: 'placement',
    keyOf: keyOf('placement', body),
    bodyText,
    prepare: (order) => {
      assertNotOfBefore(order, body)
      const { payOrdId, payToken, chrgBchno, feeType } = uploadOf(order)
      const recorded = { payOrdId, payToken, orgCodg: key.orgCodg, chrgBchno, feeType }
      assertAgrees(body, recorded)
      const ours = { payAuthNo: payAuthNoOf(order, body), mdtrtId: mdtrtIdOf(order, body) }
      const input = checked(dependencies, '6202', { orgBizSer: dependencies.newId(), ...body, ...ours, ...recorded })
      return {
        facts: { orgBizSer: input.orgBizSer, depositFen: tryParseFen(input.deposit) ?? 0, payAuthNo: input.payAuthNo },
        send: async () =>
          askAfterRefusal(dependencies, key, await sendForOrder(dependencies, key.orgCodg, '6202', input)),
      }
    },
  })
}

const checked = <Code extends '6202' | '6205'>(
  dependencies: Dependencies,
  code: Code,
  input: Fields,
): InputOf<Code> => {
  const { value, faults } = inputCheckOf(dependencies.settings.extraFields, code)(input)
  if (faults.length > 0) throw invalidFields(faults)
  assertExpContent(dependencies, value)
  return value
}

/** 6205. Its answer brings the URL under which the patient pays by bank card. */
export const placeBankOrder = (dependencies: Dependencies, key: OrderKey, body: Fields): Performed => {
  const bodyText = repeatText(PlaceBankOrderInput, body)
  return performOperation(dependencies, {
    order: key,
    verb: 'bankPlacement',
    keyOf: keyOf('bankPlacement', body),
    bodyText,
    prepare: (order) => {
      assertNotOfBefore(order, body)
      const { payOrdId, payToken } = uploadOf(order)
      const recorded = { payOrdId, payToken, orgCodg: key.orgCodg }
      assertAgrees(body, recorded)
      const payAuthNo = payAuthNoOf(order, body)
      const input = checked(dependencies, '6205', { orgBizSer: dependencies.newId(), ...body, payAuthNo, ...recorded })
      return {
        facts: { orgBizSer: input.orgBizSer, payAuthNo: input.payAuthNo },
        send: async () =>
          askAfterRefusal(dependencies, key, await sendForOrder(dependencies, key.orgCodg, '6205', input)),
      }
    },
  })
}

/** 收银台 (002, 3.1.2.1.5.1): the center's address with payAuthNo and deposit, encrypted. Nothing is sent by the agent. */
export const buildCashierUrl = (dependencies: Dependencies, key: OrderKey, body: Fields): Performed => {
  const bodyText = repeatText(CashierUrlParameters, body)
  return performOperation(dependencies, {
    order: key,
    verb: 'cashierUrl',
    keyOf: keyOf('cashierUrl', body),
    bodyText,
    prepare: (order) => {
      assertNotOfBefore(order, body)
      const { cashierUrl, payOrdId } = uploadOf(order)
      assertAgrees(body, { payOrdId })
      if (cashierUrl === '') throw new AgentError('CASHIER_URL_MISSING')
      const { payOrdId: _payOrdId, ...own } = body
      const { value, faults } = checkCashierParameters({ ...own, payAuthNo: payAuthNoOf(order, body) })
      if (faults.length > 0) throw invalidFields(faults)
      const output = { cashierUrl: dependencies.center.buildCashierUrl(cashierUrl, value) }
      return {
        facts: { depositFen: tryParseFen(value.deposit) ?? 0, payAuthNo: value.payAuthNo },
        send: () => Promise.resolve({ outcome: 'accepted', facts: { output }, lookups: [] }),
      }
    },
  })
}
