// Owns what the settings' endpoints do: ask the program around the agent, answer. Who may is settings-routes.ts.
import type {
  EnvironmentBody,
  KeysBody,
  RestartAnswer,
  SettingsAnswer,
  SettingsBody,
  SettingsCheckAnswer,
  UserIdTrialBody,
} from '../../../contract/local-api/settings.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Administration } from '../../usecases/base/administration.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import { assertOwner, type Caller } from '../callers/tokens.ts'
import type { SettingsRouteName } from './settings-routes.ts'

/** As its route's schema has it (check-request.ts). */
type Body = Readonly<Record<string, unknown>>

/** The configuration as the file has it: its numbers are counts, no amounts, so they need not keep their text. */
const plain = (body: Body): SettingsBody => JSON.parse(JSON.stringify(body)) as SettingsBody

/** Throws OWNER_ONLY where the caller may not set what differs, before anything of it is judged. */
const permitted = (own: Administration, body: Body, caller: Caller): SettingsBody => {
  const given = plain(body)
  const paths = own.ownersChanges(given)
  if (paths.length > 0) assertOwner(caller, paths)
  return given
}

/** What a restart would cut short. A decode is not among them: a patient scans again. */
const countRunning = ({ running, journal }: Dependencies): number =>
  running.ids().filter((id) => journal.readOperation(id)?.intent.verb !== 'decode').length

type Request = { readonly body: Body; readonly caller: Caller }
type Given = Readonly<Record<string, unknown>>
type Handlers = Readonly<Record<SettingsRouteName, (request: Request) => Promise<Answer>>>

/** `administration`: undefined in the sandbox, where every call is NOT_IN_SANDBOX. */
export const createSettingsHandlers = (
  dependencies: Dependencies,
  administration: Administration | undefined,
): Handlers => {
  /** `what`: the line of the log that says who changed something, for an engineer who asks later; "" of what only looks. */
  const answering =
    (answer: (own: Administration, body: Body, caller: Caller) => Given | Promise<Given>, what = '') =>
    async ({ body, caller }: Request): Promise<Answer> => {
      if (administration === undefined) throw new AgentError('NOT_IN_SANDBOX')
      if (caller.orgCodg !== administration.orgCodg()) throw new AgentError('OTHER_INSTITUTION')
      const given = await answer(administration, body, caller)
      if (what !== '') dependencies.log('warn', what, { caller: caller.name })
      return okAnswer(given)
    }
  return {
    settings: answering((own, _body, { isOwner }): SettingsAnswer => ({
      ...own.read(),
      mayChange: isOwner === true ? null : own.openSettings,
    })),
    saveSettings: answering((own, body, caller) => own.save(permitted(own, body, caller)), 'settings.saved'),
    // As little as of saving: judging opens the files that are named, and says of each whether it is there.
    checkSettings: answering((own, body, caller): SettingsCheckAnswer => ({
      faults: own.check(permitted(own, body, caller)),
    })),
    makeKeys: answering((own, body) => {
      const { profile = 'current', overwrite = false } = body as KeysBody
      return own.makeKeys(profile, overwrite)
    }, 'settings.keys-made'),
    userIdTrial: answering((own, body) => {
      const { reply, candidates = [], centerPublicKey = '' } = body as UserIdTrialBody
      return own.tryUserIds(reply, candidates, centerPublicKey)
    }),
    switchEnvironment: answering((own, body) => {
      const { confirm } = body as EnvironmentBody
      return own.switchToProduction(confirm, dependencies.journal.readList('open').length)
    }, 'settings.environment-switched'),
    restart: answering((own, _body, caller): RestartAnswer => {
      // Whatever would run anew then is as much the owner's as the setting itself.
      const paths = own.ownersChangesOfRestart()
      if (paths.length > 0) assertOwner(caller, paths)
      const running = countRunning(dependencies)
      if (running > 0) throw new AgentError('RESTART_REFUSED', { detail: { running } })
      own.restart()
      return { restarting: true }
    }, 'restart.asked'),
  }
}
