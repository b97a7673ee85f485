// Owns the body of a route as this site takes it: its schema with the fields that the province adds to its tables (RULES 9.5). It is
// what requests are checked by and what the OpenAPI document shows.
import type { TSchema } from 'typebox'
import { withExtraFields, type ExtraFields } from '../../../contract/extra-fields.ts'
import { Strict } from '../../../contract/check/fields.ts'
import { nothing, type Route } from './definition.ts'

export const bodyOf = (
  { body = nothing, interface: code, parts }: Pick<Route, 'body' | 'interface' | 'parts'>,
  extraFields: ExtraFields,
): TSchema => {
  if (parts === undefined) return withExtraFields(body, code ?? '', extraFields)
  const { properties } = body as unknown as { readonly properties: Readonly<Record<string, TSchema>> }
  const extended = Object.entries(properties).map(([name, part]) => [
    name,
    withExtraFields(part, parts[name] ?? '', extraFields),
  ])
  return Strict(Object.fromEntries(extended) as Record<string, TSchema>)
}
