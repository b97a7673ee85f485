// What a token's holder may hand on: never more than he has, and nothing that outlives the token.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { callAgent } from '../../../src/main/control/call-agent.ts'
import type { Scope } from '../../../src/main/api/callers/tokens.ts'
import { openTokenBook } from '../../../src/main/api/tokens/token-book.ts'
import { bill, newNumber } from '../../support/cashier-job.ts'
import { pageOf, startKiosk, startOrder, type Kiosk } from '../../kiosk/kiosk-job.ts'
import type { TestAgent } from '../../support/agents/test-agent.ts'

let kiosk: Kiosk
let agent: TestAgent
before(async () => {
  kiosk = await startKiosk()
  agent = kiosk.agent
})
after(() => kiosk.close())

const send = async (method: string, path: string, token: string, body?: object): Promise<Answer> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', origin: agent.url }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const reply = await fetch(`${agent.url}${path}`, { method, headers, ...sent })
  return { status: reply.status, ...((await reply.json()) as Omit<Answer, 'status'>) }
}

const linkOf = ({ data }: { readonly data: Readonly<Record<string, unknown>> }): string =>
  String(data['link']).split('#link=')[1] ?? ''
const exchange = async (link: string): Promise<Answer> => send('POST', '/v1/links/exchange', '', { link })

/** Pairs a token by the owner's channel. */
const pair = async (scopes: readonly Scope[], name = newNumber('M')): Promise<{ name: string; token: string }> => {
  const { data } = await callAgent(agent.dataDir, 'POST', '/v1/pairings', { name, scopes })
  const answer = await send('POST', '/v1/pairings/exchange', '', { code: data['code'], application: '测试程序' })
  assert.equal(answer.code, '0', answer.message)
  return { name, token: String(answer.data['token']) }
}

const openSession = async (token: string, body: object): Promise<string> => {
  const made = await send('POST', '/v1/links', token, body)
  assert.equal(made.code, '0', made.message)
  return String((await exchange(linkOf(made))).data['token'])
}

const revoke = async (name: string): Promise<void> => {
  assert.equal((await callAgent(agent.dataDir, 'POST', `/v1/tokens/${name}/revoke`, {})).code, '0')
}

it("a header that may stand once is refused twice on the owner's channel, too", async () => {
  const { path } = JSON.parse(readFileSync(join(agent.dataDir, 'control.json'), 'utf8')) as { readonly path: string }
  const socket = connect(path)
  socket.write('GET /v1/tokens HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n')
  assert.match(await text(socket), /^HTTP\/1.1 400 [^]*REQUEST_BROKEN[^]*请求头 host 只能有一个/)
})

describe('a token gives no scope that it does not have', () => {
  const full = ['read', 'decode', 'pay', 'refund', 'admin'] as const

  it('not by a link: a console has what its maker has, and a kiosk or a display wants the scopes of those pages', async () => {
    const { token } = await pair(['read', 'admin'])
    const asked = await send('POST', '/v1/links', token, { scopes: [...full] })
    assert.equal(asked.code, 'SCOPE_MISSING')
    assert.equal((await send('POST', '/v1/links', token, { page: 'kiosk' })).code, 'SCOPE_MISSING')
    const session = await exchange(linkOf(await send('POST', '/v1/links', token, {})))
    assert.deepEqual(session.data['scopes'], ['read', 'admin'])
    assert.equal((await send('POST', '/v1/links', token, { page: 'display' })).code, '0')
  })

  it('not by a pairing', async () => {
    const { token } = await pair(['admin', 'read'])
    const name = newNumber('P')
    assert.equal((await send('POST', '/v1/pairings', token, { name, scopes: ['refund'] })).code, 'SCOPE_MISSING')
    assert.equal((await send('POST', '/v1/pairings', token, { name, scopes: ['read'] })).code, '0')
    await send('POST', '/v1/pairings/cancel', token, {})
  })

  it('not by rotating a stronger one, whose new token it would hold', async () => {
    const { token } = await pair(['admin', 'read'])
    const strong = await pair(['refund'])
    const answer = await send('POST', `/v1/tokens/${strong.name}/rotate`, token, {})
    assert.equal(answer.code, 'SCOPE_MISSING')
    assert.ok(!('token' in answer.data))
    assert.equal((await send('GET', '/v1/tokens/me', strong.token)).code, '0')
  })

  it('not the owner’s rights over the machine: only his own channel opens such a session, and it ends in a quarter of an hour', async () => {
    const { token } = await pair(full)
    assert.equal((await send('POST', '/v1/links', token, { settings: true })).code, 'OWNER_ONLY')
    const made = await callAgent(agent.dataDir, 'POST', '/v1/links', { settings: true })
    const session = await exchange(linkOf(made))
    const minutes = (Date.parse(String(session.data['expiresAt'])) - Date.now()) / 60_000
    assert.ok(minutes > 13 && minutes <= 15, String(minutes))
    const owner = String(session.data['token'])
    assert.equal((await send('POST', '/v1/settings/keys', owner, {})).code, 'NOT_IN_SANDBOX')
    assert.equal((await send('POST', '/v1/settings/keys', token, {})).code, 'OWNER_ONLY')
    const later = String((await exchange(linkOf(await send('POST', '/v1/links', owner, {})))).data['token'])
    assert.equal(
      (await send('POST', '/v1/settings/keys', later, {})).code,
      'OWNER_ONLY',
      'its sessions are ordinary ones',
    )
  })
})

