// Owns answering the endpoints of doctor. What is looked at is wired in compose-doctor.ts.
import type { Dependencies } from '../../usecases/dependencies.ts'
import { okAnswer, type Answer } from '../answer.ts'
import type { Caller } from '../tokens.ts'
import type { AcceptanceBody, DoctorRouteName } from './routes.ts'

/** `body`: as its route's schema has it (check-request.ts). */
type Request = { readonly caller: Caller; readonly body: Readonly<Record<string, unknown>> }

export const createDoctorHandlers = ({
  doctor,
  log,
}: Pick<Dependencies, 'doctor' | 'log'>): Readonly<Record<DoctorRouteName, (request: Request) => Promise<Answer>>> => ({
  doctor: async () => okAnswer(await doctor.examine()),
  acceptLibrary: async ({ caller, body }) => {
    const acceptance = body as AcceptanceBody
    const accepted = await doctor.acceptLibrary(acceptance)
    const { fingerprint, changes } = accepted
    log('warn', 'library.accepted', { caller: caller.name, operator: acceptance.operator, fingerprint, changes })
    return okAnswer(accepted)
  },
})
