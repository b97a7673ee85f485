// Owns what a view keeps of one question to the agent: the last good answer, what went wrong since, and whether it is asked.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Answer, Refusal } from '../../../contract/local-api/answer.ts'
import { cancelled } from '../../shared/call-agent.ts'

export type Asked<Data> = {
  /** undefined before the first good answer; a later fault leaves it standing. */
  readonly data: ShallowRef<Data | undefined>
  /** The last answer, when it was no success. */
  readonly fault: ShallowRef<Answer<Refusal> | undefined>
  readonly isBusy: Ref<boolean>
  /** Asks; whatever was being asked is given up for it. */
  readonly ask: () => Promise<void>
}

export const useAnswer = <Data>(question: (signal: AbortSignal) => Promise<Answer<Data & Refusal>>): Asked<Data> => {
  const data = shallowRef<Data>()
  const fault = shallowRef<Answer<Refusal>>()
  const isBusy = ref(false)
  let last = new AbortController()

  const ask = async (): Promise<void> => {
    last.abort()
    const own = new AbortController()
    last = own
    isBusy.value = true
    const answer = await question(own.signal)
    if (answer.code === cancelled || last !== own) return
    isBusy.value = false
    fault.value = answer.code === '0' ? undefined : answer
    if (answer.code === '0') data.value = answer.data
  }

  onScopeDispose(() => {
    last.abort()
  })
  return { data, fault, isBusy, ask }
}
