// The attack suite: what published weaknesses of local agents and servers did to others, repeated against this one. Each test
// names what it repeats; where no single report was found, the class of attack.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { bill, newNumber, placement, readOrder, upload } from '../../support/cashier-job.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
let port: number
let host: string
before(async () => {
  agent = await startTestAgent({ origins: ['https://his.hospital.example'] })
  port = Number(new URL(agent.url).port)
  host = `127.0.0.1:${port}`
})
after(() => agent.close())

const evil = 'https://evil.example'
const bearer = { authorization: 'Bearer token-of-his' }

/** What a request that must do nothing did: the requests that reached the center meanwhile. */
const sendsNothing = async (attack: () => Promise<void>): Promise<void> => {
  const sent = agent.center.sent()
  await attack()
  assert.deepEqual(agent.center.sent(), sent)
}

const assertRefused = (reply: RawReply, status: number, code: string): void => {
  assert.equal(reply.status, status, reply.text)
  assert.equal(reply.json?.code, code)
  assert.equal(reply.headers['access-control-allow-origin'], undefined)
}

/** Writes bytes as they are and gives everything that comes back until the connection ends. */
const sendBytes = async (text: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  let received = ''
  socket.on('data', (part) => {
    received += part.toString()
  })
  socket.write(text)
  await new Promise((resolve) => socket.once('close', resolve))
  return received
}

// CVE-2025-66414 (MCP TypeScript SDK) and CVE-2026-34742 (MCP Go SDK): servers on localhost that did not look at Host, so that a
// page whose name was rebound to 127.0.0.1 could call them and read the answer.
describe('DNS rebinding', () => {
  it('a page whose name now means 127.0.0.1 is refused on every method and address, its own token or not', async () => {
    await sendsNothing(async () => {
      const medOrgOrd = newNumber('X')
      for (const [method, path] of [
        ['GET', '/v1/health'],
        ['GET', '/v1/events'],
        ['POST', '/v1/orders'],
        ['POST', '/call/6201'],
        ['POST', '/fsi'],
        ['OPTIONS', '/v1/orders'],
        ['HEAD', '/v1/status'],
        ['GET', '/nothing'],
      ] as const) {
        // To such a page it is a request of the same origin: no Origin, or its own.
        for (const origin of [{}, { origin: 'http://evil.example' }]) {
          const headers = { host: 'evil.example', 'sec-fetch-site': 'same-origin', ...bearer, ...origin }
          const body = method === 'POST' ? JSON.stringify(bill(medOrgOrd)) : ''
          const reply = await sendRaw({ port, method, path, headers, body })
          assert.equal(reply.status, 403, `${method} ${path}`)
          assert.notEqual(reply.json?.code, '0')
        }
      }
      assert.equal((await readOrder(agent, medOrgOrd)).code, 'ORDER_NOT_FOUND')
    })
  })
})

// ollama/ollama#17721: an empty name with a port passed the check of a local server. So might one that is missing, there twice,
// absolute, or in X-Forwarded-Host.
describe('wrong and missing Host', () => {
  const ask = (head: string): Promise<string> => sendBytes(`${head}connection: close\r\n\r\n`)

  it('none, an empty one, two, or a foreign one in an absolute address: refused', async () => {
    assert.match(await ask('GET /v1/health HTTP/1.1\r\n'), /^HTTP\/1\.1 400 /)
    for (const head of [
      'GET /v1/health HTTP/1.1\r\nhost:\r\n',
      `GET /v1/health HTTP/1.1\r\nhost: :${port}\r\n`,
      'GET /v1/health HTTP/1.0\r\n',
      `GET http://evil.example/v1/health HTTP/1.1\r\nhost: evil.example\r\n`,
      `GET /v1/health HTTP/1.1\r\nhost: evil.example\r\nhost: ${host}\r\n`,
      `GET /v1/health HTTP/1.1\r\nhost: ${host}@evil.example\r\n`,
      `GET /v1/health HTTP/1.1\r\nhost: ${host}.\r\n`,
      `GET /v1/health HTTP/1.1\r\nhost: 0.0.0.0:${port}\r\n`,
    ]) {
      assert.match(await ask(head), /^HTTP\/1\.1 40[03] /, head)
    }
  })

  it('a header that decides who calls, twice, is refused in our shape, whichever of both is right', async () => {
    const right = {
      host,
      authorization: bearer.authorization,
      'content-type': 'application/json',
      origin: `http://${host}`,
    }
    for (const name of Object.keys(right)) {
      const lines = Object.entries({ ...right, 'content-length': '2' }).map(([key, value]) => `${key}: ${value}\r\n`)
      const answer = await ask(`POST /v1/orders HTTP/1.1\r\n${lines.join('')}${name}: other\r\n`)
      assert.match(answer, /^HTTP\/1\.1 400 .*"code":"REQUEST_BROKEN"/s, name)
      assert.match(answer, new RegExp(`请求头 ${name} 只能有一个`))
    }
  })

  it('a method that the framework knows and we do not is no failure of ours', async () => {
    for (const headers of ['', 'content-type: application/json\r\n', 'content-length: 0\r\n']) {
      const answer = await ask(`QUERY /v1/orders/X1 HTTP/1.1\r\nhost: ${host}\r\n${headers}`)
      assert.match(answer, /^HTTP\/1\.1 404 .*"code":"ROUTE_NOT_FOUND"/s)
    }
    assert.ok(!agent.logged.some((line) => line.includes('api.failed')))
  })

  it('a header of a proxy does not stand in for it', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': host, forwarded: `host=${host}` }
    assertRefused(await sendRaw({ port, path: '/v1/health', headers }), 403, 'HOST_REFUSED')
  })
})

