// Owns 6101: taking a code (from the caller, the agent's scanner, or the library's own), decoding it through the library,
// and recording both ends. The result belongs to the caller that asked, also when he asks twice (waiting-decodes.ts).
import { faultText } from '../../../contract/check/check.ts'
import { findUnknownCodes } from '../../../contract/dictionaries.ts'
import { checkDecodeInput, checkDecodeOutput } from '../../../contract/interfaces.ts'
import type { CalledBy } from '../../../core/domain/order/entries.ts'
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { codeProblem } from '../../../core/domain/decoding/scanned-code.ts'
import { readVoucherAnswer } from '../../../core/domain/decoding/voucher-answer.ts'
import { chooseScanner } from './choose-scanner.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { fillKioskFields } from '../base/kiosk-fields.ts'
import type { Performed } from '../operations/perform-operation.ts'
import type { CancelSignal, FinishRequest, Scanner } from '../base/ports.ts'
import type { WaitingDecodes } from './waiting-decodes.ts'
import { writeWhenFree } from '../base/write-when-free.ts'

const maxCodeLength = 1_000
/** 扫码解码: what 6101 asks the library for. */
const decodeTransaction = 'ec.query'
const codeField = { path: 'code', name: '医保码' }

export type DecodeRequest = {
  readonly orgCodg: string
  readonly by: CalledBy
  /** Roles of the scanners that the caller may use; undefined: any. */
  readonly scannerRoles?: readonly string[] | undefined
  /** The caller's fields of table 1; orgId is filled in. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The code, when the caller scanned by itself. */
  readonly code: string | undefined
  /** The library's transaction, 6101's own when left out, and its fields beside those of table 1. */
  readonly transType?: string | undefined
  readonly transData?: Readonly<Record<string, string>> | undefined
  /** The scanner to wait on, by its configured name; the caller's first when left out. */
  readonly scanner: string | undefined
  readonly signal: CancelSignal
}

const isOther = ({ transType }: DecodeRequest): boolean => transType !== undefined && transType !== decodeTransaction

/** Throws INVALID_FIELDS; `data` is what table 1 holds. */
const assertOwnFields = (transData: Readonly<Record<string, string>>, data: object): void => {
  const twice = Object.keys(transData).filter((name) => Object.hasOwn(data, name) || name === 'orgId')
  if (twice.length === 0) return
  throw invalidFields([{ path: 'transData', name: '动态库交易的字段', problem: `${twice.join('、')} 请填在外层` }])
}

/** The scanner to wait on; undefined when the code comes from elsewhere. Throws as chooseScanner does. */
const findScanner = ({ voucher, scanners }: Dependencies, request: DecodeRequest): Scanner | undefined => {
  const { code, scanner: name, scannerRoles } = request
  if (isOther(request)) {
    if (code === undefined && name === undefined) return undefined
    throw invalidFields([{ path: 'transType', name: '动态库交易', problem: '不扫码, 不能与 code、scanner 同时填写' }])
  }
  if (code === undefined && voucher.scannerOwner === 'agent') return chooseScanner(scanners, scannerRoles, name)
  if (name === undefined) return undefined
  const problem = code === undefined ? '扫码枪由动态库驱动, 不能指定' : '不能与 code 同时填写'
  throw invalidFields([{ path: 'scanner', name: '扫码枪名称', problem }])
}

const failed = (errorCode: ErrorCode, reason: string): FinishRequest => ({
  outcome: 'declined',
  facts: { errorCode, reason },
  lookups: [],
})

/** A fault of the program ends the decode, too: one without an end would be waited for until the next start. */
const failedBy = (error: unknown): FinishRequest =>
  error instanceof AgentError
    ? failed(error.code, error.message)
    : failed('INTERNAL', error instanceof Error ? error.name : 'unknown')

const decode = async (
  { voucher }: Dependencies,
  request: DecodeRequest,
  code: string,
  data: Readonly<Record<string, unknown>>,
): Promise<FinishRequest> => {
  const isPatient = !isOther(request)
  const input = {
    orgId: request.orgCodg,
    transType: request.transType ?? decodeTransaction,
    data,
    ...(code === '' ? {} : { ecQrCode: code }),
  }
  const { status, output } = await voucher.call({ input, signal: request.signal })
  const answer = readVoucherAnswer(status, output, isPatient)
  switch (answer.kind) {
    case 'cancelled':
      return failed('DECODE_CANCELLED', 'cancelled at the library')
    case 'refused':
      return {
        outcome: 'declined',
        facts: { errorCode: 'DECODE_REFUSED', refusal: { code: answer.code, message: answer.message, signed: false } },
        lookups: [],
      }
    case 'unreadable':
      return failed('DECODER_OUTPUT_INVALID', answer.reason)
    case 'decoded': {
      const found = isPatient ? checkDecodeOutput({ ...answer.output }).faults : []
      const warnings = [
        ...found.filter(({ problem }) => problem !== '未知字段'),
        ...findUnknownCodes({ businessType: data['businessType'] }),
      ]
      const facts = { output: { ...answer.output, raw: answer.raw }, warnings: warnings.map(faultText) }
      return { outcome: 'accepted', facts, lookups: [] }
    }
  }
}

