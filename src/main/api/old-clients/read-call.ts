// Owns the body of /call and /call/{code}: the token, the code and the interface's fields, flat or in `data`.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { shownKey, type Fault } from '../../../contract/check/check.ts'
import { isObject, type Fields } from '../../../contract/check/json-text.ts'
import { readJsonObject } from '../requests/read-json.ts'

export type Call = { readonly code: unknown; readonly body: Fields }

/** `data` is an object, or its JSON text as a form or a program without objects brings it. */
export const readData = (data: unknown, path: string): Fields => {
  if (isObject(data)) return data
  if (typeof data === 'string') return readJsonObject(data)
  throw invalidFields([{ path, name: '业务数据', problem: '应为 JSON 对象' }])
}

const refuseBeside = (rest: Fields): void => {
  const faults: Fault[] = Object.keys(rest).map((key) => ({
    path: shownKey(key),
    name: '',
    problem: '未知字段, 业务字段应在 data 里',
  }))
  if (faults.length > 0) throw invalidFields(faults)
}

/** `pathCode`: the code of the address; without one the body names it. Throws INVALID_FIELDS, BAD_JSON. */
export const readCall = ({ token: _token, ...fields }: Fields, pathCode: string | undefined): Call => {
  const { code: ownCode, ...others } = fields
  const [code, body] = pathCode === undefined ? [ownCode, others] : [pathCode, fields]
  const { data, operator, ...rest } = body
  if (data === undefined) return { code, body }
  refuseBeside(rest)
  return { code, body: operator === undefined ? readData(data, 'data') : { ...readData(data, 'data'), operator } }
}
