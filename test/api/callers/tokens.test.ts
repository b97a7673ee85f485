// The tokens of a running agent: listed, revoked and rotated at once, kept across restarts, rolled out by a file.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { takeRollOut } from '../../../src/main/api/tokens/roll-out.ts'
import { openTokenBook } from '../../../src/main/api/tokens/token-book.ts'
import { createToken, hashToken } from '../../../src/main/api/callers/tokens.ts'
import { startAgent } from '../../../src/main/wiring/compose.ts'
import type { KeptToken } from '../../../src/contract/token-file.ts'
import { beginTokensAnew } from '../../../src/main/wiring/open-token-store.ts'
import { newNumber, upload } from '../../support/cashier-job.ts'
import { folderFor } from '../../support/agents/open-journal.ts'
import { openEvents } from '../../support/event-stream.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { orgCodg, startTestAgent, testSettings, testTokens, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

type Headers = Readonly<Record<string, string>>
const port = (): number => Number(new URL(agent.url).port)
const get = (path: string, token: string, headers: Headers = {}): Promise<RawReply> =>
  sendRaw({
    port: port(),
    path,
    headers: { host: `127.0.0.1:${port()}`, authorization: `Bearer ${token}`, ...headers },
  })
const admin = (path: string, body: object = {}) => agent.call('POST', path, body, 'his')

/** A paired token with every scope but admin. */
const pairOne = async (name = newNumber('T'), more: object = {}): Promise<{ name: string; token: string }> => {
  const scopes = ['read', 'decode', 'pay', 'refund']
  const started = await admin('/v1/pairings', { name, scopes, ...more })
  assert.equal(started.code, '0', started.message)
  const body = JSON.stringify({ code: started.data['code'], application: '测试 HIS' })
  const headers = { host: `127.0.0.1:${port()}`, 'content-type': 'application/json' }
  const reply = await sendRaw({ port: port(), method: 'POST', path: '/v1/pairings/exchange', headers, body })
  return { name, token: String(reply.json?.data?.['token']) }
}

const rowOf = async (name: string): Promise<Record<string, unknown> | undefined> => {
  const { data } = await agent.call('GET', '/v1/tokens', undefined, 'only-admin')
  return (data['tokens'] as Record<string, unknown>[]).find((row) => row['name'] === name)
}

describe('the list of tokens', () => {
  it('has those of the configuration and the paired ones, and neither a token nor its hash', async () => {
    const { name, token } = await pairOne()
    const answer = await agent.call('GET', '/v1/tokens', undefined, 'only-admin')
    assert.equal((await rowOf('his'))?.['source'], 'config')
    assert.equal((await rowOf('expired'))?.['state'], 'expired')
    assert.equal((await rowOf(name))?.['source'], 'store')
    assert.equal((await rowOf(name))?.['application'], '测试 HIS')
    const text = JSON.stringify(answer)
    for (const secret of [token, hashToken(token), hashToken('token-of-his')]) assert.ok(!text.includes(secret))
  })

  it('is an institution’s own: another’s tokens are neither shown nor managed', async () => {
    assert.equal(await rowOf('other-hospital'), undefined)
    assert.equal((await admin('/v1/tokens/other-hospital/revoke')).code, 'TOKEN_NOT_FOUND')
  })

  it('is kept in a file of its owner’s alone, hashes only', async () => {
    const { token } = await pairOne()
    const path = join(agent.dataDir, 'tokens.json')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const text = readFileSync(path, 'utf8')
    assert.ok(text.includes(hashToken(token)) && !text.includes(token))
    assert.equal(existsSync(`${path}.new`), false)
  })
})

