// Requests that are not what their sender sent: cut by a Content-Length that counts characters, followed by surplus bytes, broken in
// the middle. Nothing begins, and the sender is told in Chinese what is wrong (RULES 2.7).
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { pay, readOrder, refundCash, type Fields } from '../../support/cashier-job.ts'
import { gbk } from '../../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

type Sent = {
  readonly path: string
  readonly body: Buffer
  readonly head?: readonly string[]
  readonly length?: number
}

const headOf = ({ path, body, head = [], length = body.length }: Sent): string =>
  [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${new URL(agent.url).port}`,
    'Authorization: Bearer token-of-his',
    ...(head.some((line) => line.startsWith('Content-Type')) ? head : ['Content-Type: application/json', ...head]),
    ...(length < 0 ? [] : [`Content-Length: ${length}`]),
    '',
    '',
  ].join('\r\n')

/** Sends the parts one after the other on a connection of its own, and reads until the agent closes it or is silent. */
const exchange = async (
  parts: readonly (Buffer | string)[],
  { halfClose = false, pauseMs = 0 } = {},
): Promise<string> => {
  const socket = connect(Number(new URL(agent.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const read: Buffer[] = []
  let quiet = setTimeout(() => socket.destroy(), 5_000)
  socket.on('data', (part: Buffer) => {
    read.push(part)
    clearTimeout(quiet)
    quiet = setTimeout(() => socket.destroy(), 1_500)
  })
  socket.on('error', () => undefined)
  const closed = once(socket, 'close')
  for (const [index, part] of parts.entries()) {
    if (index > 0) await wait(pauseMs)
    socket.write(part)
  }
  if (halfClose) socket.end()
  await closed
  clearTimeout(quiet)
  const bytes = Buffer.concat(read)
  return new TextDecoder(bytes.includes('GB18030') ? 'gb18030' : 'utf-8').decode(bytes)
}

const formType = 'Content-Type: application/x-www-form-urlencoded; charset=utf-8'
const formOf = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join('&')

const refundedFen = (medOrgOrd: string): number => agent.center.order(medOrgOrd).cashReturnedFen

const assertBroken = (answer: string, what: string): void => {
  assert.match(answer, /REQUEST_BROKEN/, `${what}: ${answer.slice(0, 300)}`)
  assert.match(answer, /Content-Length 按字节算/, what)
}

describe('a cut request', () => {
  it('a form whose Content-Length counts characters is not done: 20 never becomes 2', async () => {
    const medOrgOrd = await pay(agent)
    for (const charset of ['utf-8', 'gbk']) {
      // One character of two bytes: the last byte of the amount is beyond the length.
      const operator = charset === 'utf-8' ? 'é' : '张'
      const { cashRefdAmt, ...rest } = refundCash('20')
      const text = formOf({ ...rest, medOrgOrd, operator, cashRefdAmt })
      const body = charset === 'utf-8' ? Buffer.from(text) : gbk(text)
      const head = [formType.replace('utf-8', charset)]
      for (const parts of [
        [Buffer.concat([Buffer.from(headOf({ path: '/call/6203', body, head, length: text.length })), body])],
        [headOf({ path: '/call/6203', body, head, length: text.length }), body],
      ]) {
        assertBroken(await exchange(parts), charset)
      }
    }
    assert.equal(refundedFen(medOrgOrd), 0)
    assert.equal((await readOrder(agent, medOrgOrd)).data['state'], 'paid')
  })

  it('of a sender who would rather speak another protocol (h2c, websocket) is seen all the same', async () => {
    const medOrgOrd = await pay(agent)
    const form = Buffer.from(formOf({ ...refundCash('2.00'), medOrgOrd, operator: 'OP01' }))
    const json = Buffer.from(JSON.stringify({ ...refundCash('2.00'), medOrgOrd }))
    const chunked = (body: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')])
    for (const wish of [
      ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'],
      ['Connection: keep-alive, upgrade', 'Upgrade: websocket'],
    ]) {
      for (const [body, type] of [
        [form, formType],
        [json, 'Content-Type: application/json'],
      ] as const) {
        const path = '/call/6203'
        const whole = headOf({ path, body, head: [type, ...wish] })
        const inChunks = headOf({ path, body, head: [type, ...wish, 'Transfer-Encoding: chunked'], length: -1 })
        for (const surplus of ['0', '}', 'POST / HTTP/1.1']) {
          const what = `${String(wish[1])} ${type} ${surplus}`
          assertBroken(await exchange([Buffer.concat([Buffer.from(whole), body, Buffer.from(surplus)])]), what)
          assert.match(
            await exchange([Buffer.concat([Buffer.from(inChunks), chunked(body), Buffer.from(surplus)])]),
            /REQUEST_BROKEN.*不能同时要求换协议 \(Upgrade\)/s,
            `${what} in chunks`,
          )
        }
      }
    }
    assert.equal(refundedFen(medOrgOrd), 0)
    // A Java HttpClient asks for h2c by default, and is served in HTTP/1.1.
    const head = headOf({ path: '/call/6203', body: json, head: ['Connection: Upgrade', 'Upgrade: h2c'] })
    assert.match(await exchange([head, json]), /"code":"0"/)
    assert.equal(refundedFen(medOrgOrd), 200)
  })

  it('what was cut off may look like the start of another request, down to one letter', async () => {
    const medOrgOrd = await pay(agent)
    const text = formOf({ ...refundCash('2.00'), medOrgOrd, operator: 'OP01' })
    for (const surplus of ['P', 'G', 'PO', 'GET', 'POST /', 'D']) {
      const body = Buffer.from(text)
      const head = headOf({ path: '/call/6203', body, head: [formType] })
      assertBroken(await exchange([Buffer.concat([Buffer.from(head), body, Buffer.from(surplus)])]), surplus)
      assertBroken(await exchange([head, body, surplus], { pauseMs: 5 }), `${surplus} later`)
    }
    // The head in two parts, at every place where its end can be.
    const body = Buffer.from(text)
    const head = headOf({ path: '/call/6203', body, head: [formType] })
    for (const split of [1, 3, head.length - 4, head.length - 3, head.length - 2, head.length - 1, head.length]) {
      const sent = Buffer.concat([Buffer.from(head), body, Buffer.from('P')])
      assertBroken(await exchange([sent.subarray(0, split), sent.subarray(split)], { pauseMs: 20 }), `at ${split}`)
    }
    assert.equal(refundedFen(medOrgOrd), 0)
  })

  it('another request behind the first, before its answer, is none on an address that moves money', async () => {
    const [medOrgOrd, other] = [await pay(agent), await pay(agent)]
    const pair = [medOrgOrd, other].flatMap((number) => {
      const body = Buffer.from(JSON.stringify(refundCash('2.00')))
      return [Buffer.from(headOf({ path: `/v1/orders/${number}/refunds`, body })), body, Buffer.from('\r\n')]
    })
    assertBroken(await exchange([Buffer.concat(pair)]), 'two requests')
    assert.deepEqual([refundedFen(medOrgOrd), refundedFen(other)], [0, 0])
  })

  it('a form that its sender cut, with nothing behind it, is not done; one that shows its end is', async () => {
    const medOrgOrd = await pay(agent)
    for (const [charset, operator] of [
      ['utf-8', 'é'],
      ['gbk', '张'],
    ] as const) {
      const { cashRefdAmt, ...rest } = refundCash('2.00')
      const text = `${formOf({ ...rest, medOrgOrd, operator, cashRefdAmt })}0`
      const whole = charset === 'utf-8' ? Buffer.from(text) : gbk(text)
      const cut = whole.subarray(0, text.length)
      const head = [formType.replace('utf-8', charset)]
      for (const path of ['/call/6203', '/call/6202', '/call/6401', '/call/booking']) {
        const answer = await exchange([headOf({ path, body: cut, head }), cut])
        assert.match(answer, /REQUEST_BROKEN/, `${path} ${charset}: ${answer.slice(0, 300)}`)
      }
    }
    assert.equal(refundedFen(medOrgOrd), 0)
    const text = `${formOf({ ...refundCash('2.00'), medOrgOrd, operator: '张' })}&end=1`
    const marked = gbk(text)
    const head = [formType.replace('utf-8', 'gbk')]
    assert.match(await exchange([headOf({ path: '/call/6203', body: marked, head }), marked]), /"code":"0"/)
    assert.equal(refundedFen(medOrgOrd), 200)
    const cutMark = marked.subarray(0, text.length)
    assert.match(await exchange([headOf({ path: '/call/6203', body: cutMark, head }), cutMark]), /REQUEST_BROKEN/)
  })

  it('surplus bytes behind a body: nothing is done, and the sender reads why', async () => {
    const medOrgOrd = await pay(agent)
    for (const surplus of ['\0', ' ', '}', '\0\0\0', 'x', '\ufeff', '{"a":1}']) {
      for (const path of [`/v1/orders/${medOrgOrd}/refunds`, '/call/6203', '/fsi']) {
        const given = { ...refundCash('2.00'), ...(path.startsWith('/v1') ? {} : { medOrgOrd }) }
        const body = Buffer.from(JSON.stringify(path === '/fsi' ? { infno: '6203', input: { data: given } } : given))
        const sent = Buffer.concat([Buffer.from(headOf({ path, body })), body, Buffer.from(surplus)])
        assertBroken(await exchange([sent]), `${path} ${JSON.stringify(surplus)}`)
        const last = Buffer.concat([Buffer.from(headOf({ path, body, head: ['Connection: close'] })), body])
        assertBroken(
          await exchange([Buffer.concat([last, Buffer.from(surplus)])]),
          `${path} ${JSON.stringify(surplus)}`,
        )
      }
    }
    assert.equal(refundedFen(medOrgOrd), 0)
  })

  it('surplus bytes that come when it has begun do not cost its answer', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { slow: { delayMs: 300 } })
    const path = `/v1/orders/${medOrgOrd}/refunds`
    const body = Buffer.from(JSON.stringify(refundCash('2.00')))
    const answer = await exchange([Buffer.concat([Buffer.from(headOf({ path, body })), body]), '\0'], { pauseMs: 150 })
    assert.match(answer, /^HTTP\/1.1 200 /)
    assert.match(answer, /"code":"0"/)
    assert.equal(refundedFen(medOrgOrd), 200)
  })

  it('a body that ends in the middle of a character, a field or an escape is refused', async () => {
    const medOrgOrd = await pay(agent)
    const text = formOf({ ...refundCash('2.00'), medOrgOrd, operator: '张三' })
    const cut = Buffer.from(text).subarray(0, -1)
    assert.match(await exchange([headOf({ path: '/call/6203', body: cut, head: [formType] }), cut]), /BAD_JSON/)
    const escape = Buffer.from(`${formOf({ ...refundCash('2.00'), medOrgOrd })}&operator=%E5%BC`.slice(0, -1))
    assert.match(
      await exchange([headOf({ path: '/call/6203', body: escape, head: [formType] }), escape]),
      /INVALID_FIELDS/,
    )
    const json = Buffer.from(JSON.stringify(refundCash('2.00'))).subarray(0, -1)
    const path = `/v1/orders/${medOrgOrd}/refunds`
    assert.match(await exchange([headOf({ path, body: json }), json]), /BAD_JSON/)
    assert.equal(refundedFen(medOrgOrd), 0)
  })

  it('a sender who is gone, or half gone, before it begins has nothing begun', async () => {
    const medOrgOrd = await pay(agent)
    const path = `/v1/orders/${medOrgOrd}/refunds`
    const body = Buffer.from(JSON.stringify(refundCash('2.00')))
    await exchange([headOf({ path, body, length: body.length + 5 }), body], { halfClose: true })
    await exchange([Buffer.concat([Buffer.from(headOf({ path, body })), body])], { halfClose: true })
    assert.equal((await readOrder(agent, medOrgOrd)).data['state'], 'paid')
    assert.equal(refundedFen(medOrgOrd), 0)
  })
})

describe('what Node’s parser refuses', () => {
  const refused: Readonly<Record<string, string>> = {
    'no HTTP at all': 'hello\r\n\r\n',
    'both lengths': 'POST /call HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
    'two lengths': 'POST /call HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
    'a length that is no number': 'POST /call HTTP/1.1\r\nHost: x\r\nContent-Length: 2a\r\n\r\n{}',
    'a header without its colon': 'GET /v1/health HTTP/1.1\r\nHost\r\n\r\n',
    'an expectation that nobody knows':
      'POST /call HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: banana\r\n\r\n{}',
    'headers without end': `GET /v1/health HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`,
  }
  for (const [what, bytes] of Object.entries(refused)) {
    it(`${what}: our shape, in Chinese, and a line in the log`, async () => {
      const before = agent.logged.length
      const answer = await exchange([bytes])
      assert.match(answer, /^HTTP\/1.1 4\d\d /)
      assertBroken(answer, what)
      const [, body = ''] = answer.split('\r\n\r\n')
      const { code, message, data } = JSON.parse(body) as { code: string; message: string; data: Fields }
      assert.deepEqual([code, typeof message, data['environment']], ['REQUEST_BROKEN', 'string', 'sandbox'])
      assert.ok(agent.logged.slice(before).some((line) => line.includes('api.request-broken')))
    })
  }

  it('a chunk that is none ends the request where it stands', async () => {
    const medOrgOrd = await pay(agent)
    const path = `/v1/orders/${medOrgOrd}/refunds`
    const body = Buffer.from(JSON.stringify(refundCash('2.00')))
    const head = headOf({ path, body, head: ['Transfer-Encoding: chunked'], length: -1 })
    assertBroken(await exchange([`${head}${body.length.toString(16)}\r\n`, body, '\r\nzz\r\n']), 'chunk')
    assert.equal(refundedFen(medOrgOrd), 0)
  })
})

describe('what looks odd and is whole', () => {
  it('chunks, an empty line behind a body, and one request after the other on a connection are done', async () => {
    const medOrgOrd = await pay(agent)
    const path = `/v1/orders/${medOrgOrd}/refunds`
    const first = Buffer.from(JSON.stringify(refundCash('2.00')))
    const chunked = headOf({ path, body: first, head: ['Transfer-Encoding: chunked'], length: -1 })
    const one = await exchange([`${chunked}${first.length.toString(16)}\r\n`, first, '\r\n0\r\n\r\n'])
    assert.match(one, /"code":"0"/)
    const others = [await pay(agent), await pay(agent), await pay(agent)]
    const forms = others.map((other) => {
      const body = Buffer.from(formOf({ ...refundCash('2.00'), medOrgOrd: other }))
      const head = headOf({ path: '/call/6203', body, head: [formType] })
      return Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n')])
    })
    // Each is answered within the pause.
    const answers = await exchange(forms, { pauseMs: 1_000 })
    assert.equal(answers.match(/HTTP\/1.1 200/g)?.length, 3, answers)
    assert.equal(answers.match(/"code":"0"/g)?.length, 3, answers)
    assert.deepEqual([medOrgOrd, ...others].map(refundedFen), [200, 200, 200, 200])
  })
})
