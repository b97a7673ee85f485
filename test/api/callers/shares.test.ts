// What is few is shared: no token, session or institution uses up the places of another.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { openTokenBook } from '../../../src/main/api/tokens/token-book.ts'
import { callAgent } from '../../../src/main/control/call-agent.ts'
import { createTickets } from '../../../src/main/api/old-clients/tickets.ts'
import type { Answer } from '../../fixtures/agent-process.ts'
import { startKiosk, type Kiosk } from '../../kiosk/kiosk-job.ts'
import { openEvents, type EventClient } from '../../support/event-stream.ts'
import { orgCodg } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let kiosk: Kiosk
before(async () => {
  kiosk = await startKiosk()
})
after(() => kiosk.close())

const send = async (method: string, path: string, token: string, body?: object): Promise<Answer> => {
  const { url } = kiosk.agent
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: url }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const reply = await fetch(`${url}${path}`, { method, headers, ...sent })
  return { status: reply.status, ...((await reply.json()) as Omit<Answer, 'status'>) }
}
const codeOfUse = async (token: string): Promise<string> => (await send('GET', '/v1/tokens/me', token)).code

const linkOf = ({ data }: { readonly data: Readonly<Record<string, unknown>> }): string =>
  String(data['link']).split('#link=')[1] ?? ''
const exchange = async (link: string): Promise<string> =>
  String((await send('POST', '/v1/links/exchange', '', { link })).data['token'])
const linkBy = async (as: string, body: object = {}): Promise<string> =>
  linkOf(await kiosk.agent.call('POST', '/v1/links', body, as))
const sessionBy = async (as: string, body: object = {}): Promise<string> => exchange(await linkBy(as, body))
const ownersSession = async (page: string): Promise<string> =>
  exchange(linkOf(await callAgent(kiosk.agent.dataDir, 'POST', '/v1/links', { page })))

/** More than any token's share of sessions. */
const many = 66

describe('the sessions of pages', () => {
  it('of a kiosk and a display outlive any number of consoles that their own maker opens', async () => {
    const unattended = [await ownersSession('kiosk'), await ownersSession('display')]
    for (let count = 0; count < many; count++) await ownersSession('console')
    for (const token of unattended) assert.equal(await codeOfUse(token), '0')
  })

  it('of a kiosk that a console opened outlive the consoles after it', async () => {
    const first = await sessionBy('his')
    const page = await exchange(linkOf(await send('POST', '/v1/links', first, { page: 'kiosk' })))
    for (let count = 0; count < many; count++) await sessionBy('his')
    assert.equal(await codeOfUse(page), '0')
  })

  it('of one token are not ended for those of another, nor for what its sessions open', async () => {
    const own = await sessionBy('his')
    const foreign = await sessionBy('other-hospital')
    for (let count = 0; count < many; count++) {
      await exchange(linkOf(await send('POST', '/v1/links', count % 2 === 0 ? 'token-of-other-hospital' : foreign, {})))
    }
    assert.equal(await codeOfUse(own), '0')
    assert.equal(await codeOfUse(foreign), 'TOKEN_INVALID', 'its own oldest gave way')
  })

  it('that expired are gone with the next one, and take no place', () => {
    const nowMs = 1_800_000_000_000
    const book = openTokenBook({
      ...{ fixed: [], store: { read: () => undefined, write: () => undefined }, rolledOut: [], orgCodg, nowMs },
      log: () => undefined,
    })
    const ended: string[] = []
    book.onEnded((name) => ended.push(name))
    const session = { orgCodg, scopes: ['read'], share: 'owner' } as const
    book.addSession({ ...session, name: 'console-000001', expiresAtMs: nowMs + 1 }, nowMs)
    book.addSession({ ...session, name: 'display-000002', expiresAtMs: nowMs + 9 }, nowMs + 1)
    assert.deepEqual(ended, ['console-000001'])
    assert.deepEqual(
      book.rows(nowMs + 1).map(({ name }) => name),
      ['display-000002'],
    )
  })
})

it('a link is not used up by the links of another token', async () => {
  const own = await linkBy('his')
  for (let count = 0; count < many; count++) await linkBy('other-hospital')
  assert.equal(await codeOfUse(await exchange(own)), '0')
})

it('a ticket is not used up by the tickets of another token', () => {
  const tickets = createTickets(() => 0)
  const [own, other] = ['his', 'other'].map((name) => ({ name, orgCodg, scopes: [] }))
  assert.ok(own && other)
  const ticket = tickets.issue(own, 'A', '')
  for (let count = 0; count < 2_000; count++) tickets.issue(other, 'A', '')
  assert.equal(tickets.take(ticket, 'A', ''), own)
})

it('an event stream finds a place where another token holds them all: the latest of that one ends', async () => {
  const open: EventClient[] = []
  try {
    for (let index = 0; index < 32; index++) open.push(await openEvents(kiosk.agent, 'other-hospital'))
    const refused = openEvents(kiosk.agent, 'other-hospital')
    await assert.rejects(refused, /TOO_MANY_STREAMS/, 'one token does not push itself out')
    open.push(await until('a place', () => openEvents(kiosk.agent, 'his')))
  } finally {
    for (const events of open) await events.close()
  }
})
