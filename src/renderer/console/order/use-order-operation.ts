// Owns what the dialogs that begin an operation on an order share: open or closed, the wait, what was refused.
import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Answer, Refusal } from '../../../contract/local-api/answer.ts'
import { cancelled } from '../../shared/call-agent.ts'
import { performOperation } from '../../shared/perform-operation.ts'
import { useWait, type Wait } from './use-wait.ts'

/** Done, waiting for the center, or left by the cashier: the dialog has nothing more to do. */
export const isOver = ({ code }: { readonly code: string }): boolean =>
  ['0', 'OPERATION_QUEUED', cancelled].includes(code)

export type OrderOperation = {
  readonly isOpen: Ref<boolean>
  /** Why the agent or the center refused; the dialog stays open with it. */
  readonly fault: ShallowRef<Answer<Refusal> | undefined>
  readonly wait: Wait
  /** Begins the operation and follows it to its end, or until the cashier leaves the wait. */
  readonly perform: (body: object) => Promise<Answer<Refusal>>
  /** The same; then the dialog closes, or shows why not. */
  readonly performAndClose: (body: object) => Promise<void>
}

export const useOrderOperation = (
  medOrgOrd: string,
  operation: 'placement' | 'revocation' | 'refunds',
): OrderOperation => {
  const isOpen = ref(true)
  const fault = shallowRef<Answer<Refusal>>()
  const wait = useWait()
  const path = `/v1/orders/${encodeURIComponent(medOrgOrd)}/${operation}`

  const perform = (body: object): Promise<Answer<Refusal>> => {
    fault.value = undefined
    return wait.run((options) => performOperation(path, body, options))
  }
  return {
    isOpen,
    fault,
    wait,
    perform,
    performAndClose: async (body) => {
      const answer = await perform(body)
      if (isOver(answer)) isOpen.value = false
      else fault.value = answer
    },
  }
}
