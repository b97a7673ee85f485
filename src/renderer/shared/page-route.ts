// Owns which view of a page is open: the part of the address behind '#/', so that back, forward and reload work.
import { ref } from 'vue'

export type PageRoute = {
  /** 'orders' of '#/orders/A0001'; '' for the first view. */
  readonly view: string
  /** 'A0001' of '#/orders/A0001'; '' when there is none. */
  readonly item: string
}

const readRoute = (): PageRoute => {
  const [view = '', item = ''] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  return { view, item }
}

export const route = ref(readRoute())

addEventListener('hashchange', () => {
  route.value = readRoute()
})

/** The address of a view, for links. An item is an order's number, never a patient's. */
export const addressOf = (view: string, item = ''): string =>
  item === '' ? `#/${view}` : `#/${view}/${encodeURIComponent(item)}`

export const openView = (view: string, item = ''): void => {
  location.hash = addressOf(view, item)
}
