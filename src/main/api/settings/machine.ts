// Owns what every endpoint of the settings shares: there is a program around the agent, its institution is the caller's, and a
// change is logged with who made it.
import type { Fields } from '../../../contract/check/json-text.ts'
import type { SettingsBody } from '../../../contract/local-api/settings.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Administration } from '../../usecases/base/administration.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import { assertOwner, type Caller } from '../callers/tokens.ts'
import type { ApiRequest } from '../endpoint/definition.ts'
import type { Tools } from '../endpoint/tools.ts'

type Work<Body> = (machine: Administration, request: ApiRequest<Body>, tools: Tools) => Fields | Promise<Fields>

/**
 * Answers what `work` gives. `logged`: the line of the log that says who changed something; left out by what only looks. Throws
 * NOT_IN_SANDBOX, OTHER_INSTITUTION.
 */
export const ofMachine =
  <Body>(work: Work<Body>, logged?: string) =>
  async (request: ApiRequest<Body>, tools: Tools): Promise<Answer> => {
    const { administration, dependencies } = tools
    const { caller } = request
    if (administration === undefined) throw new AgentError('NOT_IN_SANDBOX')
    if (caller.orgCodg !== administration.orgCodg()) throw new AgentError('OTHER_INSTITUTION')
    const data = await work(administration, request, tools)
    if (logged !== undefined) dependencies.log('warn', logged, { caller: caller.name })
    return okAnswer(data)
  }

/**
 * The settings of a body as the file has them: numbers are counts there, no amounts, so they need not keep their text. Throws
 * OWNER_ONLY where the caller may not set what differs, before anything of it is judged.
 */
export const permittedSettings = (machine: Administration, body: object, caller: Caller): SettingsBody => {
  const settings = JSON.parse(JSON.stringify(body)) as SettingsBody
  const paths = machine.ownersChanges(settings)
  if (paths.length > 0) assertOwner(caller, paths)
  return settings
}
