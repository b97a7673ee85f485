// Who called: the journal knows the token, the operating-system user and the process behind every operation, and two users of one
// machine who share a token do not see each other's patients. Two real users, by their uids alone.
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, connect, Socket, type AddressInfo } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { createEventStreams } from '../../../src/main/api/event-stream.ts'
import { createPeerOf, systemReadPeer } from '../../../src/main/api/callers/peers.ts'
import { bill, newNumber, refundAll, type Fields } from '../../support/cashier-job.ts'
import { runJournal } from '../../support/agents/journal-command.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const alice = 12_345
const bob = 12_346
const carol = 12_347
const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const hasCurl = spawnSync('curl', ['--version']).status === 0
const skip = !isRoot
  ? '不是 Linux 的 root, 不能以两个用户运行 (two users need root on Linux)'
  : hasCurl
    ? false
    : '没有 curl (curl is missing)'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

/** curl as a user of the machine, with a token. */
const startCurl = (uid: number, token: string, url: string, ...more: readonly string[]): ChildProcess =>
  spawn('curl', ['-sN', '-H', `Authorization: Bearer token-of-${token}`, ...more, url], {
    ...{ uid, gid: uid, cwd: '/', env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'pipe', 'inherit'] },
  })

type Answer = { readonly code: string; readonly data: Record<string, unknown> }

/** `via`: what the program takes for 127.0.0.1; a program of Java or .NET has a socket of IPv6 for it. */
const callAs = async (
  uid: number,
  path: string,
  body?: Fields,
  token = 'window',
  { url } = agent,
  via = '127.0.0.1',
): Promise<Answer> => {
  const sent = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]
  const address = `${url.replace('127.0.0.1', via)}${path}`
  const child = startCurl(uid, token, address, '-H', `Host: ${new URL(url).host}`, ...sent)
  let text = ''
  child.stdout?.on('data', (part: Buffer) => (text += part.toString()))
  await once(child, 'close')
  return JSON.parse(text) as Answer
}

/** The events that a user is told so far. */
const listenAs = async (t: TestContext, uid: number): Promise<() => string> => {
  const child = startCurl(uid, 'window', `${agent.url}/v1/events`)
  t.after(() => child.kill())
  let text = ''
  child.stdout?.on('data', (part: Buffer) => (text += part.toString()))
  await until('the subscription', () => text.includes('connected'))
  return () => text
}

type Entry = { readonly operationId?: string; readonly kind?: string; readonly facts?: Fields }

const entriesOf = async (): Promise<Entry[]> => {
  const { output } = await runJournal(agent.dataDir, 'export')
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Entry)
}

/** What the journal says of the operation that an answer names. */
const factsOf = async ({ code, data }: Answer): Promise<Fields> => {
  const { operationId } = data
  assert.equal(code, '0', JSON.stringify(data))
  const found = (await entriesOf()).find((each) => each.operationId === operationId && each.kind === 'intent')
  assert.ok(found?.facts !== undefined, `no intent of ${String(operationId)}`)
  return found.facts
}

