// The token that is never sent: the agent proves itself first, and every request is signed. A signature is worth one request.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSignatureCheck, readClaim, signatureWindowS } from '../../../src/main/api/callers/signed-request.ts'
import { hashToken } from '../../../src/main/api/callers/tokens.ts'
import { bill, newNumber, placement, refundAll, untilOrder } from '../../support/cashier-job.ts'
import { gbk, postOld } from '../../support/old-client.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { keyIdOfToken, proofOf, signRequest, type ToSign } from '../../support/sign-request.ts'
import { startTestAgent, testTokens, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const token = 'token-of-his'
let agent: TestAgent
let port: number
let host: string

const sign = (more: Partial<ToSign> & { readonly target: string }): string => signRequest({ token, host, ...more })

const get = (target: string, authorization: string, headers: Record<string, string> = {}): Promise<RawReply> =>
  sendRaw({ port, path: target, headers: { host, authorization, ...headers } })

const post = (target: string, body: string, authorization: string): Promise<RawReply> =>
  sendRaw({
    port,
    method: 'POST',
    path: target,
    headers: { host, authorization, 'content-type': 'application/json' },
    body,
  })

const postSigned = (target: string, fields: object): Promise<RawReply> => {
  const body = JSON.stringify(fields)
  return post(target, body, sign({ method: 'POST', target, body }))
}

before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
  host = `127.0.0.1:${port}`
  // What could have been signed for an agent before this one is refused, and that is up to a second or two.
  await until('the first signature taken', async () => {
    const reply = await get('/v1/status', sign({ target: '/v1/status' }))
    return reply.json?.code === '0'
  })
})
after(() => agent.close())

describe('GET /v1/health?challenge=', () => {
  const challenge = 'a-challenge-of-the-client'
  const ask = (query: string): Promise<RawReply> => sendRaw({ port, path: `/v1/health?${query}`, headers: { host } })

  it('is answered with what only a holder of the token can compute', async () => {
    const reply = await ask(`challenge=${challenge}&keyId=${keyIdOfToken(token)}`)
    assert.equal(reply.json?.data?.['proof'], proofOf(token, port, challenge))
    assert.ok(!reply.text.includes(hashToken(token)))
  })

  it('proves this port: a program that passes the challenge on from another port is found out', async () => {
    const reply = await ask(`challenge=${challenge}&keyId=${keyIdOfToken(token)}`)
    assert.notEqual(reply.json?.data?.['proof'], proofOf(token, port + 1, challenge))
  })

  it('is refused for a key nobody has, half a question, or a challenge that could be something else', async () => {
    assert.equal((await ask(`challenge=${challenge}&keyId=${'0'.repeat(32)}`)).json?.code, 'SIGNATURE_INVALID')
    assert.equal(
      (await ask(`challenge=${challenge}&keyId=${keyIdOfToken('token-of-expired')}`)).json?.code,
      'TOKEN_EXPIRED',
    )
    for (const query of [
      `challenge=${challenge}`,
      `keyId=${keyIdOfToken(token)}`,
      `challenge=short&keyId=${keyIdOfToken(token)}`,
      `challenge=${'x'.repeat(65)}&keyId=${keyIdOfToken(token)}`,
      `challenge=mip-agent%20request%0AGET%0A&keyId=${keyIdOfToken(token)}`,
    ]) {
      assert.equal((await ask(query)).json?.code, 'INVALID_FIELDS', query)
    }
  })
})