describe('requests that a page may send without asking (CSRF)', () => {
  const send = (path: string, type: string, body: string, more: Record<string, string> = {}): Promise<RawReply> =>
    sendRaw({ port, method: 'POST', path, headers: { host, 'content-type': type, ...more }, body })

  // EasySpider pull request 976 (CWE-352): a local server that any page could drive by form posts, which need no preflight.
  it('a form of a strange page is refused, even with the token in it', async () => {
    await sendsNothing(async () => {
      const body = `token=token-of-his&medOrgOrd=${newNumber('X')}`
      const type = 'application/x-www-form-urlencoded'
      for (const path of ['/call/6401', '/v1/orders']) {
        assertRefused(await send(path, type, body, { origin: evil }), 403, 'ORIGIN_REFUSED')
        assertRefused(await send(path, type, body, { origin: 'null' }), 403, 'ORIGIN_REFUSED')
        assertRefused(await send(path, type, body, { 'sec-fetch-site': 'cross-site' }), 403, 'ORIGIN_REFUSED')
      }
    })
  })

  // CVE-2021-32677 (FastAPI read text/plain as JSON) and GHSA-3fjj-p79j-c9hh (Fastify took a crafted type for JSON): no preflight.
  it('JSON as text/plain, or under a crafted type, is refused to a strange page, and outside the façade to everybody', async () => {
    await sendsNothing(async () => {
      const body = JSON.stringify(bill(newNumber('X')))
      for (const type of [
        'text/plain',
        'text/plain; application/json',
        'application/x-www-form-urlencoded; charset=application/json',
        'multipart/form-data; boundary=application/json',
        '',
      ]) {
        for (const path of ['/v1/orders', '/call/6201']) {
          assertRefused(await send(path, type, body, { origin: evil, ...bearer }), 403, 'ORIGIN_REFUSED')
        }
        if (type !== '') assertRefused(await send('/v1/orders', type, body, bearer), 415, 'UNSUPPORTED_MEDIA')
      }
    })
  })

  // The Zoom client for macOS, July 2019: a page joined a call through the local web server, by no more than a frame.
  it('an image, a script, a style or a frame of a strange page moves nothing and reads nothing', async () => {
    const medOrgOrd = await upload(agent)
    await sendsNothing(async () => {
      for (const target of ['image', 'script', 'style', 'iframe']) {
        const headers = { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': target }
        for (const path of [`/v1/orders/${medOrgOrd}`, `/call/order?medOrgOrd=${medOrgOrd}&ticket=x`, '/v1/health']) {
          assertRefused(await sendRaw({ port, path, headers }), 403, 'ORIGIN_REFUSED')
        }
      }
      // Internet Explorer sends neither Origin nor Sec-Fetch-Site: then it is the token that is missing.
      for (const path of [`/v1/orders/${medOrgOrd}/placement`, `/v1/orders/${medOrgOrd}?token=token-of-his`]) {
        assert.ok([401, 404].includes((await sendRaw({ port, path, headers: { host } })).status), path)
      }
    })
  })
})

// GHSA-67mh-4wv8-2f99 (esbuild): the development server let every page read its answers, its event stream included.
it('cross-origin SSE: a strange page is refused the stream, and no answer tells a browser that it may read', async () => {
  for (const headers of [
    { host, origin: evil, ...bearer },
    { host, 'sec-fetch-site': 'cross-site', ...bearer },
    { host, origin: 'https://his.hospital.example.evil.example', ...bearer },
  ]) {
    assertRefused(await sendRaw({ port, path: '/v1/events', headers }), 403, 'ORIGIN_REFUSED')
  }
  const registered = { host, origin: 'https://his.hospital.example' }
  const unknown = await sendRaw({ port, path: '/v1/events', headers: registered })
  assert.equal(unknown.json?.code, 'TOKEN_MISSING', 'a registered page needs a token all the same')
  assert.equal(unknown.headers['access-control-allow-credentials'], undefined)
})

// CVE-2018-12122 (Node.js): headers that arrive slowly, or never, held connections for ever.
describe('slow-loris', () => {
  it('a connection that does not finish its headers within ten seconds is ended, while others are served', async () => {
    const began = performance.now()
    const slow = [
      sendBytes(''),
      sendBytes('GET /v1/health HTTP/1.1\r\n'),
      sendBytes(`GET /v1/health HTTP/1.1\r\nhost: ${host}\r\nx-drip: `),
    ]
    assert.equal((await agent.call('GET', '/v1/status')).status, 200)
    const ends = await Promise.all(slow)
    // A minute is what a request may take in all.
    assert.ok(performance.now() - began < 50_000, 'none was held for long')
    for (const text of ends) assert.match(text, /^(HTTP\/1\.1 408 |$)/)
  })
})

describe('slow bodies (R-U-Dead-Yet)', () => {
  const head = (more = ''): string =>
    `POST /call/6201 HTTP/1.1\r\nhost: ${host}\r\n${more}content-type: application/json\r\ncontent-length: 60000\r\n\r\n{"a":"`

  it('a body of an unknown sender has ten seconds to come, one of a known sender has a minute', async () => {
    const known = connect(port, '127.0.0.1')
    known.write(head('authorization: Bearer token-of-his\r\n'))
    const began = performance.now()
    assert.match(await sendBytes(head()), /^HTTP\/1\.1 408 [^]*REQUEST_BROKEN/)
    assert.ok(performance.now() - began < 15_000)
    assert.equal(known.readyState, 'open')
    known.destroy()
  })

  it('1,400 of them keep nobody out: the oldest give way, and none whose sender is known', async () => {
    const known = connect(port, '127.0.0.1')
    const sockets = [known]
    try {
      await once(known, 'connect')
      known.write(head('authorization: Bearer token-of-his\r\n'))
      for (let count = 0; count < 1_400; count++) {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined)
        socket.write(head())
        sockets.push(socket)
      }
      const connecting = sockets.filter((socket) => socket.connecting)
      await Promise.all(connecting.map((socket) => once(socket, 'connect').catch(() => [])))
      for (let count = 0; count < 20; count++) {
        assert.equal((await sendRaw({ port, path: '/v1/status', headers: bearer })).status, 200)
      }
      assert.equal(known.readyState, 'open')
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })
})

it('what costs much to read is refused to an unknown sender before it is built, and taken from a known one', async () => {
  const post = async (path: string, body: string, headers = {}): Promise<string> => {
    const all = { ...headers, 'content-type': 'application/json' }
    const { code, message } = JSON.parse(
      (await sendRaw({ port, method: 'POST', path, headers: all, body })).text,
    ) as Record<string, string>
    return `${code} ${message}`
  }
  const numbers = `{"token":"none","a":[${'1,'.repeat(30_000)}1]}`
  const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`k${index}`, ''])))
  for (const path of ['/call/6301', '/v1/pairings/exchange']) {
    for (const body of [numbers, keys]) assert.match(await post(path, body), /内容太多或嵌套太深/, path)
    assert.match(await post(path, `[${'1,'.repeat(30_000)}`), /应为 JSON 对象/, 'it is not even JSON')
  }
  assert.match(await post('/v1/none', '[not read]'), /^ROUTE_NOT_FOUND/)
  assert.doesNotMatch(await post('/call/6301', numbers, bearer), /BAD_JSON/)
  const line = Object.fromEntries(Array.from({ length: 44 }, (_, index) => [`f${index}`, 'value']))
  const bill = JSON.stringify({ token: 'token-of-his', feedetailList: new Array(70).fill(line) })
  assert.ok(bill.length < 64 * 1024)
  assert.doesNotMatch(await post('/call/6201', bill), /BAD_JSON/, 'a bill that fills what an unknown sender may send')
})

