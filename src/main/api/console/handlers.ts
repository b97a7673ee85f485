// Owns what the console's endpoints do; their rows are routes.ts.
import type { Dependencies } from '../../usecases/dependencies.ts'
import { okAnswer, type Answer } from '../answer.ts'
import type { Query } from '../read-query.ts'
import type { Caller } from '../tokens.ts'
import type { ConsoleRouteName } from './routes.ts'
import { answerSearch } from './search.ts'

export type ConsoleRequest = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  readonly body: Readonly<Record<string, unknown>>
} & Query

type Handler = (request: ConsoleRequest) => Promise<Answer>

export const createConsoleHandlers = (dependencies: Dependencies): Readonly<Record<ConsoleRouteName, Handler>> => ({
  orderSearch: async ({ caller, body }) => okAnswer(await answerSearch(dependencies, caller.orgCodg, body)),
})
