// Owns answering the endpoints of doctor. What is looked at is wired in compose-doctor.ts.
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import type { Caller } from '../callers/tokens.ts'
import type { AcceptanceBody, DoctorRouteName } from './routes.ts'

/** `body`: as its route's schema has it (check-request.ts). */
type Request = { readonly caller: Caller; readonly body: Readonly<Record<string, unknown>> }

type Handler = (request: Request) => Promise<Answer>

export const createDoctorHandlers = ({
  doctor,
  log,
}: Pick<Dependencies, 'doctor' | 'log'>): Readonly<Record<DoctorRouteName, Handler>> => {
  /** As the settings: the report tells of this machine's files, keys and addresses. */
  const forOwnInstitution =
    (answer: Handler): Handler =>
    (request) => {
      if (request.caller.orgCodg !== doctor.orgCodg) throw new AgentError('OTHER_INSTITUTION')
      return answer(request)
    }
  return {
    doctor: forOwnInstitution(async () => okAnswer(await doctor.examine())),
    acceptLibrary: forOwnInstitution(async ({ caller, body }) => {
      const acceptance = body as AcceptanceBody
      const accepted = await doctor.acceptLibrary(acceptance)
      const { fingerprint, changes } = accepted
      log('warn', 'library.accepted', { caller: caller.name, operator: acceptance.operator, fingerprint, changes })
      return okAnswer(accepted)
    }),
  }
}
