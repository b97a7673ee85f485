// Owns reading the agent's OpenAPI document: its operations in groups, and their bodies as rows of fields.

export type Schema = {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly maxLength?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  /** Digits in all, and after the point, of a 数值型. */
  readonly 'x-digits'?: number
  readonly 'x-decimals'?: number
}

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
  readonly description?: string
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

export type Operation = {
  readonly id: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly summary: string
  /** '' where no token is wanted. */
  readonly scope: string
  readonly parameters: readonly Parameter[]
  readonly body: Schema | undefined
  readonly answer: Schema | undefined
}

type RawOperation = {
  readonly operationId: string
  readonly summary: string
  readonly security?: readonly unknown[]
  readonly 'x-scope'?: string
  readonly 'x-also'?: string
  /** Scopes that see only what their own token made. */
  readonly 'x-scope-own'?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export type ApiDocument = {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>
  readonly 'x-errors': Readonly<Record<string, { readonly status: number; readonly zh: string; readonly hint: string }>>
}

const schemaIn = (content: Content | undefined): Schema | undefined => content?.['application/json']?.schema

const scopeOf = (raw: RawOperation): string => {
  const scope = [raw['x-scope'], raw['x-also']].filter((name) => name !== undefined).join(' + ')
  const own = raw['x-scope-own']?.join('、')
  return own === undefined ? scope : `${scope} (${own} 只看自己的)`
}

export const listOperations = ({ paths }: ApiDocument): readonly Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => ({
      id: raw.operationId,
      method: method === 'get' ? ('GET' as const) : ('POST' as const),
      path,
      summary: raw.summary,
      scope: scopeOf(raw),
      parameters: raw.parameters ?? [],
      body: schemaIn(raw.requestBody?.content),
      answer: schemaIn(raw.responses['200']?.content),
    })),
  )

export const isForOldPrograms = ({ path }: Operation): boolean => path.startsWith('/call') || path === '/fsi'

export type Field = {
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly isRequired: boolean
  readonly note: string
  /** How deep inside lists and objects, from 0. */
  readonly depth: number
}

const kindOf = (schema: Schema): string => {
  if (schema.enum !== undefined) return schema.enum.join(' ')
  if (schema['x-digits'] !== undefined) return `数值 (${schema['x-digits']},${schema['x-decimals'] ?? 0})`
  const names: Readonly<Record<string, string>> = {
    array: '列表',
    object: '对象',
    boolean: 'true/false',
    integer: '整数',
  }
  return names[schema.type ?? ''] ?? (schema.maxLength === undefined ? '文本' : `文本 ${schema.maxLength}`)
}

/** The fields of a schema, those inside lists and objects below them. */
export const listFields = (schema: Schema | undefined, depth = 0): readonly Field[] => {
  if (schema === undefined) return []
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]): Field[] => [
    {
      name,
      title: field.title ?? '',
      kind: kindOf(field),
      isRequired: schema.required?.includes(name) === true,
      note: field.description ?? '',
      depth,
    },
    ...listFields(field.items ?? field, depth + 1),
  ])
  return [...own, ...(schema.allOf ?? []).flatMap((part) => listFields(part, depth))]
}
