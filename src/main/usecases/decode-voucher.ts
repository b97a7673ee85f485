// Owns 6101: taking a code (from the caller, the agent's scanner, or the library's own), decoding it through the library,
// and recording both ends. The result belongs to the caller that asked.
import { checkDecodeInput, checkDecodeOutput } from '../../contract/interfaces.ts'
import { faultText } from '../../contract/check.ts'
import type { ErrorCode } from '../domain/error-table.ts'
import { AgentError } from '../domain/errors.ts'
import { readVoucherAnswer } from '../domain/voucher-answer.ts'
import { invalidFields } from './check-upload.ts'
import type { Dependencies } from './dependencies.ts'
import { fillKioskFields } from './kiosk/kiosk-fields.ts'
import type { Performed } from './perform-operation.ts'
import type { CancelSignal, FinishRequest } from './ports.ts'

const maxCodeLength = 1_000
const codeField = { path: 'code', name: '医保码' }

export type DecodeRequest = {
  readonly caller: { readonly name: string; readonly orgCodg: string }
  /** The caller's fields of table 1; orgId is filled in. */
  readonly given: Readonly<Record<string, unknown>>
  /** The code, when the caller scanned by itself. */
  readonly code: string | undefined
  readonly signal: CancelSignal
}

const takeCode = async ({ voucher, scanner, settings }: Dependencies, request: DecodeRequest): Promise<string> => {
  if (request.code !== undefined) return request.code
  if (voucher.scannerOwner === 'library') return ''
  if (scanner === undefined) throw new AgentError('SCANNER_UNAVAILABLE', { addition: '未配置扫码枪' })
  return scanner.nextScan({ waitMs: settings.scanWaitMs, signal: request.signal })
}

const failed = (errorCode: ErrorCode, reason: string): FinishRequest => ({
  outcome: 'declined',
  facts: { errorCode, reason },
  lookups: [],
})

const decode = async (dependencies: Dependencies, request: DecodeRequest, data: object): Promise<FinishRequest> => {
  const code = await takeCode(dependencies, request)
  const input = {
    orgId: request.caller.orgCodg,
    transType: 'ec.query',
    data,
    ...(code === '' ? {} : { ecQrCode: code }),
  }
  const { status, output } = await dependencies.voucher.call({ input, signal: request.signal })
  const answer = readVoucherAnswer(status, output)
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
      const warnings = checkDecodeOutput({ ...answer.output }).faults.filter(({ problem }) => problem !== '未知字段')
      const facts = { output: { ...answer.output, raw: answer.raw }, warnings: warnings.map(faultText) }
      return { outcome: 'accepted', facts, lookups: [] }
    }
  }
}

/**
 * Decodes one 医保码. Throws INVALID_FIELDS, DEVICE_FIELDS_FIXED and CENTER_UNREACHABLE at once; every later failure ends the operation with its error code, which the
 * caller reads from the journal. No key: each call is a new operation.
 */
export const decodeVoucher = (dependencies: Dependencies, request: DecodeRequest): Performed => {
  const { journal, running, newId, announce, link } = dependencies
  if (request.code !== undefined && (request.code === '' || request.code.length > maxCodeLength)) {
    throw invalidFields([{ ...codeField, problem: `应为 1 到 ${maxCodeLength} 个字符` }])
  }
  const { value: data, faults } = checkDecodeInput({
    ...fillKioskFields(dependencies.kiosk, request.caller.name, request.given),
    orgId: request.caller.orgCodg,
  })
  if (faults.length > 0) throw invalidFields(faults)
  // The code is used up by decoding, and without the center nothing can follow.
  link.assertUp()
  const operationId = newId()
  const facts = { caller: request.caller.name, operator: data.operatorId }
  const start = { operationId, order: undefined, key: 'decode', attempt: 1, bodyMac: '', lookups: [] } as const
  const intent = journal.begin({ ...start, verb: 'decode', facts })
  const done = running.start(operationId, async () => {
    await journal.durable()
    announce({ type: 'decode', operationId, state: 'started' })
    const finish = await decode(dependencies, request, data).catch((error: unknown) => {
      if (!(error instanceof AgentError)) throw error
      return failed(error.code, error.message)
    })
    journal.finish(intent, undefined, finish)
    await journal.durable()
    announce({ type: 'decode', operationId, state: finish.outcome })
  })
  return { operationId, done }
}
