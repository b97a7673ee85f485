// Owns that the kiosk's endpoints are for the configured kiosk alone: what they show and lock is the HIS's, whose institution is
// the machine's.
import type { TSchema } from 'typebox'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { isOfKiosk } from '../../usecases/base/kiosk-fields.ts'
import { kioskOf } from '../../usecases/kiosk/list-bills.ts'
import type { Caller } from '../callers/tokens.ts'
import type { Definition, Endpoint } from '../endpoint/definition.ts'
import { endpoint, type Tools } from '../endpoint/tools.ts'

/** Throws KIOSK_NOT_CONFIGURED, KIOSK_ONLY. */
const assertKiosk = ({ dependencies }: Tools, { name, orgCodg }: Caller): void => {
  const { tokenName } = kioskOf(dependencies).settings
  if (!isOfKiosk(tokenName, name) || orgCodg !== dependencies.doctor.orgCodg) throw new AgentError('KIOSK_ONLY')
}

/** Defines an endpoint that answers the kiosk's own token and the sessions of its page. */
export const kioskEndpoint = <Body extends TSchema>(definition: Definition<Tools, Body>): Endpoint<Tools> =>
  endpoint<Body>({
    ...definition,
    kioskOnly: true,
    answer: (request, tools) => {
      assertKiosk(tools, request.caller)
      return definition.answer(request, tools)
    },
  })
