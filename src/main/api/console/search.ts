// Owns the search of the console: its page, its cursor.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { OrderSearchAnswer, OrderSearchBody } from '../../../contract/local-api/console.ts'
import { allowedVerbs } from '../../../core/domain/order/order-state.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import type { UploadPlace } from '../../usecases/base/look-ups.ts'
import { searchOrders } from '../../usecases/reading/search-orders.ts'
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

/** Throws INVALID_FIELDS. */
export const answerSearch = async (
  dependencies: Dependencies,
  orgCodg: string,
  body: OrderSearchBody,
): Promise<OrderSearchAnswer> => {
  const { medOrgOrd, psnName, idNo, from, to, states, cursor, limit = defaultLimit } = body
  const page = await searchOrders(dependencies, {
    orgCodg,
    medOrgOrd,
    psnName,
    idNo,
    ...readSpan(from, to),
    states: readStates(states),
    before: placeOf(cursor),
    limit,
  })
  const nowMs = dependencies.clock.wallMs()
  return {
    orders: page.orders.map((found) => presentRow(found, nowMs, dependencies.settings)),
    next: cursorOf(page.next),
  }
}
