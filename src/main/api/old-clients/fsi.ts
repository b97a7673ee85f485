// Owns the wrapper of the 医保核心 (FSI) interfaces, in and out, for programs that already build it. What is inside are the
// 6xxx interfaces; the wrapper moves nothing by itself.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { shownKey } from '../../../contract/check/check.ts'
import { wireStamp } from '../../../core/domain/time/shanghai-time.ts'
import type { Answer } from '../answers/answer.ts'
import { isObject, type Fields } from '../../../contract/check/json-text.ts'
import type { Caller, OldHabits } from '../callers/tokens.ts'
import { readData, type Call } from './read-call.ts'
import { toSnakeNames, toTableNames } from './snake-names.ts'

// The header of the standard; a key beside these is refused (I11).
const headerNames: ReadonlySet<string> = new Set([
  'token',
  'infno',
  'msgid',
  'mdtrtarea_admvs',
  'insuplc_admdvs',
  'recer_sys_code',
  'dev_no',
  'dev_safe_info',
  'cainfo',
  'signtype',
  'infver',
  'opter_type',
  'opter',
  'opter_name',
  'inf_time',
  'fixmedins_code',
  'fixmedins_name',
  'fixmedins_soft_fcty',
  'sign_no',
  'input',
])

const text = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

const assertHeader = (fields: Fields, { orgCodg }: Caller): void => {
  const faults = Object.keys(fields)
    .filter((path) => !headerNames.has(path))
    .map((key) => ({ path: shownKey(key), name: '', problem: '未知字段' }))
  const fixmedins = text(fields, 'fixmedins_code')
  if (fixmedins !== '' && fixmedins !== orgCodg) {
    faults.push({ path: 'fixmedins_code', name: '定点医药机构编号', problem: '不是本令牌所属机构' })
  }
  if (!isObject(fields['input'])) faults.push({ path: 'input', name: '交易输入', problem: '必填, 应为对象' })
  if (faults.length > 0) throw invalidFields(faults)
}

/** What the header says once for every interface, where the interface's own fields leave it out. */
const knownOfHeader = (code: unknown, header: Fields): Fields => {
  const [opter, opterName, place] = [text(header, 'opter'), text(header, 'opter_name'), text(header, 'insuplc_admdvs')]
  switch (code) {
    case '6101':
      return { ...(opter && { operatorId: opter }), ...(opterName && { operatorName: opterName }) }
    case '6201':
      return { ...(opter && { operator: opter }), ...(place && { insuplcAdmdvs: place }) }
    case '6203':
    case 'rebill':
    case 'resolve':
      return opter === '' ? {} : { operator: opter }
    default:
      return {}
  }
}

/** Reads a wrapper. `input.data` holds the fields; lists may stand beside it, as in 2204. Throws INVALID_FIELDS, BAD_JSON. */
export const readFsi = (fields: Fields, caller: Caller & OldHabits): Call => {
  assertHeader(fields, caller)
  const { data = {}, ...lists } = fields['input'] as Fields
  const input = { ...lists, ...readData(data, 'input.data') }
  const code = fields['infno']
  return {
    code,
    body: { ...knownOfHeader(code, fields), ...(caller.fsiNames === 'snake' ? toTableNames(input) : input) },
  }
}

const maxMessageLength = 200
const noPlace = '000000'
const serialLength = 10

/** `yyyyMMddHHmmssSSS` in Asia/Shanghai. */
const fsiTime = (atMs: number): string => wireStamp(atMs) + String(atMs % 1_000).padStart(3, '0')

export type FsiReply = {
  /** What came; {} when it could not be read. */
  readonly fields: Fields
  readonly habits: OldHabits | undefined
  readonly receivedMs: number
  readonly answeredMs: number
  /** Counts replies, so that no two have the same number. */
  readonly serial: number
}

/**
 * The wrapper of an answer: infcode 0 only for code "0". Whatever else is -1, an unknown outcome too: `err_msg` begins with
 * the code, and `output` says what to do next.
 */
export const presentFsi = ({ body }: Answer, reply: FsiReply): Fields => {
  const place = text(reply.fields, 'mdtrtarea_admvs').slice(0, noPlace.length) || noPlace
  const number = String(reply.serial % 10 ** serialLength).padStart(serialLength, '0')
  const isGood = body.code === '0'
  const output = { ...body.data, code: body.code }
  return {
    infcode: isGood ? 0 : -1,
    inf_refmsgid: `${place}${wireStamp(reply.receivedMs)}${number}`,
    refmsg_time: fsiTime(reply.receivedMs),
    respond_time: fsiTime(reply.answeredMs),
    err_msg: isGood ? '' : `${body.code}: ${body.message}`.slice(0, maxMessageLength),
    output: reply.habits?.fsiNames === 'snake' ? toSnakeNames(output) : output,
  }
}
