// Owns the daily sweep: 6301 for every order settled in the last days, so that a refund made in the center's portal is seen
// (RULES 5). What the answer means is order.ts.
import { shanghaiDay } from '../../../core/domain/time/shanghai-time.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { isSweepable, sweepMark } from '../order/file-order.ts'
import type { CancelTimer, OrderKey } from '../base/ports.ts'
import { observeOrder } from '../operations/query-order.ts'
import { findOrder } from '../order/read-order.ts'
import type { StepPace } from '../base/step-pace.ts'

export type Sweep = { readonly start: () => void; readonly close: () => void }

/** Looks every `sweepCheckMs` whether today's sweep is due; a machine that was off does it when it is on again. */
export const createSweep = (dependencies: () => Dependencies, pace: StepPace): Sweep => {
  let cancel: CancelTimer | undefined
  let closed = false

  const askAgain = async (key: OrderKey): Promise<boolean> => {
    const { journal, watch } = dependencies()
    const order = findOrder(journal, key)
    const isDue = order !== undefined && isSweepable(order, dependencies())
    const reached = !isDue || (await observeOrder(dependencies(), key)).answer.kind !== 'notSent'
    // Files it anew: what is too old leaves the list, what has changed moves on.
    watch(key)
    return reached
  }

  const logFailure = (error: unknown): void => {
    const code = error instanceof AgentError ? error.code : (error as Error).name
    dependencies().log('error', 'sweep.failed', { error: code })
  }

  const sweep = async (day: string): Promise<void> => {
    const { journal, log } = dependencies()
    const keys = journal.readList('settled')
    const asked = keys.map(
      (key) =>
        new Promise<boolean>((resolve) => {
          pace.enqueue(async () => {
            const reached = await askAgain(key).catch((error: unknown) => {
              logFailure(error)
              return false
            })
            resolve(reached)
          })
        }),
    )
    const reached = (await Promise.all(asked)).every((done) => done)
    if (!reached) return
    journal.writeMark(sweepMark, day)
    log('info', 'sweep.done', { orders: keys.length })
  }

  const look = async (): Promise<void> => {
    const { journal, clock, settings, link } = dependencies()
    const day = shanghaiDay(clock.wallMs())
    try {
      if (settings.sweepDays > 0 && !link.isDown() && journal.readMark(sweepMark) !== day) await sweep(day)
    } catch (error) {
      logFailure(error)
    }
    plan()
  }

  const plan = (): void => {
    if (closed) return
    cancel = dependencies().timers.after(dependencies().settings.sweepCheckMs, () => void look())
  }

  return {
    start: plan,
    close: () => {
      closed = true
      cancel?.()
    },
  }
}
