// Owns which fields of 6101 a kiosk's own token carries: the device and the terminal are the configuration's, never a caller's.
import type { Fields } from '../../../contract/check/json-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { isSessionOf } from '../../../core/domain/words/session-name.ts'
import type { Kiosk } from './kiosk.ts'

/** The configured token, or a session of the kiosk's page, which is named after it (core/domain/words/session-name.ts). */
export const isOfKiosk = (tokenName: string | undefined, name: string): boolean =>
  tokenName !== undefined && (name === tokenName || isSessionOf(tokenName, name))

/** All that a kiosk's token may, whatever it was given: it stands where nobody watches. */
export const kioskScopes = ['decode', 'pay'] as const

/** The caller's fields of table 1, completed for the kiosk's token; others pass as they are. Throws DEVICE_FIELDS_FIXED. */
export const fillKioskFields = (kiosk: Kiosk | undefined, tokenName: string, body: Fields): Fields => {
  if (kiosk === undefined || !isOfKiosk(kiosk.settings.tokenName, tokenName)) return body
  const { terminalNo, businessType, officeId, officeName } = kiosk.settings
  const fixed: Fields = { deviceType: 'SelfService', operatorId: terminalNo, operatorName: terminalNo }
  const fields = Object.keys(fixed).filter((name) => body[name] !== undefined && body[name] !== fixed[name])
  if (fields.length > 0) throw new AgentError('DEVICE_FIELDS_FIXED', { detail: { fields } })
  return { businessType, officeId, officeName, ...body, ...fixed }
}
