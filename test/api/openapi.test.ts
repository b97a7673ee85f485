// The OpenAPI document lists what there is: every route, every field of the tables, every error.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { httpStatus } from '../../src/main/api/answers/http-status.ts'
import { callCodes, routeOf } from '../../src/main/api/old-clients/calls.ts'
import { routes } from '../../src/main/api/endpoints.ts'
import { errorTable } from '../../src/core/domain/errors/error-table.ts'
import { sendRaw } from '../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

type Operation = {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly 'x-scope'?: string
  readonly 'x-also'?: string
  readonly requestBody?: unknown
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly 'x-errors': Readonly<Record<string, { readonly status: number; readonly zh: string }>>
}

let agent: TestAgent
let document: Document
before(async () => {
  agent = await startTestAgent()
  const reply = await sendRaw({ port: Number(new URL(agent.url).port), path: '/openapi.json' })
  document = JSON.parse(reply.text) as Document
})
after(() => agent.close())

const isForOldPrograms = (path: string): boolean => /^\/(call|fsi)(\/|$)/.test(path)

describe('/openapi.json', () => {
  it('lists the dictionaries, and says at each field which one is its', () => {
    const { 'x-dictionaries': lists, paths } = document as unknown as {
      readonly 'x-dictionaries': Readonly<Record<string, { readonly codes: object }>>
      readonly paths: unknown
    }
    assert.ok(Object.keys(lists['insutype']?.codes ?? {}).includes('310'))
    const named = new Set([...JSON.stringify(paths).matchAll(/"x-dictionary":"(\w+)"/g)].map(([, name]) => name))
    assert.deepEqual([...named].sort(), Object.keys(lists).sort())
  })

  it('has every route of the table, with its scope, and no other', () => {
    const own = Object.entries(document.paths).filter(([path]) => !isForOldPrograms(path))
    const listed = own.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => `${method} ${path} ${operation['x-scope'] ?? 'public'}`),
    )
    const known = routes.map(({ method, path, scope }) => {
      return `${method.toLowerCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')} ${scope ?? 'public'}`
    })
    assert.deepEqual(listed.toSorted(), known.toSorted())
  })

  it('has the routes that the issue names', () => {
    const wanted = [
      ['get', '/v1/health'],
      ['get', '/v1/status'],
      ['post', '/v1/vouchers/decode'],
      ['post', '/v1/orders'],
      ['post', '/v1/orders/{medOrgOrd}/authorization'],
      ['post', '/v1/orders/{medOrgOrd}/placement'],
      ['post', '/v1/orders/{medOrgOrd}/bank-placement'],
      ['post', '/v1/orders/{medOrgOrd}/cashier-url'],
      ['post', '/v1/orders/{medOrgOrd}/refunds'],
      ['post', '/v1/orders/{medOrgOrd}/revocation'],
      ['get', '/v1/orders/{medOrgOrd}'],
      ['get', '/v1/operations/{id}'],
      ['get', '/v1/events'],
      ['get', '/openapi.json'],
    ] as const
    for (const [method, path] of wanted) assert.ok(document.paths[path]?.[method], `${method} ${path}`)
  })

  it('has every address for old programs: each transaction code with the scope of its endpoint, and the four without', () => {
    const listed = Object.keys(document.paths).filter(isForOldPrograms)
    const known = [...callCodes.map((code) => `/call/${code}`), '/call', '/call/order', '/call/ticket', '/fsi']
    assert.deepEqual(listed.toSorted(), known.toSorted())
    for (const code of callCodes) {
      const { scope, also } = routeOf(code)
      const operation = document.paths[`/call/${code}`]?.['post']
      assert.deepEqual([operation?.['x-scope'], operation?.['x-also']], [scope, also])
    }
    assert.match(JSON.stringify(document.paths['/call/6203']), /"medOrgOrd".*"appRefdSn"/)
  })

  it('says which routes want no token', () => {
    const open = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).some(({ security }) => security?.length === 0) ? [path] : [],
    )
    const known = ['/call/order', '/openapi.json', '/v1/health', '/v1/links/exchange', '/v1/pairings/exchange']
    assert.deepEqual(open.toSorted(), known)
  })

  it('has every error with its status and Chinese text', () => {
    const listed = Object.entries(document['x-errors']).map(([code, { status, zh }]) => [code, status, zh])
    const known = Object.entries(errorTable).map(([code, { zh }]) => [
      code,
      httpStatus[code as keyof typeof httpStatus],
      zh,
    ])
    assert.deepEqual(listed.toSorted(), known.toSorted())
  })

  it('describes the fields of an upload by name, length and Chinese title', () => {
    const text = JSON.stringify(document.paths['/v1/orders']?.['post']?.requestBody)
    assert.match(text, /"medOrgOrd":\{[^}]*"title":"医疗机构订单号"/)
    assert.match(text, /"decodeOperationId"/)
    assert.match(text, /"feedetailList"/)
  })
})