describe('with a token ends, at once,', () => {
  for (const page of ['console', 'kiosk', 'display'] as const) {
    it(`each ${page} session that it opened, and what those opened in turn`, async () => {
      const { name, token } = await pair(['read', 'decode', 'pay', 'admin'])
      const session = await openSession(token, { page })
      const next = page === 'console' ? await openSession(session, { page: 'display' }) : session
      assert.equal((await send('GET', '/v1/tokens/me', next)).code, '0')
      await revoke(name)
      for (const each of [session, next]) assert.equal((await send('GET', '/v1/tokens/me', each)).code, 'TOKEN_INVALID')
    })
  }

  it('a link that nobody has opened yet, and a pairing that waits', async () => {
    const { name, token } = await pair(['read', 'pay', 'admin'])
    const link = linkOf(await send('POST', '/v1/links', token, {}))
    const started = await send('POST', '/v1/pairings', token, { name: newNumber('P'), scopes: ['pay'] })
    assert.equal(started.code, '0', started.message)
    await revoke(name)
    assert.equal((await exchange(link)).code, 'LINK_INVALID')
    const body = { code: started.data['code'], application: '测试程序' }
    assert.equal((await send('POST', '/v1/pairings/exchange', '', body)).code, 'PAIRING_CODE_INVALID')
  })

  it('every stream of it and of its sessions, without an event or a pause', async () => {
    const { name, token } = await pair(['read', 'admin'])
    const session = await openSession(token, { page: 'display' })
    const streams = await Promise.all(
      [token, session].map((each) => fetch(`${agent.url}/v1/events`, { headers: { authorization: `Bearer ${each}` } })),
    )
    const ended = Promise.all(streams.map((stream) => stream.text()))
    await revoke(name)
    const bodies = await ended
    for (const body of bodies) assert.match(body, /connected/)
  })

  it('a ticket that it was given', async () => {
    const { name, token } = await pair(['read', 'decode'])
    const ticket = await send('POST', '/call/ticket', token, { medOrgOrd: 'A1' })
    assert.equal(ticket.code, '0', ticket.message)
    await revoke(name)
    const read = await fetch(`${agent.url}${String(ticket.data['url'])}`)
    assert.equal(((await read.json()) as Answer).code, 'TICKET_INVALID')
  })

  it('a session of a token that was paired anew, or rotated without an overlap', async () => {
    const { name, token } = await pair(['read', 'admin'])
    const session = await openSession(token, { page: 'display' })
    const rotated = await callAgent(agent.dataDir, 'POST', `/v1/tokens/${name}/rotate`, { overlapMinutes: 0 })
    assert.equal((await send('GET', '/v1/tokens/me', session)).code, 'TOKEN_INVALID')
    const again = await openSession(String(rotated.data['token']), { page: 'display' })
    const started = await callAgent(agent.dataDir, 'POST', '/v1/pairings', { name, scopes: ['read'], replace: true })
    await send('POST', '/v1/pairings/exchange', '', { code: started.data['code'], application: '测试程序' })
    assert.equal((await send('GET', '/v1/tokens/me', again)).code, 'TOKEN_INVALID')
  })
})

describe('a name that begins like the kiosk’s', () => {
  it('is a token of its own: it keeps its scopes, and reaches none of the kiosk’s orders nor the kiosk its own', async () => {
    const { token } = await pair(['read', 'refund'], 'terminal-2')
    assert.deepEqual((await send('GET', '/v1/tokens/me', token)).data['scopes'], ['read', 'refund'])
    const { bill: ofKiosk } = await startOrder(pageOf(agent.call))
    const other = await pair(['decode', 'pay'], 'terminal-window')
    const order = await send('GET', `/v1/orders/${ofKiosk.medOrgOrd}`, other.token)
    assert.equal(order.code, 'ORDER_NOT_FOUND')
    const medOrgOrd = newNumber('TW')
    assert.equal((await send('POST', '/v1/orders', other.token, bill(medOrgOrd))).code, '0')
    assert.equal((await agent.call('GET', `/v1/orders/${medOrgOrd}`, undefined, 'terminal')).code, 'ORDER_NOT_FOUND')
  })

  it('is refused where a session of the kiosk, the console or the display could have it, or the owner', async () => {
    for (const name of ['terminal-0a1b2c', 'console-0a1b2c', 'display-000002', 'owner']) {
      const { code } = await callAgent(agent.dataDir, 'POST', '/v1/pairings', { name, scopes: ['read'] })
      assert.equal(code, 'TOKEN_NAME_TAKEN', name)
    }
  })

  it('stops the start where the configuration or a roll-out gives such a name', () => {
    const fixed = [
      { name: 'zzj-00000a', hash: '0'.repeat(64), scopes: ['read'], orgCodg: 'H1', expiresAtMs: undefined },
    ] as const
    const store = { read: () => undefined, write: () => undefined }
    const open = (kioskToken: string) =>
      openTokenBook({ fixed, store, rolledOut: [], orgCodg: 'H1', kioskToken, nowMs: 0, log: () => undefined })
    assert.throws(() => open('zzj'), { code: 'CONFIG_INVALID' })
    assert.doesNotThrow(() => open('zzj-00'))
  })
})
