// Owns waiting for an operation in a dialog: how long so far, whether its outcome is unclear, and leaving the wait.
import { onScopeDispose, ref, type Ref } from 'vue'
import type { PerformOptions } from '../../shared/perform-operation.ts'

export type Wait = {
  readonly isWaiting: Ref<boolean>
  readonly waitedS: Ref<number>
  /** The center gave no clear answer; the agent is finding out. */
  readonly isUnclear: Ref<boolean>
  readonly run: <Value>(work: (options: PerformOptions) => Promise<Value>) => Promise<Value>
  /** Ends the wait, never the operation. */
  readonly leave: () => void
}

export const useWait = (): Wait => {
  const isWaiting = ref(false)
  const waitedS = ref(0)
  const isUnclear = ref(false)
  let controller = new AbortController()
  let counting: ReturnType<typeof setInterval> | undefined

  onScopeDispose(() => {
    clearInterval(counting)
  })
  return {
    isWaiting,
    waitedS,
    isUnclear,
    run: async (work) => {
      controller = new AbortController()
      isWaiting.value = true
      isUnclear.value = false
      waitedS.value = 0
      counting = setInterval(() => (waitedS.value += 1), 1_000)
      const tellOpen: PerformOptions['tellOpen'] = ({ code }) => {
        isUnclear.value = code === 'OUTCOME_UNKNOWN'
      }
      try {
        return await work({ signal: controller.signal, tellOpen })
      } finally {
        clearInterval(counting)
        isWaiting.value = false
      }
    },
    leave: () => {
      controller.abort()
    },
  }
}