describe('two users of one machine with one token', { skip }, () => {
  const decode = (uid: number): Promise<Answer> =>
    callAs(uid, '/v1/vouchers/decode', { ...decodeFields, code: '2800000000004711' })

  it('each see their own scan, its events and its patient, and not the other’s', async (t) => {
    const [own, other] = [await listenAs(t, alice), await listenAs(t, bob)]
    const decoded = await decode(alice)
    assert.equal(decoded.code, '0')
    const operationId = String(decoded.data['operationId'])
    await until('the event', () => own().includes(operationId))
    assert.equal((await callAs(alice, `/v1/operations/${operationId}`)).code, '0')
    assert.equal((await callAs(bob, `/v1/operations/${operationId}`)).code, 'OPERATION_NOT_FOUND')
    assert.equal((await callAs(bob, `/v1/operations/${operationId}/cancel`, {})).code, 'OPERATION_NOT_FOUND')
    const { idNo: _idNo, userName: _userName, idType: _idType, ecToken: _ecToken, ...rest } = bill(newNumber('U'))
    const upload: Fields = { ...rest, decodeOperationId: operationId }
    assert.equal((await callAs(bob, '/v1/orders', upload)).code, 'DECODE_NOT_FOUND')
    assert.equal((await callAs(alice, '/v1/orders', upload)).code, '0')
    // The order's own event has come to both; what the other user was told before it is all there was.
    await until('the order', () => other().includes(String(upload['medOrgOrd'])))
    assert.ok(!other().includes(operationId), 'the scan of another user')
  })

  it('are told apart by IPv4, by IPv6 and by IPv4 through a socket of IPv6, and each knows himself by all', async () => {
    const ways = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]']
    for (const via of ways) {
      const body = { ...decodeFields, code: '2800000000004711' }
      const decoded = await callAs(alice, '/v1/vouchers/decode', body, 'window', agent, via)
      const path = `/v1/operations/${String(decoded.data['operationId'])}`
      for (const other of ways) {
        const read = async (uid: number) => (await callAs(uid, path, undefined, 'window', agent, other)).code
        assert.deepEqual([await read(alice), await read(bob)], ['0', 'OPERATION_NOT_FOUND'], `${via} ${other}`)
      }
    }
  })

  it('who ask for the same scan in the same words each get their own', async () => {
    const own = await startTestAgent({ library: { scannerOwner: 'library' } })
    try {
      const scan = (uid: number): Promise<Answer> => callAs(uid, '/v1/vouchers/decode', decodeFields, 'window', own)
      const [first, second] = await Promise.all([scan(alice), scan(bob)])
      assert.deepEqual([first.code, second.code], ['0', '0'])
      assert.notEqual(first.data['operationId'], second.data['operationId'])
      assert.notEqual(first.data['ecQrCode'], second.data['ecQrCode'])
    } finally {
      await own.close()
    }
  })

  it('are told apart in the journal: token, user and process of every intent, beside the operator as claimed', async () => {
    const decoded = await decode(bob)
    const scan = await factsOf(decoded)
    assert.equal(scan['caller'], 'window')
    assert.equal(scan['osUser'], String(bob))
    assert.match(String(scan['process']), /^curl \d+$/)
    const medOrgOrd = newNumber('U')
    const uploaded = await callAs(alice, '/v1/orders', { ...bill(medOrgOrd), operator: 'OP77' })
    const { by, operator } = await factsOf(uploaded)
    assert.equal(operator, 'OP77')
    const { process: program, ...known } = by as Fields
    assert.deepEqual(known, { caller: 'window', osUser: String(alice) })
    assert.match(String(program), /^curl \d+$/)
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    const body = { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' }
    const placed = await callAs(bob, `/v1/orders/${medOrgOrd}/placement`, body)
    assert.equal(((await factsOf(placed))['by'] as Fields)['osUser'], String(bob))
    assert.equal((await callAs(bob, `/v1/orders/${medOrgOrd}/booking`, { success: true })).code, '0')
    const refunded = await callAs(alice, `/v1/orders/${medOrgOrd}/refunds`, refundAll('insurance'), 'his')
    assert.equal(((await factsOf(refunded))['by'] as Fields)['caller'], 'his')
    const booking = (await entriesOf()).findLast(({ kind }) => kind === 'booking')?.facts
    assert.deepEqual([booking?.['caller'], booking?.['osUser']], ['window', String(bob)])
  })
})

describe('users whom the system should name and does not', () => {
  const listen = async (t: TestContext, { url }: TestAgent): Promise<() => string> => {
    const headers = { authorization: 'Bearer token-of-window' }
    const aborts = new AbortController()
    t.after(() => {
      aborts.abort()
    })
    const { body } = await fetch(`${url}/v1/events`, { headers, signal: aborts.signal })
    let text = ''
    const reading = (async () => {
      for await (const part of body ?? []) text += Buffer.from(part as Uint8Array).toString()
    })()
    reading.catch(() => undefined)
    await until('the subscription', () => text.includes('connected'))
    return () => text
  }

  it('are nobody’s equal: each is answered what he asks, and nobody is given a kept scan or its events', async (t) => {
    const own = await startTestAgent({ readPeer: () => Promise.resolve(undefined) })
    t.after(own.close)
    const told = await listen(t, own)
    const call = (path: string, body?: Fields) => own.call(body === undefined ? 'GET' : 'POST', path, body, 'window')
    const decoded = await call('/v1/vouchers/decode', { ...decodeFields, code: '2800000000004711' })
    assert.equal(decoded.code, '0')
    const operationId = String(decoded.data['operationId'])
    for (const path of [`/v1/operations/${operationId}`, `/v1/operations/${operationId}/cancel`]) {
      const refused = await call(path, path.endsWith('cancel') ? {} : undefined)
      assert.equal(refused.code, 'OPERATION_NOT_FOUND')
      assert.match(refused.message, /没有说出这个连接属于哪个用户/)
    }
    const { idNo: _idNo, userName: _userName, idType: _idType, ecToken: _ecToken, ...rest } = bill(newNumber('U'))
    const refused = await call('/v1/orders', { ...rest, decodeOperationId: operationId })
    assert.equal(refused.code, 'DECODE_NOT_FOUND')
    assert.match(refused.message, /没有说出这个连接属于哪个用户/)
    const medOrgOrd = newNumber('U')
    assert.equal((await call('/v1/orders', bill(medOrgOrd))).code, '0')
    assert.equal((await call(`/v1/orders/${medOrgOrd}`)).code, '0')
    await until('the order', () => told().includes(medOrgOrd))
    assert.ok(!told().includes(operationId), 'the scan of an unnamed user')
  })

  it('hear of no scan that nobody waited for', (t) => {
    const hears = (osUser: string | undefined): boolean => {
      const streams = createEventStreams({ ofDecode: () => undefined, mayReach: () => false })
      t.after(streams.close)
      const stream = new ServerResponse(new IncomingMessage(new Socket()))
      const peer = osUser === undefined ? {} : { osUser }
      streams.open(stream, { name: 'window', orgCodg: 'H1', scopes: ['decode'], peer }, () => true)
      const before = stream.writableLength
      streams.announce({ type: 'scan', scanner: '1', role: 'counter', masked: '28****11' })
      return stream.writableLength > before
    }
    assert.deepEqual(['unknown', '1000', undefined].map(hears), [false, true, true])
  })
})

