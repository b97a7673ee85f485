// Owns the four status lights for every view: asked once for the whole page, again every few seconds and after each break.
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { LightName } from '../../../contract/local-api/console.ts'
import type { StatusAnswer } from '../../../contract/local-api/status.ts'
import { callAgent, standing } from '../../shared/call-agent.ts'
import { followEvents } from '../../shared/follow-events.ts'

const everyMs = 5_000

export const lightNames: readonly LightName[] = ['library', 'scanner', 'center', 'journal']

/** undefined before the first answer, and while the agent is gone: what it last said is true no longer. */
export const status = shallowRef<StatusAnswer>()

/** Keeps `status` up to date until the component that asked is gone. */
export const followStatus = (): void => {
  const load = async (): Promise<void> => {
    const answer = await callAgent<StatusAnswer>('GET', '/v1/status')
    status.value = answer.code === '0' ? answer.data : undefined
  }
  followEvents((event) => {
    if (event.type === 'reset') void load()
  })
  watch(standing, (now) => {
    if (now !== 'here') status.value = undefined
  })
  const timer = setInterval(() => void load(), everyMs)
  onScopeDispose(() => {
    clearInterval(timer)
  })
}
