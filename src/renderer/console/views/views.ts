// Owns which views the console has, in the order of their shortcuts. Those that only the engineer opens, and the chart, are
// loaded when they are.
import { defineAsyncComponent, type Component } from 'vue'
import type { ScopeName } from '../../../contract/local-api/access.ts'
import AttentionView from './attention-view.vue'
import DecodeView from './decode-view.vue'
import OrderView from './order-view.vue'
import OrdersView from './orders-view.vue'
import QueueView from './queue-view.vue'
import ShiftView from './shift-view.vue'
import StatusView from './status-view.vue'

const retryAfterMs = 1_000

/** The agent may be away just now: its part of the page is asked for again until it is there. */
const loadLater = (loader: () => Promise<Component>): Component =>
  defineAsyncComponent({
    loader,
    onError: (_error, retry) => {
      setTimeout(retry, retryAfterMs)
    },
  })

export const views = {
  status: StatusView,
  orders: OrdersView,
  decode: DecodeView,
  attention: AttentionView,
  queue: QueueView,
  shift: ShiftView,
  days: loadLater(() => import('./days-view.vue')),
  access: loadLater(() => import('./access-view.vue')),
  settings: loadLater(() => import('./settings-view.vue')),
  doctor: loadLater(() => import('./doctor-view.vue')),
} as const

/** What a view asks the agent for wants this right; one that is not named only reads. */
export const viewScopes: Readonly<Partial<Record<ViewName, ScopeName>>> = {
  decode: 'decode',
  access: 'admin',
  settings: 'admin',
  doctor: 'admin',
}

/** Opened from a list, not from the menu. */
export const orderView = OrderView

export type ViewName = keyof typeof views
export const viewNames = Object.keys(views) as readonly ViewName[]

export const viewTexts = {
  zh: {
    status: '状态',
    orders: '订单',
    decode: '解码',
    attention: '待处理',
    queue: '排队',
    shift: '交班',
    days: '日报',
    access: '配对与令牌',
    settings: '设置',
    doctor: '诊断',
    order: '订单',
  },
  en: {
    status: 'Status',
    orders: 'Orders',
    decode: 'Decode',
    attention: 'Needs a person',
    queue: 'Queue',
    shift: 'Shift',
    days: 'Days',
    access: 'Pairing, tokens',
    settings: 'Settings',
    doctor: 'Doctor',
    order: 'Order',
  },
} as const satisfies Record<'zh' | 'en', Record<ViewName | 'order', string>>
