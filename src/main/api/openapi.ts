// Owns the OpenAPI document: made from the route table, the field tables and the error table, never written by hand.
import { dictionaries, dictionaryOf } from '../../contract/dictionaries.ts'
import type { ExtraFields } from '../../contract/extra-fields.ts'
import { tables } from '../../contract/interfaces.ts'
import { errorTable } from '../../core/domain/errors/error-table.ts'
import { bodyOf } from './endpoint/body-of-route.ts'
import { maxParameterLength } from './endpoint/parameter.ts'
import { httpStatus } from './answers/http-status.ts'
import { oldClientPaths } from './old-clients/openapi-paths.ts'
import { routes, type NamedRoute } from './endpoints.ts'

type Node = Readonly<Record<string, unknown>>

const describeCode = (name: string, field: Node): Node => {
  const dictionary = Object.hasOwn(dictionaryOf, name) ? dictionaryOf[name] : undefined
  if (dictionary === undefined) return field
  return { ...field, 'x-dictionary': dictionary }
}

/** The schema with the name of its dictionary at every field that has one; the lists stand in `x-dictionaries`. */
const withDictionaries = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withDictionaries)
  if (typeof schema !== 'object' || schema === null) return schema
  const node: Node = Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => [key, withDictionaries(value)] as const),
  )
  const { properties } = node
  if (typeof properties !== 'object' || properties === null) return node
  const fields = Object.entries(properties as Readonly<Record<string, Node>>)
  return { ...node, properties: Object.fromEntries(fields.map(([name, field]) => [name, describeCode(name, field)])) }
}

const jsonContent = (schema: unknown): object => ({ 'application/json': { schema: withDictionaries(schema) } })

const outputOf = (route: NamedRoute): unknown =>
  route.interface === undefined ? { type: 'object' } : (tables[route.interface].output ?? { type: 'object' })

const answerSchema = (data: unknown): object => ({
  type: 'object',
  required: ['code', 'message', 'data', 'requestId'],
  properties: {
    code: { type: 'string', description: '"0" 为成功, 否则为错误码' },
    message: { type: 'string' },
    data,
    requestId: { type: 'string' },
  },
})

const parametersOf = (route: NamedRoute): object[] => {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: maxParameterLength },
  }))
  const inQuery = Object.entries(route.query ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string', enum: ['true', 'false'] },
  }))
  const texts = Object.entries(route.texts ?? {}).map(([name, { description, pattern }]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string', pattern: pattern.source },
  }))
  return [...inPath, ...inQuery, ...texts]
}

const summaryOf = ({ kioskOnly, summary, interface: code }: NamedRoute): string =>
  kioskOnly === true ? `${summary} (只限自助机的令牌)` : code === undefined ? summary : `${summary} (${code})`

const operationOf = (route: NamedRoute, extraFields: ExtraFields): object => ({
  operationId: route.name,
  summary: summaryOf(route),
  ...(route.scope === undefined
    ? { security: [] }
    : { 'x-scope': route.scope, ...(route.own === undefined ? {} : { 'x-scope-own': route.own }) }),
  ...(route.also === undefined ? {} : { 'x-also': route.also }),
  parameters: parametersOf(route),
  ...(route.body === undefined ? {} : { requestBody: { content: jsonContent(bodyOf(route, extraFields)) } }),
  responses: {
    '200': { description: '成功', content: jsonContent(answerSchema(outputOf(route))) },
    default: { description: '错误', content: jsonContent(answerSchema({ type: 'object' })) },
  },
})

/** The document as an object; `version` is the product's, `extraFields` the site's. */
export const createOpenApi = (version: string, extraFields: ExtraFields): Readonly<Record<string, unknown>> => {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, extraFields) }
  }
  const errors = Object.fromEntries(
    Object.entries(errorTable).map(([code, { zh, en, hint, retry }]) => [
      code,
      { status: httpStatus[code as keyof typeof httpStatus], zh, en, hint, retry },
    ]),
  )
  return {
    openapi: '3.1.0',
    info: { title: '医保移动支付助手', version, description: '本机接口, 只监听 127.0.0.1 和 ::1' },
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: { ...paths, ...oldClientPaths },
    'x-errors': errors,
    'x-dictionaries': dictionaries,
  }
}
