// Owns answering the endpoints of doctor. What is looked at is wired in compose-doctor.ts.
import { createCheck, type Check } from '../../../contract/check.ts'
import { invalidFields } from '../../usecases/check-upload.ts'
import type { Dependencies } from '../../usecases/dependencies.ts'
import { okAnswer, type Answer } from '../answer.ts'
import type { Caller } from '../tokens.ts'
import { AcceptanceBody, type DoctorRouteName } from './routes.ts'

type Request = { readonly caller: Caller; readonly body: Readonly<Record<string, unknown>> }

const checkAcceptance: Check<AcceptanceBody> = createCheck(AcceptanceBody)

export const createDoctorHandlers = ({
  doctor,
  log,
}: Pick<Dependencies, 'doctor' | 'log'>): Readonly<Record<DoctorRouteName, (request: Request) => Promise<Answer>>> => ({
  doctor: async () => okAnswer(await doctor.examine()),
  acceptLibrary: async ({ caller, body }) => {
    const { value, faults } = checkAcceptance({ ...body })
    if (faults.length > 0) throw invalidFields(faults)
    const accepted = await doctor.acceptLibrary(value)
    const { fingerprint, changes } = accepted
    log('warn', 'library.accepted', { caller: caller.name, operator: value.operator, fingerprint, changes })
    return okAnswer(accepted)
  },
})
