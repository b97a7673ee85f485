// Owns what the console's endpoints do; their rows are routes.ts.
import type { OrderExportBody, TimelineAnswer } from '../../../contract/local-api/console.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { notKept, timelineOf } from '../../../core/domain/words/timeline.ts'
import type { Administration } from '../../usecases/base/administration.ts'
import type { DayTotals } from '../../usecases/reading/day-totals.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { readReceipt } from '../../usecases/reading/read-receipt.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import type { Query } from '../requests/read-query.ts'
import { assertScope, type Caller } from '../callers/tokens.ts'
import { orderOf } from '../callers/whose.ts'
import { exportOrders } from './export-orders.ts'
import { presentReceipt } from './present-receipt.ts'
import { answerQueue } from './queue.ts'
import { answerDays, answerShift } from './reports.ts'
import type { ConsoleRouteName } from './routes.ts'
import { answerSearch } from './search.ts'
import { createSettingsHandlers } from './settings-handlers.ts'
import type { SettingsRouteName } from './settings-routes.ts'

export type ConsoleRequest = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** As its route's schema has it (check-request.ts). */
  readonly body: Readonly<Record<string, unknown>>
} & Query

type Handler = (request: ConsoleRequest) => Promise<Answer>

/** What the console needs beside the use cases' dependencies. */
export type ConsoleParts = {
  readonly dayTotals: DayTotals
  /** Of the program around the agent; undefined in the sandbox. */
  readonly administration?: Administration | undefined
}

export const createConsoleHandlers = (
  dependencies: Dependencies,
  { dayTotals, administration }: ConsoleParts,
): Readonly<Record<ConsoleRouteName | SettingsRouteName, Handler>> => {
  const { journal } = dependencies
  return {
    ...createSettingsHandlers(dependencies, administration),
    orderSearch: async ({ caller, body }) => okAnswer(await answerSearch(dependencies, caller.orgCodg, body)),
    orderExport: async ({ caller, body }) => ({
      ...okAnswer({}),
      file: await exportOrders(dependencies, caller.orgCodg, body as OrderExportBody),
    }),
    timeline: (request) => {
      const { medOrgOrd, ...key } = orderOf(request)
      const raw = request.flags['raw'] === true
      if (raw) assertScope(request.caller, 'admin')
      const entries = journal.readEntries({ ...key, medOrgOrd })
      if (entries.length === 0) throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd } })
      const answer: TimelineAnswer = {
        medOrgOrd,
        entries: timelineOf(entries, { raw, bodyOf: journal.readBody }),
        notKept,
      }
      return Promise.resolve(okAnswer(answer))
    },
    receipt: (request) => Promise.resolve(okAnswer(presentReceipt(readReceipt(dependencies, orderOf(request))))),
    shiftReport: async ({ caller, texts }) => okAnswer(await answerShift(dependencies, caller.orgCodg, texts)),
    daysReport: async ({ caller, texts }) => okAnswer(await answerDays(dayTotals, caller.orgCodg, texts)),
    queue: ({ caller }) => Promise.resolve(okAnswer(answerQueue(dependencies, caller))),
  }
}
