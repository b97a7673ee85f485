// Owns what the endpoints of orders, of the kiosk and of the console work with: the use cases' dependencies, and the wait for an
// operation that an answer may take.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { OwnLog } from '../../../core/log/open-log.ts'
import type { Administration } from '../../usecases/base/administration.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import type { OperationRecord } from '../../usecases/base/ports.ts'
import { createWaitingDecodes, type WaitingDecodes } from '../../usecases/decoding/waiting-decodes.ts'
import type { Performed } from '../../usecases/operations/perform-operation.ts'
import { createDayTotals, type DayTotals } from '../../usecases/reading/day-totals.ts'
import { answerOfOperation, type Answer } from '../answers/answer.ts'
import type { Reach } from '../callers/reach.ts'
import { createStaffCheck, type CheckStaffPin } from '../callers/staff-key.ts'
import { calledBy, type Caller } from '../callers/tokens.ts'
import { createOperationWaits, type OperationWaits } from '../requests/operation-waits.ts'
import { defining } from './definition.ts'

/** The decodes that run, so that each can be cancelled. */
export type RunningDecodes = {
  readonly waiting: WaitingDecodes
  /** Until it is done, `cancel` ends it. One that joined another is cancelled with it. */
  readonly keep: (performed: Performed, controller: AbortController) => void
  /** Cancels one. Throws NOT_CANCELLABLE for one that does not run. */
  readonly cancel: (operationId: string) => void
  /** An agent that ends does not wait for a patient who may not come. */
  readonly cancelAll: () => void
}

export type Tools = {
  readonly dependencies: Dependencies
  readonly reach: Reach
  readonly waits: OperationWaits
  readonly decodes: RunningDecodes
  readonly dayTotals: DayTotals
  /** Of the program around the agent; undefined in the sandbox. */
  readonly administration: Administration | undefined
  /** Left out where no files are written. */
  readonly ownLog?: OwnLog | undefined
  /** Throws KIOSK_NOT_CONFIGURED where there is none. */
  readonly checkStaffPin: CheckStaffPin
  readonly onBehalfOf: (caller: Caller) => Dependencies
  /** Throws OPERATION_NOT_FOUND, for one of another caller as well. */
  readonly recordOf: (operationId: string, caller: Caller) => OperationRecord
  readonly answerOf: (operationId: string, caller: Caller) => Answer
  /** The answer once the operation ended, or 202 when it takes too long; the work goes on either way. */
  readonly answerWhenDone: (performed: Performed, caller: Caller) => Promise<Answer>
}

/** Defines an endpoint that works with these tools. */
export const endpoint = defining<Tools>()

const createRunningDecodes = (): RunningDecodes => {
  const controllers = new Map<string, AbortController>()
  return {
    waiting: createWaitingDecodes(),
    keep: ({ operationId, done }, controller) => {
      if (controllers.has(operationId)) return
      controllers.set(operationId, controller)
      void done.catch(() => undefined).finally(() => controllers.delete(operationId))
    },
    cancel: (operationId) => {
      const controller = controllers.get(operationId)
      if (controller === undefined) throw new AgentError('NOT_CANCELLABLE')
      controller.abort()
    },
    cancelAll: () => {
      for (const controller of controllers.values()) controller.abort()
    },
  }
}

export const createTools = (
  dependencies: Dependencies,
  reach: Reach,
  parts: Partial<Pick<Tools, 'waits' | 'dayTotals' | 'administration' | 'ownLog'>> = {},
): Tools => {
  const { journal, running, timers, settings, kiosk } = dependencies

  const recordOf: Tools['recordOf'] = (operationId, caller) =>
    reach.findOperation(journal.readOperation(operationId), caller, operationId)

  const present = (record: OperationRecord) =>
    answerOfOperation(journal, record, running.find(record.intent.operationId) !== undefined)
  const answerOf: Tools['answerOf'] = (operationId, caller) => present(recordOf(operationId, caller))

  /** A scan goes to the connection that asked for it, whoever holds that: only a kept one needs a user. */
  const answerOfOwn: Tools['answerOf'] = (operationId, caller) => {
    const record = journal.readOperation(operationId)
    return record?.intent.verb === 'decode' ? present(record) : answerOf(operationId, caller)
  }

  return {
    dependencies,
    reach,
    waits: parts.waits ?? createOperationWaits(timers),
    decodes: createRunningDecodes(),
    dayTotals: parts.dayTotals ?? createDayTotals(dependencies),
    administration: parts.administration,
    ownLog: parts.ownLog,
    checkStaffPin:
      kiosk === undefined
        ? () => Promise.reject(new AgentError('KIOSK_NOT_CONFIGURED'))
        : createStaffCheck(kiosk.settings.staffKey),
    onBehalfOf: (caller) => ({
      ...dependencies,
      by: calledBy(caller),
      isStranger: (order) => !reach.mayReach(order, caller),
    }),
    recordOf,
    answerOf,
    answerWhenDone: async ({ operationId, done }, caller) => {
      let cancel = (): void => undefined
      const late = new Promise<void>((resolve) => {
        cancel = timers.after(settings.answerWithinMs, resolve)
      })
      await Promise.race([done, late]).finally(() => {
        cancel()
      })
      return answerOfOwn(operationId, caller)
    },
  }
}
