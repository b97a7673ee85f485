// Owns how one thing that the validator found reads in Chinese, without the value. Which are told, and where, is check.ts.
import { dateFormat, dateTimeFormat, decimalsKey, digitsKey, shapeKey, stampFormat, wholeDigits } from './fields.ts'

export type Node = Record<string, unknown> & {
  properties?: Record<string, Node>
  patternProperties?: Record<string, Node>
  items?: Node
  title?: string
  type?: string
}

const decimalProblem = (node: Node, value: unknown): string => {
  const [digits, decimals] = [node[digitsKey] as number, node[decimalsKey] as number]
  if (typeof value !== 'string') return '应为数字或数字字符串'
  const parts = /^-?(\d+)(?:\.(\d*))?$/.exec(value)
  if (parts === null || parts[2] === '') return '应为十进制数字, 不可带指数、空格或千分号'
  if (value.startsWith('-') && !String(node['pattern']).startsWith('^-')) return '不能为负数'
  if ((parts[2]?.length ?? 0) > decimals) return decimals === 0 ? '应为整数' : `最多 ${decimals} 位小数`
  return `整数部分最多 ${wholeDigits(digits, decimals)} 位`
}

const typeNames: Record<string, string> = {
  string: '字符串',
  array: '数组',
  object: '对象',
  boolean: ' true 或 false (不加引号)',
  integer: '整数',
}
const formatTexts: Record<string, string> = {
  [dateFormat]: '应为存在的日期 yyyy-MM-dd',
  [dateTimeFormat]: '应为存在的时间 yyyy-MM-dd HH:mm:ss',
  [stampFormat]: '应为存在的时间 yyyyMMddHHmmss',
}

/** `#`: the limit. */
const limitTexts: Record<string, string> = {
  maxLength: '最长 # 个字符',
  minItems: '至少 # 条',
  maxItems: '最多 # 条',
  maxProperties: '最多 # 项',
  minimum: '不能小于 #',
  maximum: '不能大于 #',
}

export type Raw = {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
}

const limitProblem = (keyword: string, limit: unknown): string | undefined =>
  limitTexts[keyword]?.replace('#', String(limit))

export const atMostRows = (most: unknown): string => limitProblem('maxItems', most) ?? ''

export const problemOf = (node: Node, raw: Raw, value: unknown): string => {
  if (decimalsKey in node) return decimalProblem(node, value)
  switch (raw.keyword) {
    case 'type':
      return value === undefined ? '必填' : `应为${typeNames[node.type ?? ''] ?? node.type ?? '其他类型'}`
    case 'minLength':
      return '不能为空'
    case 'format':
      return formatTexts[String(raw.params['format'])] ?? '格式不对'
    case 'enum':
    case 'const':
    case 'anyOf':
      return `取值应为 ${allowedValues(node).join('、')}`
    default:
      return (
        limitProblem(raw.keyword, raw.params['limit']) ??
        (typeof node[shapeKey] === 'string' ? node[shapeKey] : '格式不对')
      )
  }
}

const allowedValues = (node: Node): string[] => {
  if (Array.isArray(node['anyOf'])) return (node['anyOf'] as Node[]).flatMap(allowedValues)
  if (Array.isArray(node['enum'])) return node['enum'].map(String)
  return 'const' in node ? [String(node['const'])] : []
}
