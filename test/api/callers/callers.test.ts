// Who called: the journal knows the token, the operating-system user and the process behind every operation, and two users of one
// machine who share a token do not see each other's patients. Two real users, by their uids alone.
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
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

const callAs = async (uid: number, path: string, body?: Fields, token = 'window', { url } = agent): Promise<Answer> => {
  const sent = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]
  const child = startCurl(uid, token, `${url}${path}`, ...sent)
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
    ): Promise<{ readonly near: Socket; readonly program: ChildProcess }> => {
      const server = createServer()
      server.listen(0, host)
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

    for (const host of ['127.0.0.1', '::1']) {
      it(`is known by user and process over ${host}, and asked for once`, async (t) => {
        const { near, program } = await connectedToProgram(t, host)
        let asked = 0
        const read = systemReadPeer()
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
      assert.deepEqual(await createPeerOf(systemReadPeer())(near), {})
    })

    it('is unknown on a system that cannot tell, and where asking fails, and no request fails for it', async (t) => {
      const { near } = await connected(t, '127.0.0.1')
      assert.deepEqual(await createPeerOf(systemReadPeer('win32'))(near), {})
      const failing = createPeerOf(() => {
        throw new Error('no /proc')
      })
      assert.deepEqual(await failing(near), {})
    })
  },
)
