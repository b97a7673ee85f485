// Owns /_sandbox/: scripting the center, acting as payer and phone channel, reading the ledger. Plain JSON only.
import Type, { type Static } from 'typebox'
import { type Check, createCheck, faultText } from '../../contract/check/check.ts'
import { Strict, Text } from '../../contract/check/fields.ts'
import { defaultLifeMs } from '../ledger/authorizations.ts'
import { authorizeByPhone } from '../authorize-by-phone.ts'
import { checkForms } from '../channel/center-forms.ts'
import type { Center } from '../center.ts'
import { CallbackTarget, DelayMs } from '../options.ts'
import type { Order } from '../ledger/order.ts'
import { actAsPayer, checkPayerAct } from '../payer.ts'
import { checkAgentTarget } from '../phone.ts'
import { Refusal } from '../ledger/refusal.ts'
import { listScriptFaults, type Script } from '../script.ts'
import { describeAmounts, describeOtherFee } from '../ledger/settlement-fields.ts'

/** An HTTP status and a value that becomes JSON. */
export type ControlAnswer = { readonly status: number; readonly value: unknown }

const AuthorizationWish = Strict({
  idNo: Text('证件号码', 30),
  userName: Text('用户姓名', 40),
  idType: Text('证件类别', 3),
  /** How long the number lives; default five minutes. */
  lifeMs: Type.Optional(DelayMs),
})
const checkAuthorizationWish = createCheck<Static<typeof AuthorizationWish>>(AuthorizationWish)

const CallbackWish = Strict({ callback: Type.Optional(CallbackTarget) })
const checkCallbackWish = createCheck<Static<typeof CallbackWish>>(CallbackWish)

const done = (value: unknown): ControlAnswer => ({ status: 200, value })
const fail = (status: number, error: string): ControlAnswer => ({ status, value: { error } })

const handleChecked = <Value>(
  check: Check<Value>,
  body: unknown,
  handle: (value: Value) => ControlAnswer | Promise<ControlAnswer>,
): ControlAnswer | Promise<ControlAnswer> => {
  const { value, faults } = check(body)
  return faults.length > 0 ? fail(422, faults.map(faultText).join('; ')) : handle(value)
}

const addScript = (center: Center, body: unknown): ControlAnswer => {
  const faults = listScriptFaults(body)
  if (faults.length > 0) return fail(422, faults.join('; '))
  const script = body as Script
  if (script.callbackFirst && center.callbacks.target() === undefined) return fail(409, '没有设置回调地址')
  return done({ id: center.scripts.add(script) })
}

const resetCenter = (center: Center): ControlAnswer => {
  center.ledger.clear()
  center.scripts.clear()
  center.authorizations.clear()
  return done({})
}

/** The query of the 6204 redirect as the center would send the payer's browser with. */
const describeRedirect = (center: Center, order: Order): ControlAnswer => {
  if (order.placement === undefined) return fail(409, '订单还没有下单')
  const data = {
    payOrdId: order.payOrdId,
    medOrgOrd: order.medOrgOrd,
    ...describeAmounts(order, 'ownPayAmt'),
    ...describeOtherFee(order),
  }
  const encData = center.channel.encrypt(JSON.stringify(data))
  const query = new URLSearchParams({ mpcAppId: center.channel.appId, encData, chnlType: 'WX' }).toString()
  return done({ query })
}

const handleOrder = async (center: Center, order: Order, verb: string, body: unknown): Promise<ControlAnswer> => {
  switch (verb) {
    case 'POST payer':
      return handleChecked(checkPayerAct, body, async (act) => {
        actAsPayer(center, order, act)
        if (act.wait) await order.delivery?.done
        return done({ payOrdId: order.payOrdId, ordStas: order.ordStas })
      })
    case 'POST authorization':
      return done(await authorizeByPhone(center, order))
    case 'POST notification':
      if (order.settlement === undefined) return fail(409, '订单没有结算, 没有可通知的内容')
      return center.callbacks
        .sendOnce(order)
        .then((attempt) => (attempt ? done(attempt) : fail(409, '没有设置回调地址')))
    case 'GET redirect':
      return describeRedirect(center, order)
    default:
      return fail(404, `没有这个地址: ${verb}`)
  }
}

const orderPath = /^orders\/([^/]+)\/([a-z]+)$/

/** Answers one request below /_sandbox/. `path` without that prefix; `body` parsed, undefined for GET. */
export const answerControl = async (
  center: Center,
  method: string,
  path: string,
  body: unknown,
): Promise<ControlAnswer> => {
  try {
    const [, payOrdId, verb] = orderPath.exec(path) ?? []
    if (payOrdId !== undefined && verb !== undefined) {
      const order = center.ledger.find(payOrdId)
      return order === undefined
        ? fail(404, '支付订单不存在')
        : await handleOrder(center, order, `${method} ${verb}`, body)
    }
    switch (`${method} ${path}`) {
      case 'GET health':
        return done({ status: 'ok', url: center.url(), orders: center.ledger.size() })
      case 'GET ledger':
        return done(center.ledger.picture())
      case 'GET scripts':
        return done({ scripts: center.scripts.list() })
      case 'POST scripts':
        return addScript(center, body)
      case 'POST authorizations':
        return await handleChecked(checkAuthorizationWish, body, ({ lifeMs, ...patient }) =>
          done({ payAuthNo: center.authorizations.issue(patient, lifeMs ?? defaultLifeMs) }),
        )
      case 'POST callback':
        return await handleChecked(checkCallbackWish, body, ({ callback }) => {
          center.callbacks.aim(callback)
          return done({})
        })
      case 'GET forms':
        return done(center.channel.forms())
      case 'POST forms':
        return await handleChecked(checkForms, body, (forms) => {
          center.channel.setForms(forms)
          return done({})
        })
      case 'POST agent':
        return await handleChecked(checkAgentTarget, body, (target) => {
          center.phone.aim(target)
          return done({})
        })
      case 'POST reset':
        return resetCenter(center)
      default:
        return fail(404, `没有这个地址: ${method} /_sandbox/${path}`)
    }
  } catch (error) {
    if (error instanceof Refusal) return fail(409, error.message)
    throw error
  }
}
