// Owns making a complete 6201 out of what the caller sent and what the agent knows, and checking it whole. Sends nothing.
import { faultText, type Fault } from '../../../contract/check/check.ts'
import { findUnknownCodes } from '../../../contract/dictionaries.ts'
import { inputCheckOf } from '../../../contract/extra-fields.ts'
import type { UploadFeesInput } from '../../../contract/interfaces/upload-fees.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { checkUploadRules } from '../../../core/domain/money/upload-rules.ts'
import { isSameCaller, whyNotHis } from '../../../core/domain/words/called-by.ts'
import type { Dependencies } from '../base/dependencies.ts'

/** Fields of ours beside the table's; "" is the same as absent. */
export type UploadExtras = {
  /** The decode whose patient this is: idNo, userName, idType, ecToken, insuCode are taken from it. */
  readonly decodeOperationId?: string
  /** Operator who knows that the bill is open elsewhere and charges it all the same (RULES 2.5). */
  readonly duplicateOverride?: string
  /** Who works, as the caller claims; the decode's operatorId when absent. */
  readonly operator?: string
}

export type CheckedUpload = {
  readonly body: UploadFeesInput
  readonly warnings: readonly string[]
  readonly duplicateOverride: string
  readonly operator: string
}

/** Throws INVALID_FIELDS when the caller's expContent cannot go together with the agent's own (RULES 1.4). */
export const assertExpContent = ({ center }: Dependencies, { expContent }: { readonly expContent?: unknown }): void => {
  const problem = center.expContentProblem(expContent)
  if (problem !== undefined) throw invalidFields([{ path: 'expContent', name: '扩展数据', problem }])
}

/** The patient of a caller's own successful decode, as fields of 6201, and who worked. Throws DECODE_NOT_FOUND. */
export const readDecoded = ({ journal, settings, by }: Dependencies, operationId: string) => {
  const record = journal.readOperation(operationId)
  const own = record?.intent.verb === 'decode' && by !== undefined && isSameCaller(record.intent.facts, by)
  const output = own && record.outcome?.outcome === 'accepted' ? record.outcome.facts.output : undefined
  if (!own || output === undefined) throw new AgentError('DECODE_NOT_FOUND', whyNotHis(by?.osUser))
  const { idNo, userName, idType, ecToken, insuOrg, authNo } = output
  const payAuthNo = settings.authNoAsPayAuthNo ? authNo : undefined
  const patient = {
    idNo,
    userName,
    idType,
    ecToken,
    insuCode: insuOrg,
    ...(payAuthNo === undefined ? {} : { payAuthNo }),
  }
  return { patient, operator: record.intent.facts.operator }
}

/**
 * Fills in what the agent knows (orgCodg, orgId, the decoded patient) where the caller left it out, then checks fields and
 * rules. Throws INVALID_FIELDS with every fault, or DECODE_NOT_FOUND. `orgCodg` is the caller's institution.
 */
export const checkUpload = (
  dependencies: Dependencies,
  orgCodg: string,
  input: Readonly<Record<string, unknown>>,
  extras: UploadExtras,
): CheckedUpload => {
  const { settings } = dependencies
  const { patient, operator } = extras.decodeOperationId
    ? readDecoded(dependencies, extras.decodeOperationId)
    : { patient: {}, operator: '' }
  const expected = {
    ...patient,
    ...(settings.ecOrgId === '' ? {} : { orgId: settings.ecOrgId }),
  }
  const merged = { ...expected, ...input, orgCodg: input['orgCodg'] ?? orgCodg }
  const { value: body, faults } = inputCheckOf(settings.extraFields, '6201')(merged, settings.lengthUnit)
  if (faults.length > 0) throw invalidFields(faults)
  const foreign: Fault[] =
    body.orgCodg === orgCodg ? [] : [{ path: 'orgCodg', name: '机构编码', problem: '不是本令牌所属机构' }]
  const found = checkUploadRules(body, settings.uploadRules)
  const problem = dependencies.center.expContentProblem(body.expContent)
  const unjoined: Fault[] = problem === undefined ? [] : [{ path: 'expContent', name: '扩展参数', problem }]
  const unknown = findUnknownCodes(body)
  const refused = settings.unknownCodes === 'refuse' ? unknown : []
  const all = [...foreign, ...found.faults, ...unjoined, ...refused]
  if (all.length > 0) throw invalidFields(all)
  return {
    body,
    warnings: [...found.warnings, ...unknown.map(faultText)],
    duplicateOverride: extras.duplicateOverride ?? '',
    operator: extras.operator || operator,
  }
}
