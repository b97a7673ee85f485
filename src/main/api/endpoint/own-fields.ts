// Owns the fields of ours that several endpoints have beside those of an interface. The fields of one endpoint are in its file.
import type { Fields } from '../../../contract/check/json-text.ts'
import Type from 'typebox'
import { Flag, OptionalText } from '../../../contract/check/fields.ts'
import type { Origin } from '../../../core/domain/order/entries.ts'

/** 中心连不上时是否排队. */
export const queue = Type.Optional(Flag('中心连不上时排队, 恢复后自动办理'))

/** Whether the caller lets it wait for the center, apart from the interface's fields. */
export const splitQueue = ({
  queue: mayWait,
  ...fields
}: Fields): { readonly fields: Fields; readonly origin: Origin } => ({
  fields,
  origin: mayWait === true ? { queue: true } : {},
})

/** Who works, as the caller claims it; which program calls was proven by the token. */
export const operator = OptionalText('操作员工号', 30, { note: '记入账本和日报, 由调用方声明' })

/** Parts a body from its operator, which is no part of what is asked: another cashier may repeat a call. */
export const splitOperator = ({
  operator: name,
  ...fields
}: Fields): { readonly operator: string; readonly fields: Fields } => ({
  operator: typeof name === 'string' ? name : '',
  fields,
})

/** A day in Asia/Shanghai, in the query. */
export const date = { description: '日期, 东八区', pattern: /^\d{4}-\d{2}-\d{2}$/, problem: '应为日期 yyyy-MM-dd' }
