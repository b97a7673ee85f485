// Owns the endpoint that searches orders: its page, its cursor.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { OrderSearchAnswer } from '../../../contract/local-api/console.ts'
import { OrderSearchSchema } from '../../../contract/local-api/console-bodies.ts'
import { allowedVerbs } from '../../../core/domain/order/order-state.ts'
import type { UploadPlace } from '../../usecases/base/look-ups.ts'
import { searchOrders } from '../../usecases/reading/search-orders.ts'
import { okAnswer } from '../answers/answer.ts'
import { endpoint } from '../endpoint/tools.ts'
import { presentRow } from './present-row.ts'
import { readSpan } from './read-moment.ts'

const defaultLimit = 50

/** Throws INVALID_FIELDS for a state that does not exist: a misspelt one would find nothing. */
export const readStates = (states: readonly string[] | undefined): ReadonlySet<string> | undefined => {
  const strange = states?.find((state) => !Object.hasOwn(allowedVerbs, state))
  if (strange !== undefined) {
    throw invalidFields([{ path: 'states', name: '订单状态', problem: `应为 ${Object.keys(allowedVerbs).join('、')}` }])
  }
  return states === undefined || states.length === 0 ? undefined : new Set(states)
}

const placeOf = (cursor = ''): UploadPlace | undefined => {
  if (cursor === '') return undefined
  const [atMs = '', id = ''] = cursor.split('.')
  return { atMs: Number(atMs), id: Number(id) }
}

const cursorOf = (place: UploadPlace | undefined): string => (place === undefined ? '' : `${place.atMs}.${place.id}`)

export const orderSearch = endpoint({
  method: 'POST',
  path: '/v1/orders/search',
  scope: 'read',
  summary: '查找订单: 按医院订单号、完整姓名或证件号码、时间、状态',
  body: OrderSearchSchema,
  answer: async ({ caller, body }, { dependencies }) => {
    const { medOrgOrd, psnName, idNo, from, to, states, cursor, limit = defaultLimit } = body
    const page = await searchOrders(dependencies, {
      orgCodg: caller.orgCodg,
      medOrgOrd,
      psnName,
      idNo,
      ...readSpan(from, to),
      states: readStates(states),
      before: placeOf(cursor),
      limit,
    })
    const nowMs = dependencies.clock.wallMs()
    return okAnswer({
      orders: page.orders.map((found) => presentRow(found, nowMs, dependencies.settings)),
      next: cursorOf(page.next),
    } satisfies OrderSearchAnswer)
  },
})