// CVE-2018-12121 (Node.js): many headers of the largest size exhausted the memory of the server.
it('oversized headers: 431, the connection ends, and nothing is kept', async () => {
  const head = `GET /v1/health HTTP/1.1\r\nhost: ${host}\r\n`
  assert.match(await sendBytes(`${head}x-large: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /)
  assert.match(await sendBytes(`${head}${'x: y\r\n'.repeat(5_000)}\r\n`), /^HTTP\/1\.1 431 /)
  assert.match(await sendBytes(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`), /^HTTP\/1\.1 431 /)
})

// GHSA-qwj8-p662-3m7x (localhost-now) and CVE-2025-31125 (Vite): local servers that gave out any file by its path.
it('path traversal: no address and no number names a file', async () => {
  const paths = [
    '/../../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/@fs/etc/passwd',
    '/v1/../../x',
  ]
  for (const path of [
    ...paths,
    '/v1/orders/..%2f..%2fjournal.db',
    '/v1/operations/%2e%2e%2fjournal.key',
    '/%00',
    '/%',
  ]) {
    const reply = await sendRaw({ port, path, headers: { host, ...bearer } })
    assert.equal(reply.status, 404, `${path}: ${reply.text}`)
    assert.ok(!reply.text.includes('root:') && !reply.text.includes(agent.dataDir))
  }
})

