// Owns the four status lights for every view: asked once for the whole page, again every few seconds and after each break.
import { onScopeDispose, shallowRef } from 'vue'
import type { LightName, StatusLights } from '../../contract/local-api/console.ts'
import type { ScannerStatus } from '../../contract/local-api/scanners.ts'
import { callAgent } from '../shared/call-agent.ts'
import { followEvents } from '../shared/follow-events.ts'

const everyMs = 5_000

export const lightNames: readonly LightName[] = ['library', 'scanner', 'center', 'journal']

export type Status = StatusLights & {
  readonly version: string
  readonly openOrders: number
  readonly queuedOrders: number
  readonly scanners: readonly ScannerStatus[]
}

/** undefined before the first answer. */
export const status = shallowRef<Status>()

/** Keeps `status` up to date until the component that asked is gone. */
export const followStatus = (): void => {
  const load = async (): Promise<void> => {
    const answer = await callAgent<Status>('GET', '/v1/status')
    if (answer.code === '0') status.value = answer.data
  }
  followEvents((event) => {
    if (event.type === 'reset') void load()
  })
  const timer = setInterval(() => void load(), everyMs)
  onScopeDispose(() => {
    clearInterval(timer)
  })
}