describe(
  'the other end of a connection',
  { skip: process.platform === 'linux' ? false : '只有 Linux 能说出 (Linux only)' },
  () => {
    const connected = async (
      t: TestContext,
      host: string,
    ): Promise<{ readonly near: Socket; readonly far: Socket }> => {
      const server = createServer()
      server.listen(0, host)
      await once(server, 'listening')
      const far = connect((server.address() as AddressInfo).port, host)
      const [near] = (await once(server, 'connection')) as [Socket]
      t.after(() => {
        far.destroy()
        near.destroy()
        server.close()
      })
      return { near, far }
    }

    /** The other end in a program of its own, where possible of a user who has no other: the search among a user's files has an end. */
    const connectedToProgram = async (
      t: TestContext,
      host: string,
      bound: string,
    ): Promise<{ readonly near: Socket; readonly program: ChildProcess }> => {
      const server = createServer()
      server.listen(0, bound)
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const source = `require('node:net').connect(${port}, '${host}')`
      const program =
        skip === false
          ? startCurl(carol, 'his', `http://${host.includes(':') ? `[${host}]` : host}:${port}/`)
          : spawn(process.execPath, ['--eval', source], { stdio: ['ignore', 'ignore', 'inherit'] })
      const ended = once(program, 'exit')
      const [near] = (await once(server, 'connection')) as [Socket]
      t.after(async () => {
        near.destroy()
        server.close()
        program.kill()
        await ended
      })
      return { near, program }
    }

    for (const [host, bound] of [
      ['127.0.0.1', '127.0.0.1'],
      ['::1', '::1'],
      ['::ffff:127.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '::'],
    ] as const) {
      it(`is known by user and process over ${host} to ${bound}, and asked for once`, async (t) => {
        const { near, program } = await connectedToProgram(t, host, bound)
        let asked = 0
        const read = systemReadPeer()
        assert.ok(read !== undefined)
        const peerOf = createPeerOf((ends) => {
          asked += 1
          return read(ends)
        })
        const peer = await peerOf(near)
        assert.equal(peer.osUser, String(skip === false ? carol : process.getuid?.()))
        assert.match(peer.process ?? '', new RegExp(` ${program.pid}$`))
        assert.equal(await peerOf(near), peer)
        assert.equal(asked, 1)
      })
    }

    it('that has gone is unknown, not the user the system names for what nobody holds', async (t) => {
      const { near, far } = await connected(t, '127.0.0.1')
      far.destroy()
      await once(far, 'close')
      assert.deepEqual(await createPeerOf(systemReadPeer())(near), { osUser: 'unknown' })
    })

    it('is nobody on a system that names nobody; unknown where asking fails, till asking works', async (t) => {
      const { near } = await connected(t, '127.0.0.1')
      assert.deepEqual(await createPeerOf(systemReadPeer('win32'))(near), {})
      let works = false
      const failing = createPeerOf(() => {
        if (!works) throw new Error('no /proc')
        return Promise.resolve({ osUser: '1000' })
      })
      assert.deepEqual(await failing(near), { osUser: 'unknown' })
      works = true
      assert.deepEqual(await failing(near), { osUser: '1000' })
    })
  },
)