// CVE-2012-5572 (Dancer) and its class: what the caller chose became a header of the answer (response splitting).
it('header injection: what a caller names never becomes a header of the answer', async () => {
  const injected = 'x%0d%0aset-cookie:%20a=b%0d%0a%0d%0a'
  for (const path of [
    `/v1/orders/${injected}`,
    `/v1/reports/day?date=2026-11-21&format=csv${injected}`,
    `/v1/operations/${injected}?wait=${injected}`,
    `/call/order?medOrgOrd=${injected}&ticket=${injected}&callback=${injected}`,
    `/v1/health?challenge=${injected}`,
  ]) {
    const reply = await sendRaw({ port, path, headers: { host, ...bearer } })
    assert.equal(reply.headers['set-cookie'], undefined, path)
  }
  // Two requests in one, by two lengths that disagree (request smuggling).
  const smuggled = `POST /v1/orders HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`
  assert.match(await sendBytes(smuggled), /^HTTP\/1\.1 400 /)
})

// own-pay/OwnPay#296: a captured request of a payment could be sent again for ever. Signatures that are played again are in
// signed.test.ts.
it('replay: a request recorded with its token and sent again is the same order, not another', async () => {
  const medOrgOrd = await upload(agent)
  await agent.center.script(medOrgOrd, { split: 'mixed' })
  const path = `/v1/orders/${medOrgOrd}/placement`
  assert.equal((await agent.call('POST', path, placement())).code, '0')
  await sendsNothing(async () => {
    for (let times = 0; times < 3; times++) assert.equal((await agent.call('POST', path, placement())).code, '0')
  })
  assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 1)
})

// OpenClaw, as Oasis Security reported: passwords could be guessed from a page, since localhost was exempt from every limit.
it('token guessing: every guess is held, none is told how near it was, and parts of a token are none', async () => {
  const token = 'token-of-his'
  const guesses = [token.slice(0, -1), `${token}x`, token.toUpperCase(), 'undefined', 'null', '*']
  for (const guess of guesses) {
    const began = performance.now()
    const headers = { host, authorization: `Bearer ${guess}` }
    const reply = await sendRaw({ port, path: '/v1/status', headers })
    assertRefused(reply, 401, 'TOKEN_INVALID')
    assert.ok(performance.now() - began >= 95, guess)
    assert.deepEqual(Object.keys(reply.json?.data ?? {}).toSorted(), ['environment', 'hint', 'messageEn', 'retry'])
  }
})

// GHSA-674p-xv2x-rf3g (Litestar): the path went into the log as it came, so that a caller could forge lines of it.
it('log injection: a caller forges no line, and what it sent is not logged', async () => {
  const before = agent.logged.length
  const forged = '%0a{"level":"error","what":"forged"}'
  const headers = { host, ...bearer, 'user-agent': 'forged', 'x-request-id': 'forged' }
  for (const path of [`/v1/orders/${forged}`, `/${forged}`, `/v1/orders?${forged}=1`]) {
    await sendRaw({ port, path, headers })
    await sendRaw({ port, path, headers: { ...headers, origin: `${evil}forged`, host: 'forged' } })
  }
  await sendRaw({ port, method: 'POST', path: '/call', headers: { host, ...bearer }, body: '{"code":"\\n forged"}' })
  const lines = agent.logged.slice(before)
  assert.ok(lines.length > 0)
  for (const line of lines) {
    assert.ok(!line.includes('forged') && !line.includes('\n'), line)
    assert.equal(typeof JSON.parse(line), 'object')
  }
})
