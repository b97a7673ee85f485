// Owns the fields that several endpoints of tokens and pairings have.
import Type from 'typebox'

export const Days = Type.Integer({ title: '有效天数', minimum: 1, maximum: 3_650 })
export const application = { title: '程序名称', length: 40 }
