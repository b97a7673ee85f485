// Owns the list that needs a person for the whole page: the menu's number and the view show the same rows.
import { computed, onScopeDispose, shallowRef } from 'vue'
import type { AttentionRow } from '../../../contract/local-api/orders.ts'
import { callAgent } from '../../shared/call-agent.ts'
import { followEvents } from '../../shared/follow-events.ts'

/** A booking that fails to come is late by the clock alone, without an event. */
const everyMs = 5_000

/** undefined before the first answer. */
export const attentionRows = shallowRef<readonly AttentionRow[]>()

export const attentionCount = computed(() => attentionRows.value?.length ?? 0)

/** Keeps the rows up to date until the component that asked is gone. Events that come while it asks are one more question. */
export const followAttention = (): void => {
  let isAsking = false
  let isStale = false
  const load = async (): Promise<void> => {
    isStale = true
    if (isAsking) return
    isAsking = true
    while (isStale) {
      isStale = false
      const answer = await callAgent<{ orders: readonly AttentionRow[] }>('GET', '/v1/attention')
      if (answer.code === '0') attentionRows.value = answer.data.orders
    }
    isAsking = false
  }
  followEvents((event) => {
    if (event.type === 'order' || event.type === 'reset') void load()
  })
  const timer = setInterval(() => void load(), everyMs)
  onScopeDispose(() => {
    clearInterval(timer)
  })
}
