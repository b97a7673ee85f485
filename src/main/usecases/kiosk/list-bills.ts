// Owns asking the HIS for the unpaid bills of the patient who was just decoded. It writes nothing.
import type { HisBill } from '../../../contract/his-bills.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { parseFen } from '../../../core/domain/money/money.ts'
import { readDecoded } from '../operations/check-upload.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { Kiosk } from '../base/kiosk.ts'

export type Patient = { readonly idType: string; readonly idNo: string; readonly userName: string }

/** The configured kiosk; throws KIOSK_NOT_CONFIGURED. */
export const kioskOf = ({ kiosk }: Dependencies): Kiosk => {
  if (kiosk === undefined) throw new AgentError('KIOSK_NOT_CONFIGURED')
  return kiosk
}

/** The HIS gave no usable answer. */
export const hisUnreachable = (): AgentError => new AgentError('HIS_UNREACHABLE')

const patientOf = (dependencies: Dependencies, decodeOperationId: string): Patient => {
  const { idType, idNo, userName } = readDecoded(dependencies, decodeOperationId).patient
  return { idType: String(idType), idNo: String(idNo), userName: String(userName) }
}

/** What the agent can pay: for this very patient, the amounts agreeing, under a number of its own. */
const isUsable = ({ amount, upload }: HisBill, { idNo, userName }: Patient, orgCodg: string): boolean =>
  upload.medOrgOrd !== undefined &&
  upload.medfeeSumamt !== undefined &&
  parseFen(upload.medfeeSumamt) === parseFen(amount) &&
  (upload.idNo ?? idNo) === idNo &&
  (upload.userName ?? userName) === userName &&
  (upload.orgCodg ?? orgCodg) === orgCodg

/**
 * The patient of a decode and his unpaid bills; what does not fit him is left out and logged, without a word about him.
 * Throws DECODE_NOT_FOUND, KIOSK_NOT_CONFIGURED, HIS_UNREACHABLE.
 */
export const listBills = async (
  dependencies: Dependencies,
  orgCodg: string,
  decodeOperationId: string,
): Promise<{ readonly patient: Patient; readonly bills: readonly HisBill[] }> => {
  const { bills: his } = kioskOf(dependencies)
  const patient = patientOf(dependencies, decodeOperationId)
  const { idType, idNo, userName: psnName } = patient
  const answer = await his.list({ idType, idNo, psnName })
  // A patient the HIS does not know has no bills.
  if (answer.kind === 'refused') return { patient, bills: [] }
  if (answer.kind !== 'done') throw hisUnreachable()
  const bills = answer.value.filter((bill) => isUsable(bill, patient, orgCodg))
  if (bills.length < answer.value.length) {
    dependencies.log('warn', 'his.bills-left-out', { count: answer.value.length - bills.length })
  }
  return { patient, bills }
}
