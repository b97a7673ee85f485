// The example clients in languages that do not run here, or not everywhere: what can be known without running them. Every transaction code, field,
// `next` and error code that they name exists, and every `next` is dealt with.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { TSchema } from 'typebox'
import { callCodes, routeOf } from '../../src/main/api/old-clients/calls.ts'
import { errorTable } from '../../src/core/domain/errors/error-table.ts'
import { bill, pay, readOrder, newNumber, refundAll, act } from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const clients = ['Client.cs', 'Client.pas', 'Client.bas', 'n_mip_client.sru'] as const
process.stderr.write(
  'NOT RUN: Client.pas, Client.bas, n_mip_client.sru of examples/clients (Delphi, VB6, PowerBuilder): only checked\n',
)

/** Names of the fields at the top of a body. */
const fieldsOf = (schema: TSchema | undefined): string[] => {
  const { properties = {}, allOf = [] } = (schema ?? {}) as {
    readonly properties?: Readonly<Record<string, unknown>>
    readonly allOf?: readonly TSchema[]
  }
  return [...Object.keys(properties), ...allOf.flatMap(fieldsOf)]
}

/** Every name anywhere in an answer. */
const namesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inside]) => [name, ...namesIn(inside)])

const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found]) => found ?? '')),
]

/** The literals of every language with their JSON as it leaves the program. */
const plain = (name: string): string => read(`examples/clients/${name}`).replaceAll('\\"', '"').replaceAll('""', '"')

const steps = ['upload', 'authorize', 'place', 'payCash', 'wait', 'book', 'refundCash', 'none', 'person']
const used = ['6101', '6201', '6202', '6203', '6301', 'authorization', 'booking', 'operation'] as const

describe('the example clients that do not run here', () => {
  let agent: TestAgent
  let answered: ReadonlySet<string>
  before(async () => {
    agent = await startTestAgent()
    const uploaded = await agent.call('POST', '/v1/orders', bill(newNumber('U')))
    const medOrgOrd = await pay(agent)
    const paid = await readOrder(agent, medOrgOrd)
    const refunded = await act(agent, medOrgOrd, 'refunds', refundAll())
    answered = new Set([uploaded, paid, refunded].flatMap(namesIn))
  })
  after(() => agent.close())

  for (const name of clients) {
    describe(name, () => {
      const text = plain(name)

      it('calls exactly the transactions of a whole job, all of which exist', () => {
        const called = all(text, /\b(?:Call|Post|AskAgent|of_call|of_post)\s?\(['"](\w+)['"]/g)
        assert.deepEqual(called.toSorted(), used.toSorted())
        for (const code of called) assert.ok(callCodes.includes(code), code)
      })

      it('sends only fields that these transactions take', () => {
        const known = new Set([
          'medOrgOrd',
          'operationId',
          'wait',
          ...used.flatMap((code) => fieldsOf(routeOf(code).body)),
        ])
        const sent = all(text, /"(\w+)":(?:"|true|20)/g)
        assert.ok(sent.length > 15, String(sent))
        assert.deepEqual(
          sent.filter((field) => !known.has(field)),
          [],
        )
      })

      it('reads only fields that answers have', () => {
        const wanted = all(text, /\b(?:Field|Leg|of_field)\((?:[^()'"]|\((?:[^()]|\([^()]*\))*\))*?['"](\w+)['"]\)/g)
        assert.ok(wanted.length >= 6, String(wanted))
        assert.deepEqual(
          wanted.filter((field) => !answered.has(field)),
          [],
        )
      })

      it('deals with every next, and names no code that does not exist', () => {
        for (const step of steps) assert.match(text, new RegExp(`\\b${step}\\b`), step)
        const ours = new Set([...Object.keys(errorTable), 'AGENT_AWAY', 'AGENT_UNCLEAR'])
        const named = all(text, /\b([A-Z]+(?:_[A-Z]+)+)\b/g)
        const notCodes = new Set(['PAY_AUTH_NO', 'OPEN_CODES', 'LATER_CODES', 'LOST_CODES', 'BUFFER_BYTES'])
        assert.deepEqual(
          named.filter((code) => !ours.has(code) && !notCodes.has(code)),
          [],
        )
      })
    })
  }

  it('the bill that they send in place of one of their own is complete, and ASCII for any charset', async () => {
    const template = read('examples/clients/bill-template.json')
    assert.doesNotMatch(template, /[^\n -~]/)
    const decoded = await agent.call('POST', '/v1/vouchers/decode', {
      ...{ code: '28010001', businessType: '01301', operatorId: 'OP01', operatorName: '收费员' },
      ...{ officeId: 'D01', officeName: '收费处' },
    })
    const body = template
      .replaceAll('{{medOrgOrd}}', newNumber('U'))
      .replaceAll('{{decodeOperationId}}', String(decoded.data['operationId']))
    const { code, data } = await agent.call('POST', '/v1/orders?dryRun=true', JSON.parse(body) as object)
    assert.deepEqual([code, data['warnings']], ['0', []])
  })

  it('the library is declared as its header says', () => {
    const header = all(read('native/client/mip-client.h'), /MIP_CALL (Mip\w+)\(/g)
    for (const page of ['examples/clients/n_mip_client.sru', 'docs/client-library.zh-CN.md']) {
      const declared = all(read(page), /\b(Mip(?:Open|Call|Answer|Close)[AW]?)\b/g).filter(
        (found) => found.endsWith('A') || found.endsWith('W') || found === 'MipClose',
      )
      assert.ok(declared.length >= 3)
      assert.deepEqual(
        declared.filter((found) => !header.includes(found)),
        [],
      )
    }
  })
})
