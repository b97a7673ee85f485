// Owns what the settings' endpoints do: read the body, ask the program around the agent, answer. Who may is settings-routes.ts.
import { createCheck } from '../../../contract/check.ts'
import {
  EnvironmentSchema,
  KeysSchema,
  RestartSchema,
  SettingsSchema,
  UserIdTrialSchema,
} from '../../../contract/local-api/console-bodies.ts'
import type {
  EnvironmentBody,
  KeysBody,
  RestartAnswer,
  SettingsBody,
  SettingsCheckAnswer,
  UserIdTrialBody,
} from '../../../contract/local-api/settings.ts'
import { AgentError } from '../../domain/errors.ts'
import type { Administration } from '../../usecases/administration.ts'
import type { Dependencies } from '../../usecases/dependencies.ts'
import { okAnswer, type Answer } from '../answer.ts'
import type { Caller } from '../tokens.ts'
import { readPlainBody } from './read-body.ts'
import type { SettingsRouteName } from './settings-routes.ts'

type Body = Readonly<Record<string, unknown>>

const checkSettings = createCheck<SettingsBody>(SettingsSchema)
const checkKeys = createCheck<KeysBody>(KeysSchema)
const checkTrial = createCheck<UserIdTrialBody>(UserIdTrialSchema)
const checkEnvironment = createCheck<EnvironmentBody>(EnvironmentSchema)
const checkRestart = createCheck(RestartSchema)

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
    (answer: (own: Administration, body: Body) => Given | Promise<Given>, what = '') =>
    async ({ body, caller }: Request): Promise<Answer> => {
      if (administration === undefined) throw new AgentError('NOT_IN_SANDBOX')
      const given = await answer(administration, body)
      if (what !== '') dependencies.log('warn', what, { caller: caller.name })
      return okAnswer(given)
    }
  return {
    settings: answering((own) => own.read()),
    saveSettings: answering((own, body) => own.save(readPlainBody(checkSettings, body)), 'settings.saved'),
    checkSettings: answering((own, body): SettingsCheckAnswer => ({
      faults: own.check(readPlainBody(checkSettings, body)),
    })),
    makeKeys: answering((own, body) => {
      const { profile = 'current', overwrite = false } = readPlainBody(checkKeys, body)
      return own.makeKeys(profile, overwrite)
    }, 'settings.keys-made'),
    userIdTrial: answering((own, body) => {
      const { reply, candidates = [], centerPublicKey = '' } = readPlainBody(checkTrial, body)
      return own.tryUserIds(reply, candidates, centerPublicKey)
    }),
    switchEnvironment: answering((own, body) => {
      const { confirm } = readPlainBody(checkEnvironment, body)
      return own.switchToProduction(confirm, dependencies.journal.readList('open').length)
    }, 'settings.environment-switched'),
    restart: answering((own, body): RestartAnswer => {
      readPlainBody(checkRestart, body)
      const running = countRunning(dependencies)
      if (running > 0) throw new AgentError('RESTART_REFUSED', { detail: { running } })
      own.restart()
      return { restarting: true }
    }, 'restart.asked'),
  }
}
