// Owns reading the configuration's JSON Schema as a form: which kind of field each setting is, and its text. Judging is the agent's.

export type SettingSchema = {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly required?: readonly string[]
  readonly items?: SettingSchema
  readonly default?: unknown
}

export type FieldKind = 'group' | 'secret' | 'choice' | 'flag' | 'number' | 'text' | 'lines' | 'json'

/** A secret is described as where it lies: a file or a variable. */
const isSecret = ({ properties = {} }: SettingSchema): boolean => Object.keys(properties).join() === 'file,env'

export const kindOf = (schema: SettingSchema): FieldKind => {
  if (schema.enum !== undefined) return 'choice'
  switch (schema.type) {
    case 'object':
      return isSecret(schema) ? 'secret' : schema.properties === undefined ? 'json' : 'group'
    case 'array':
      return schema.items?.type === 'object' ? 'json' : 'lines'
    case 'boolean':
      return 'flag'
    case 'integer':
    case 'number':
      return 'number'
    default:
      return 'text'
  }
}

/** A setting's value as the text of its field. */
export const writeSetting = (kind: FieldKind, value: unknown): string => {
  if (value === undefined || value === null) return ''
  if (kind === 'lines') return Array.isArray(value) ? value.join('\n') : ''
  if (kind === 'json') return JSON.stringify(value, undefined, 2)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A setting's default as the file would have it, texts without their quotes; '' where there is none. */
export const writeDefault = ({ default: value }: SettingSchema): string => {
  if (value === undefined) return ''
  if (Array.isArray(value)) return value.join(', ')
  const text = JSON.stringify(value)
  return typeof value === 'string' && text === `"${value}"` ? value : text
}

/** The way back; undefined leaves the setting out. What is no number or no JSON goes to the agent as it is, to be told so. */
export const readSetting = (kind: FieldKind, text: string): unknown => {
  if (text.trim() === '') return undefined
  switch (kind) {
    case 'flag':
      return text === 'true'
    case 'number':
      return /^-?\d+$/.test(text.trim()) ? Number(text) : text
    case 'lines':
      return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
    case 'json':
      try {
        return JSON.parse(text) as unknown
      } catch {
        return text
      }
    default:
      return text
  }
}

type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy with one setting changed, or left out; a group left empty goes too. */
export const changeSetting = (config: Fields, [name = '', ...rest]: readonly string[], value: unknown): Fields => {
  const inner = config[name]
  const next = rest.length === 0 ? value : changeSetting(isFields(inner) ? inner : {}, rest, value)
  const { [name]: _old, ...others } = config
  const isEmpty = next === undefined || (rest.length > 0 && isFields(next) && Object.keys(next).length === 0)
  return isEmpty ? others : { ...others, [name]: next }
}