describe('a signed request', () => {
  it('uploads, places, refunds, and never carries the token', async () => {
    const medOrgOrd = newNumber('S')
    const uploaded = await postSigned('/v1/orders', bill(medOrgOrd))
    assert.equal(uploaded.json?.code, '0', uploaded.text)
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    const placed = await postSigned(`/v1/orders/${medOrgOrd}/placement`, placement())
    assert.equal(placed.json?.code, '0', placed.text)
    await agent.center.payer(medOrgOrd)
    await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
    const target = `/v1/orders/${medOrgOrd}?refresh=true`
    assert.equal((await get(target, sign({ target }))).json?.data?.['paid'], true)
    const refunded = await postSigned(`/v1/orders/${medOrgOrd}/refunds`, refundAll())
    assert.equal(refunded.json?.data?.['state'], 'refunded', refunded.text)
  })

  it('is taken by the façade too, over the bytes as they are, in GBK', async () => {
    const body = gbk(JSON.stringify(bill(newNumber('S'))))
    const target = '/call/6201'
    const headers = {
      'content-type': 'application/json; charset=gbk',
      authorization: sign({ method: 'POST', target, body }),
    }
    const answer = await postOld(port, target, body, { host, ...headers }, null)
    assert.equal(answer.code, '0', answer.message)
    const again = await postOld(port, target, body, { host, ...headers }, null)
    assert.equal(again.code, 'SIGNATURE_STALE')
  })

  it('has the scopes of its token', async () => {
    const body = JSON.stringify(bill(newNumber('S')))
    const target = '/v1/orders'
    const authorization = signRequest({ token: 'token-of-reader', host, method: 'POST', target, body })
    assert.equal((await post(target, body, authorization)).json?.code, 'SCOPE_MISSING')
  })

  it('is worth one request: a replayed placement is refused, and nothing is sent', async () => {
    const medOrgOrd = newNumber('S')
    await postSigned('/v1/orders', bill(medOrgOrd))
    const target = `/v1/orders/${medOrgOrd}/placement`
    const body = JSON.stringify(placement())
    const authorization = sign({ method: 'POST', target, body })
    assert.equal((await post(target, body, authorization)).json?.code, '0')
    const sent = agent.center.sent()
    assert.equal((await post(target, body, authorization)).json?.code, 'SIGNATURE_STALE')
    assert.deepEqual(agent.center.sent(), sent)
  })

  it('is void when method, host, address, query, body, time, nonce or token differ from what was signed', async () => {
    const target = '/v1/orders/A1/revocation'
    const good = { method: 'POST', target, body: '{}' }
    const forged = [
      sign({ ...good, method: 'GET' }),
      sign({ ...good, host: `localhost:${port}` }),
      sign({ ...good, target: '/v1/orders/A2/revocation' }),
      sign({ ...good, target: `${target}?queue=true` }),
      sign({ ...good, body: '{"queue":true}' }),
      sign(good).replace(/ (\d{10}) /, (_all, time: string) => ` ${Number(time) + 1} `),
      sign(good).replace(/ ([0-9a-f]{32}) ([0-9a-f]{64})$/, ` ${'0'.repeat(32)} $2`),
      sign(good).replace(keyIdOfToken(token), keyIdOfToken('token-of-kiosk')),
      sign({ ...good, token: 'token-of-nobody' }),
      'HMAC-SM3',
      'HMAC-SM3 x',
      `${sign(good)} `.replace(/.$/, ' more'),
    ]
    for (const authorization of forged) {
      const reply = await post(target, '{}', authorization)
      assert.equal(reply.status, 401, authorization)
      assert.equal(reply.json?.code, 'SIGNATURE_INVALID', authorization)
    }
    assert.equal((await post(target, '{}', sign(good))).json?.code, 'ORDER_NOT_FOUND', 'the true one is taken')
  })

  it('is refused before its body is parsed', async () => {
    const authorization = sign({ method: 'POST', target: '/v1/orders', body: '{}' })
    assert.equal((await post('/v1/orders', '{ not JSON', authorization)).json?.code, 'SIGNATURE_INVALID')
  })
})

describe('the memory of signatures', () => {
  const [his] = testTokens
  assert.ok(his !== undefined)
  const parts = { method: 'GET', host: 'h', target: '/', body: new Uint8Array() }
  const startS = 1_800_000_000
  const claimAt = (timeS: number, nonce: string): NonNullable<ReturnType<typeof readClaim>> => {
    const claim = readClaim(signRequest({ token, host: 'h', target: '/', timeS, nonce: nonce.padEnd(16, 'x') }))
    assert.ok(claim !== undefined)
    return claim
  }

  it(`takes a time of the last ${signatureWindowS} s, and at most one second ahead`, () => {
    let nowS = startS
    const { verify } = createSignatureCheck(() => nowS * 1_000)
    nowS += 1_000
    const stale = { code: 'SIGNATURE_STALE' }
    for (const timeS of [nowS - signatureWindowS, nowS, nowS + 1]) verify(his, claimAt(timeS, `n${timeS}`), parts)
    for (const timeS of [nowS - signatureWindowS - 1, nowS + 2]) {
      assert.throws(() => {
        verify(his, claimAt(timeS, `n${timeS}`), parts)
      }, stale)
    }
  })

  it('takes none that an agent before a restart may have taken', () => {
    const { verify } = createSignatureCheck(() => startS * 1_000)
    for (const timeS of [startS - 1, startS, startS + 1]) {
      assert.throws(() => {
        verify(his, claimAt(timeS, 'n'), parts)
      })
    }
  })

  it('takes none again after the clock was set back to when it was new', () => {
    let nowS = startS
    const { verify } = createSignatureCheck(() => nowS * 1_000)
    nowS = startS + 100
    verify(his, claimAt(nowS, 'first'), parts)
    nowS = startS + 1_000
    verify(his, claimAt(nowS, 'later'), parts)
    nowS = startS + 100
    assert.throws(
      () => {
        verify(his, claimAt(nowS, 'first'), parts)
      },
      { code: 'SIGNATURE_STALE' },
    )
  })
})