describe('a revoked token', () => {
  it('is refused at once, in words of its own, and its event stream is cut', async () => {
    const { name, token } = await pairOne()
    const stream = await fetch(`${agent.url}/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(60_000),
    })
    const ended = (async () => {
      for await (const _part of stream.body as AsyncIterable<Uint8Array>) continue
    })()
    assert.equal((await admin(`/v1/tokens/${name}/revoke`)).code, '0')
    await ended
    const reply = await get('/v1/status', token)
    assert.equal(reply.status, 401)
    assert.equal(reply.json?.code, 'TOKEN_REVOKED')
    assert.equal((await rowOf(name))?.['state'], 'revoked')
    assert.equal((await admin(`/v1/tokens/${name}/revoke`)).code, '0', 'again changes nothing')
    assert.equal((await admin(`/v1/tokens/${name}/rotate`)).code, 'TOKEN_REVOKED')
  })

  it('of the configuration stays revoked after a restart, though the configuration still has it', async () => {
    assert.equal((await admin('/v1/tokens/kiosk/revoke')).code, '0')
    await agent.stop()
    await agent.start()
    assert.equal((await get('/v1/status', 'token-of-kiosk')).json?.code, 'TOKEN_REVOKED')
    assert.equal((await get('/v1/status', 'token-of-his')).json?.code, '0')
  })

  it('leaves its name to nobody else; the same workstation may be paired again, and the old token ends', async () => {
    const { name, token } = await pairOne()
    assert.equal((await admin('/v1/pairings', { name, scopes: ['pay'] })).code, 'TOKEN_NAME_TAKEN')
    const again = await pairOne(name, { replace: true })
    assert.equal((await get('/v1/status', token)).json?.code, 'TOKEN_INVALID')
    assert.equal((await get('/v1/status', again.token)).json?.code, '0')
    const unknown = await admin('/v1/pairings', { name: newNumber('T'), scopes: ['pay'], replace: true })
    assert.equal(unknown.code, 'TOKEN_NOT_FOUND')
  })

  it('streams of tokens that stay are left alone', async () => {
    const { name } = await pairOne()
    const events = await openEvents(agent, 'his')
    await admin(`/v1/tokens/${name}/revoke`)
    const medOrgOrd = await upload(agent)
    await events.find('an event after it', ({ medOrgOrd: number }) => number === medOrgOrd)
    await events.close()
  })
})

describe('a rotated token', () => {
  it('is shown once; the old one works as long as was said, and no longer than the next rotation', async () => {
    const { name, token } = await pairOne()
    const first = await admin(`/v1/tokens/${name}/rotate`)
    const second = String(first.data['token'])
    assert.match(String(first.data['previousUntil']), /\+08:00$/)
    for (const each of [token, second]) assert.equal((await get('/v1/status', each)).json?.code, '0')
    const third = String((await admin(`/v1/tokens/${name}/rotate`, { overlapMinutes: 0 })).data['token'])
    assert.equal((await get('/v1/status', third)).json?.code, '0')
    for (const each of [token, second]) assert.equal((await get('/v1/status', each)).json?.code, 'TOKEN_INVALID')
  })

  it('of the configuration is not rotated here, and nothing beyond a day overlaps', async () => {
    assert.equal((await admin('/v1/tokens/his/rotate')).code, 'TOKEN_FIXED')
    const { name } = await pairOne()
    assert.equal((await admin(`/v1/tokens/${name}/rotate`, { overlapMinutes: 1_441 })).code, 'INVALID_FIELDS')
    assert.equal((await admin('/v1/tokens/nobody/rotate')).code, 'TOKEN_NOT_FOUND')
  })
})

describe('the store of tokens', () => {
  const nowMs = Date.parse('2026-11-21T00:00:00Z')

  it('that cannot be written changes nothing and says so', () => {
    let full = false
    let text: string | undefined
    const store = {
      read: () => text,
      write: (next: string) => {
        if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        text = next
      },
    }
    const book = openTokenBook({ fixed: testTokens, store, rolledOut: [], orgCodg, nowMs, log: () => undefined })
    const end = nowMs + 1_000
    const token = book.add({ name: 'window-1', orgCodg, scopes: ['pay'], expiresAtMs: end }, nowMs)
    full = true
    for (const change of [
      () => book.add({ name: 'window-2', orgCodg, scopes: ['pay'] }, nowMs),
      () => book.rotate('window-1', 0, undefined, nowMs),
      () => {
        book.revoke('window-1', nowMs)
      },
    ]) {
      assert.throws(change, { code: 'TOKENS_UNWRITABLE' })
    }
    const found = book.find(hashToken(token))
    assert.ok(found !== undefined && book.isLive(found, nowMs))
    assert.equal(book.isLive(found, end), false, 'its time is up')
    assert.equal(book.rows(nowMs).length, testTokens.length + 1)
  })

  it('that is damaged keeps the agent from starting: a revocation may be what was lost', async () => {
    const { name, token } = await pairOne()
    const path = join(agent.dataDir, 'tokens.json')
    const text = readFileSync(path, 'utf8')
    await agent.stop()
    for (const damage of [
      '{ not JSON',
      '{"version":0,"tokens":[],"refused":[]}',
      text.replace('"scopes"', '"token"'),
    ]) {
      writeFileSync(path, damage)
      await assert.rejects(agent.start(), { code: 'TOKENS_DAMAGED' })
    }
    writeFileSync(path, text, { mode: 0o600 })
    await agent.start()
    assert.equal((await get('/v1/status', token)).json?.code, '0')
    assert.equal((await rowOf(name))?.['state'], 'valid')
  })
})

describe('a file of tokens that is gone', () => {
  it('or was there before the first start is held to the same rights', async (t) => {
    const [dataDir, { center }] = [folderFor(t), agent]
    const path = join(dataDir, 'tokens.json')
    writeFileSync(path, '{"version":1,"tokens":[],"refused":[]}')
    chmodSync(path, 0o644)
    const settings = testSettings(dataDir, center.url)
    await assert.rejects(
      startAgent(settings, () => undefined),
      { code: 'RIGHTS_TOO_WIDE', message: /chmod 600 '/ },
    )
    chmodSync(path, 0o600)
    const started = await startAgent(settings, () => undefined)
    await started.close()
  })

  it('keeps the agent from starting: what was revoked could come back', async () => {
    const { name, token } = await pairOne()
    assert.equal((await admin(`/v1/tokens/${name}/revoke`)).code, '0')
    const path = join(agent.dataDir, 'tokens.json')
    const text = readFileSync(path, 'utf8')
    await agent.stop()
    rmSync(path)
    await assert.rejects(agent.start(), { code: 'TOKENS_GONE', message: /tokens[.]json/ })
    assert.equal(existsSync(path), false, 'nothing is made in its place')
    writeFileSync(path, text, { mode: 0o600 })
    await agent.start()
    assert.equal((await get('/v1/status', token)).json?.code, 'TOKEN_REVOKED')
  })

  it('is refused as well in a folder whose tokens nobody ever changed, from its first start on', async (t) => {
    const fresh = await startTestAgent()
    t.after(fresh.close)
    const path = join(fresh.dataDir, 'tokens.json')
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { version: 1, tokens: [], refused: [] })
    await fresh.stop()
    rmSync(path)
    await assert.rejects(fresh.start(), { code: 'TOKENS_GONE' })
    beginTokensAnew(fresh.dataDir, 'before')
    await fresh.start()
    await fresh.stop()
    chmodSync(path, 0o644)
    await assert.rejects(fresh.start(), { code: 'RIGHTS_TOO_WIDE', message: /tokens[.]json.*0644.*chmod 600 '/ })
    chmodSync(path, 0o600)
    await fresh.start()
  })

  it('can be begun anew by the owner, while no agent has the folder; what was there is kept aside', async () => {
    const { token } = await pairOne()
    assert.throws(() => beginTokensAnew(agent.dataDir, 'aside'), { code: 'DATA_FOLDER_IN_USE' })
    await agent.stop()
    const aside = beginTokensAnew(agent.dataDir, 'aside') ?? ''
    assert.match(readFileSync(aside, 'utf8'), new RegExp(hashToken(token)))
    await agent.start()
    assert.equal((await get('/v1/status', token)).json?.code, 'TOKEN_INVALID')
  })
})

describe('a roll-out', () => {
  const hashes = [createToken().hash, createToken().hash] as const
  const quiet = (): void => undefined
  const nowMs = Date.parse('2026-11-21T00:00:00Z')
  const rolled = (hash: string) => ({ name: 'window-3', hash, scopes: ['pay' as const] })
  const takeInto = (kept: readonly KeptToken[], hash: string): KeptToken[] | undefined =>
    takeRollOut(kept, [rolled(hash)], orgCodg, nowMs, quiet)

  it('adds what is new, changes nothing the second time, and takes the hash of a later one', () => {
    const first = takeInto([], hashes[0]) ?? []
    assert.deepEqual(
      first.map(({ name, hash, orgCodg: org }) => [name, hash, org]),
      [['window-3', hashes[0], orgCodg]],
    )
    assert.equal(takeInto(first, hashes[0]), undefined)
    assert.equal(takeInto(first, hashes[1])?.[0]?.hash, hashes[1])
  })

  it('is taken at the start; its token works until it is revoked here, and stays revoked though the file stays', async () => {
    const { token, hash } = createToken()
    const rolledOut = [{ name: 'rolled-out', hash, scopes: ['read' as const] }]
    const restart = async (): Promise<void> => {
      await agent.stop()
      await agent.start({ rolledOut })
    }
    await restart()
    assert.equal((await get('/v1/status', token)).json?.code, '0')
    assert.equal((await rowOf('rolled-out'))?.['orgCodg'], orgCodg)
    await admin('/v1/tokens/rolled-out/revoke')
    await restart()
    assert.equal((await get('/v1/status', token)).json?.code, 'TOKEN_REVOKED')
  })

  it('leaves what was rotated or revoked on this machine as it is', () => {
    const [token] = takeInto([], hashes[0]) ?? []
    assert.ok(token !== undefined)
    const rotated = { ...token, hash: createToken().hash }
    assert.equal(takeInto([rotated], hashes[0]), undefined)
    const revoked = { ...token, revokedAt: '2026-11-20T00:00:00+08:00' }
    assert.equal(takeInto([revoked], hashes[1]), undefined)
  })
})
