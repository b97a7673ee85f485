// Owns that doctor answers the machine's own institution alone: its report tells of this machine's files, keys and addresses.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import type { Caller } from '../callers/tokens.ts'

/** Throws OTHER_INSTITUTION. */
export const assertOwnInstitution = ({ doctor }: Pick<Dependencies, 'doctor'>, { orgCodg }: Caller): void => {
  if (orgCodg !== doctor.orgCodg) throw new AgentError('OTHER_INSTITUTION')
}