const scanAndDecode = async (
  dependencies: Dependencies,
  request: DecodeRequest,
  scanner: Scanner | undefined,
  data: Readonly<Record<string, unknown>>,
  onScanned: () => void,
): Promise<FinishRequest> => {
  if (scanner === undefined) return decode(dependencies, request, request.code ?? '', data)
  const code = await scanner.nextScan({ waitMs: dependencies.settings.scanWaitMs, signal: request.signal })
  onScanned()
  const { serialNumber } = scanner.status()
  const problem = codeProblem(code)
  const finish =
    problem === undefined
      ? await decode(dependencies, request, code, data).catch(failedBy)
      : failed('SCAN_UNUSABLE', problem)
  scanner.signal(finish.outcome === 'accepted' ? 'success' : 'failure')
  return { ...finish, facts: { ...finish.facts, scannerSerialNumber: serialNumber } }
}

/**
 * Decodes one 医保码. Throws INVALID_FIELDS, DEVICE_FIELDS_FIXED, SCANNER_UNAVAILABLE when the caller has none, and CENTER_UNREACHABLE at once; every
 * later failure ends the operation with its error code, which the caller reads from the journal. No key: each call is a new
 * operation, but for the same call again while its scan has not come: that one joins.
 */
export const decodeVoucher = (
  dependencies: Dependencies,
  waiting: WaitingDecodes,
  request: DecodeRequest,
): Performed => {
  const { journal, running, newId, announce, link } = dependencies
  if (request.code !== undefined && (request.code === '' || request.code.length > maxCodeLength)) {
    throw invalidFields([{ ...codeField, problem: `应为 1 到 ${maxCodeLength} 个字符` }])
  }
  const problem = request.code === undefined ? undefined : codeProblem(request.code)
  if (problem !== undefined) throw invalidFields([{ ...codeField, problem }])
  const { value: fields, faults } = checkDecodeInput({
    ...fillKioskFields(dependencies.kiosk, request.by.caller, request.fields),
    orgId: request.orgCodg,
  })
  if (faults.length > 0) throw invalidFields(faults)
  const unknown = dependencies.settings.unknownCodes === 'refuse' ? findUnknownCodes(fields) : []
  if (unknown.length > 0) throw invalidFields(unknown)
  const { transType, transData = {} } = request
  assertOwnFields(transData, fields)
  const data = { ...fields, ...transData }
  const scanner = findScanner(dependencies, request)
  const asked = { by: request.by, scanner, data: { ...data, transType: transType ?? decodeTransaction } }
  const before = request.code === undefined ? waiting.find(asked) : undefined
  if (before !== undefined) return { operationId: before, done: running.find(before) ?? Promise.resolve() }
  // The code is used up by decoding, and without the center nothing can follow.
  link.assertUp()
  const operationId = newId()
  const facts = {
    ...request.by,
    operator: fields.operatorId,
    ...(transType === undefined || transType === decodeTransaction ? {} : { transType }),
    ...(scanner === undefined ? {} : { scanner: scanner.name }),
  }
  const start = { operationId, order: undefined, key: 'decode', attempt: 1, bodyMac: '', lookups: [] } as const
  const intent = journal.begin({ ...start, verb: 'decode', facts })
  // A library that scans by itself does not say when it has scanned: the scan may come at any time until it answers.
  const endWaiting = request.code === undefined ? waiting.add(operationId, asked) : () => undefined
  const perform = async (): Promise<FinishRequest> => {
    await journal.durable()
    announce({ type: 'decode', operationId, state: 'started' })
    return scanAndDecode(dependencies, request, scanner, data, endWaiting).catch(failedBy)
  }
  const done = running.start(operationId, async () => {
    const finish = await perform().finally(endWaiting)
    await writeWhenFree(journal, () => journal.finish(intent, undefined, finish))
    await journal.durable()
    announce({ type: 'decode', operationId, state: finish.outcome })
  })
  return { operationId, done }
}
