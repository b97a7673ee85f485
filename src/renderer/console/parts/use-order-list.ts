// Owns the list of orders a view shows: the pages loaded so far, and keeping each row as it is now by the agent's events.
import { shallowRef, type ShallowRef } from 'vue'
import type { OrderRow, OrderSearchAnswer, OrderSearchBody } from '../../../contract/local-api/console.ts'
import { callAgent } from '../../shared/call-agent.ts'
import { followEvents } from '../../shared/follow-events.ts'
import { useAnswer, type Asked } from './use-answer.ts'

/** The first page is soon there and fills a screen; who scrolls gets more at once. */
const rowsAtFirst = 50
const rowsOfPage = 200
/** More changes than this at once are one fresh page. */
const atMostSingly = 20

export type OrderList = {
  readonly rows: ShallowRef<readonly OrderRow[]>
  readonly first: Asked<OrderSearchAnswer>
  readonly hasMore: () => boolean
  /** Begins anew with another search. */
  readonly search: (body: OrderSearchBody) => Promise<void>
  /** Loads the next page, once however often it is called. */
  readonly loadMore: () => Promise<void>
}

const search = (body: OrderSearchBody, signal?: AbortSignal) =>
  callAgent<OrderSearchAnswer>('POST', '/v1/orders/search', { body, ...(signal === undefined ? {} : { signal }) })

/** Newest first, as the agent gives them. */
const insert = (rows: readonly OrderRow[], row: OrderRow): readonly OrderRow[] => {
  const at = rows.findIndex(({ createdAt }) => createdAt <= row.createdAt)
  return at === -1 ? [...rows, row] : rows.toSpliced(at, 0, row)
}

/** A row that is as it was stays the same object: it is not drawn anew. */
const keepSame = (rows: readonly OrderRow[], fresh: readonly OrderRow[]): readonly OrderRow[] => {
  const texts = new Map(rows.slice(0, rowsAtFirst).map((row) => [JSON.stringify(row), row]))
  return fresh.map((row) => texts.get(JSON.stringify(row)) ?? row)
}

export const useOrderList = (): OrderList => {
  const rows = shallowRef<readonly OrderRow[]>([])
  const changed = new Set<string>()
  let wanted: OrderSearchBody = {}
  let cursor = ''
  let isLoading = false
  let isCatchingUp = false

  const first = useAnswer<OrderSearchAnswer>((signal) => search({ ...wanted, limit: rowsAtFirst }, signal))

  const readFirst = async (): Promise<void> => {
    await first.ask()
    const { value } = first.data
    if (first.fault.value !== undefined || value === undefined) return
    rows.value = keepSame(rows.value, value.orders)
    cursor = value.next
  }
  let asking = Promise.resolve()
  const reload = (): Promise<void> => (asking = readFirst())

  const loadMore = async (): Promise<void> => {
    if (isLoading || cursor === '') return
    isLoading = true
    const asked = cursor
    const answer = await search({ ...wanted, limit: rowsOfPage, cursor: asked })
    isLoading = false
    if (answer.code !== '0' || cursor !== asked) return
    const shown = new Set(rows.value.map(({ medOrgOrd }) => medOrgOrd))
    rows.value = [...rows.value, ...answer.data.orders.filter(({ medOrgOrd }) => !shown.has(medOrgOrd))]
    cursor = answer.data.next
  }

  /** The agent says whether the order still belongs to what was searched for. */
  const refreshRow = async (medOrgOrd: string): Promise<void> => {
    const asked = wanted
    const answer = await search({ ...asked, medOrgOrd })
    if (answer.code !== '0' || asked !== wanted) return
    const [row] = answer.data.orders
    const at = rows.value.findIndex((row) => row.medOrgOrd === medOrgOrd)
    if (row === undefined) rows.value = at === -1 ? rows.value : rows.value.toSpliced(at, 1)
    else rows.value = at === -1 ? insert(rows.value, row) : rows.value.with(at, row)
  }

  const catchUp = async (): Promise<void> => {
    if (isCatchingUp) return
    isCatchingUp = true
    while (changed.size > 0) {
      const numbers = [...changed]
      changed.clear()
      if (numbers.length > atMostSingly) await reload()
      else for (const medOrgOrd of numbers) await refreshRow(medOrgOrd)
    }
    isCatchingUp = false
  }

  followEvents((event) => {
    // What is on its way is shown first.
    if (event.type === 'reset') void asking.then(reload)
    if (event.type !== 'order') return
    if (wanted.medOrgOrd !== undefined && wanted.medOrgOrd !== event.medOrgOrd) return
    changed.add(event.medOrgOrd)
    void catchUp()
  })

  // Not only once the stream of events is open.
  void reload()
  return {
    rows,
    first,
    hasMore: () => cursor !== '',
    search: async (body) => {
      wanted = body
      cursor = ''
      await reload()
    },
    loadMore,
  }
}
