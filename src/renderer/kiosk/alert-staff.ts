// Owns telling staff: the agent logs it and announces it to the consoles. Nothing that a patient typed gets there.
import type { KioskAlertKind } from '../../contract/local-api/kiosk.ts'
import { callAgent } from '../shared/call-agent.ts'

/** True when the agent has taken it. */
export const alertStaff = async (kind: KioskAlertKind, medOrgOrd?: string): Promise<boolean> => {
  const body = medOrgOrd === undefined ? { kind } : { kind, medOrgOrd }
  return (await callAgent('POST', '/v1/kiosk/alert', { body })).code === '0'
}
