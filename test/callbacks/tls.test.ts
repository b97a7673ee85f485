// The listener for notices over TLS: with a certificate of the configuration, which may be bad or have ended without the counter
// noticing. Who is not listed is cut off before the handshake; who is silent in it has a deadline and no more places than others.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { judgeListener } from '../../src/main/doctor/look-at-callbacks.ts'
import { headlessSealer, sealSecrets } from '../../src/main/wiring/secret-commands.ts'
import type { CallbackOptions } from '../../src/main/wiring/compose-callbacks.ts'
import { createAuthority, opensslLacks, type Authority, type Certificate } from '../center/certificates.ts'
import { faultsOf, validConfig, writeConfig } from '../config/config-folder.ts'
import { pay, place, type Fields } from '../support/cashier-job.ts'
import { startTestAgent, testCallbacks, type TestAgent } from '../support/agents/test-agent.ts'

const pathSecret = 'test-path-secret-0001'

/** What the settings of an agent get for a certificate that is given as files of a configuration. */
const tlsOf = (t: TestContext, files: Readonly<Record<string, string>>, more: Fields = {}): CallbackOptions['tls'] => {
  const callbacks = { host: '127.0.0.1', port: 17_699, peers: ['127.0.0.1'], pathSecret: { file: 'path-secret' } }
  const named = { certFile: 'listener.pem', key: { file: 'listener.key' }, ...more }
  const draft = { ...validConfig(), callbacks: { ...callbacks, ...named } }
  return loadConfig(writeConfig(t, draft, { 'path-secret': pathSecret, ...files })).callbackTls
}

const filesOf = ({ cert, key }: Certificate) => ({ 'listener.pem': cert, 'listener.key': key })

describe('notices over TLS (002, 2.2.1)', { skip: opensslLacks ?? false }, () => {
  let authority: Authority
  let good: Certificate
  before(() => {
    authority = createAuthority()
    good = authority.issue('localhost', 60)
  })
  after(() => {
    authority.remove()
  })

  const start = async (t: TestContext, tls: CallbackOptions['tls']): Promise<TestAgent> => {
    const agent = await startTestAgent({ callbacks: { ...testCallbacks, tls } })
    t.after(agent.close)
    return agent
  }
  const portOf = (agent: TestAgent): number => Number(new URL(agent.callbackUrl).port)
  const post = async (agent: TestAgent, body: string, own: Partial<Certificate> = {}): Promise<Fields> => {
    const path = `/cb/${pathSecret}/settlement`
    const where = { host: '127.0.0.1', servername: 'localhost', port: portOf(agent), path, method: 'POST' }
    const sent = request({ ...where, ca: authority.ca, agent: false, ...own })
    sent.end(body)
    const [reply] = (await once(sent, 'response')) as [AsyncIterable<Buffer>]
    let text = ''
    for await (const part of reply) text += part.toString()
    return JSON.parse(text) as Fields
  }
  const faultOf = async (agent: TestAgent): Promise<string> => {
    const { data } = await agent.call('GET', '/v1/status')
    return String((data['callbacks'] as Fields)['fault'])
  }
  const paidUnnoticed = async (agent: TestAgent): Promise<string> => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd)
    const { payOrdId } = agent.center.order(medOrgOrd)
    const amounts = { feeSumamt: '100.00', ownpayAmt: '20.00', psnAcctPay: '20.00', fundPay: '60.00' }
    const rest = { callType: '02', traceTime: '20260101120000', setlType: 'ALL' }
    return JSON.stringify({ payOrdId, medOrgOrd, ...rest, ...amounts })
  }

  it('a notice is taken and confirmed as over plain HTTP', async (t) => {
    const agent = await start(t, tlsOf(t, filesOf(good)))
    assert.deepEqual((await post(agent, await paidUnnoticed(agent)))['data'], { success: true, message: '成功' })
    assert.equal(await faultOf(agent), '')
  })

  it('plain HTTP gets nothing there', async (t) => {
    const agent = await start(t, tlsOf(t, filesOf(good)))
    await assert.rejects(fetch(`${agent.callbackUrl}/settlement`, { method: 'POST', body: '{}' }))
  })

  it('with a client CA, who shows no certificate of it is not heard', async (t) => {
    const tls = tlsOf(t, { ...filesOf(good), 'clients.pem': authority.ca }, { clientCaFile: 'clients.pem' })
    const agent = await start(t, tls)
    const notice = await paidUnnoticed(agent)
    await assert.rejects(post(agent, notice))
    const stranger = createAuthority()
    t.after(stranger.remove)
    await assert.rejects(post(agent, notice, stranger.issue('center', 60)))
    const { data } = await post(agent, notice, authority.issue('center', 60))
    assert.equal((data as Fields)['success'], true)
  })

  it('whoever is not listed is cut off before the handshake', async (t) => {
    const agent = await start(t, tlsOf(t, filesOf(good)))
    const socket = connect({ host: '127.0.0.1', port: portOf(agent), localAddress: '127.0.0.2' })
    const stranger = connectTls({ socket, rejectUnauthorized: false })
    stranger.on('error', () => undefined)
    let isSecured = false
    stranger.on('secureConnect', () => (isSecured = true))
    await new Promise((resolve) => stranger.on('close', resolve))
    assert.equal(isSecured, false)
  })

  it('silent handshakes hold 64 places at most, the oldest gives way to a notice, the others end after 10 s, and none holds up the end of the agent', async (t) => {
    const agent = await start(t, tlsOf(t, filesOf(good)))
    const silent: Socket[] = []
    const open = async (): Promise<Socket> => {
      const socket = connect(portOf(agent), '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    }
    const startedMs = performance.now()
    for (let index = 0; index < 64; index++) silent.push(await open())
    const [first, ...others] = silent.map((socket) => once(socket.resume(), 'close'))
    assert.equal(((await post(agent, '{}'))['data'] as Fields)['success'], false)
    await first
    assert.ok(performance.now() - startedMs < 8_000, 'the oldest is cut off at once')
    await Promise.all(others)
    const heldMs = performance.now() - startedMs
    assert.ok(heldMs > 8_000 && heldMs < 25_000, `they were held ${heldMs} ms`)
    const { data } = await post(agent, '{}')
    assert.equal((data as Fields)['success'], false)
    await open()
    const closing = performance.now()
    await agent.stop()
    assert.ok(performance.now() - closing < 5_000)
    await agent.start()
  })

  for (const [name, files, fault] of [
    ['that is no PEM', () => ({ ...filesOf(good), 'listener.pem': 'sample' }), /不是 PEM 证书/],
    [
      'whose key is another one',
      () => ({ ...filesOf(authority.issue('localhost', 60)), 'listener.pem': good.cert }),
      /不配对/,
    ],
    ['whose key is no key', () => ({ ...filesOf(good), 'listener.key': 'sample' }), /不是 PEM 私钥/],
    ['whose file is gone', () => ({ 'listener.key': good.key }), /文件不存在: .*listener[.]pem [(]ENOENT[)]/],
  ] as const) {
    it(`a certificate ${name} is told, nobody listens, and payments go on`, async (t) => {
      const agent = await start(t, tlsOf(t, files()))
      assert.match(await faultOf(agent), fault)
      const { data } = await agent.call('GET', '/v1/status')
      assert.equal((data['lights'] as { center: Fields }).center['state'], 'warning')
      assert.equal(agent.callbackUrl, '')
      assert.ok(agent.logged.some((line) => line.includes('"callback.certificate"')))
      await pay(agent, 'insurance')
    })
  }

  it('a certificate that has ended is told, and served all the same', async (t) => {
    const brief = authority.issue('localhost', 0)
    const agent = await start(t, tlsOf(t, filesOf(brief)))
    await wait(Math.max(0, Date.parse(new X509Certificate(brief.cert).validTo) + 1_001 - Date.now()))
    assert.match(await faultOf(agent), /过期/)
    await assert.rejects(post(agent, '{}'), { code: 'CERT_HAS_EXPIRED' })
    await pay(agent, 'insurance')
  })

  it('a certificate without its key, or a key alone, is a fault of the configuration', (t) => {
    const callbacks = { host: '127.0.0.1', port: 17_699, peers: ['127.0.0.1'], pathSecret: { file: 'path-secret' } }
    for (const half of [{ certFile: 'a.pem' }, { key: { file: 'a.key' } }, { clientCaFile: 'a.pem' }]) {
      const draft = { ...validConfig(), callbacks: { ...callbacks, ...half } }
      const faults = faultsOf(t, draft, { 'path-secret': pathSecret })
      assert.deepEqual(faults, ['callbacks: certFile 和 key 须同时填写'])
    }
  })

  it('certificates of visitors and the redirect of the patient’s phone, which has none, exclude each other', (t) => {
    const files = { 'path-secret': pathSecret, 'sync-secret': `sync-${pathSecret}`, 'clients.pem': authority.ca }
    const named = { certFile: 'listener.pem', key: { file: 'listener.key' }, clientCaFile: 'clients.pem' }
    const secrets = { pathSecret: { file: 'path-secret' }, syncPathSecret: { file: 'sync-secret' } }
    const callbacks = { host: '127.0.0.1', port: 17_699, peers: ['127.0.0.1'], ...secrets, ...named }
    const faults = faultsOf(t, { ...validConfig(), callbacks }, { ...files, ...filesOf(good) })
    assert.match(faults.join('\n'), /^callbacks[.]clientCaFile: 不能与 syncPathSecret 同时填写: 患者手机没有客户端证书/)
  })

  it('doctor tells a good certificate, one that ends soon, one that ended and one of another key apart', (t) => {
    const look = (certificate: Certificate, nowMs?: number): string => {
      const { result, detail } = judgeListener(tlsOf(t, filesOf(certificate)), nowMs)
      return `${result}: ${detail}`
    }
    assert.match(look(good), /^ok: 还有 \d+ 天/)
    assert.match(look(authority.issue('localhost', 29)), /^endsSoon: 还有 2\d 天/)
    assert.match(look(good, Date.now() + 61 * 86_400_000), /^ended: 已于/)
    assert.match(look(good, Date.now() - 86_400_000), /^notYet: 从/)
    const other = authority.issue('localhost', 60).key
    assert.match(look({ cert: good.cert, key: other }), /^unusable: .*不配对/)
    assert.match(judgeListener(undefined).result, /skipped/)
  })

  it('its key is sealed and opened as every other secret', (t) => {
    const callbacks = { host: '127.0.0.1', port: 17_699, peers: ['127.0.0.1'], pathSecret: { file: 'path-secret' } }
    const named = { certFile: 'listener.pem', key: { file: 'listener.key' } }
    const files = { 'path-secret': pathSecret, ...filesOf(good) }
    const path = writeConfig(t, { ...validConfig(), callbacks: { ...callbacks, ...named } }, files)
    sealSecrets(path)
    assert.doesNotMatch(readFileSync(join(dirname(path), 'listener.key'), 'utf8'), /PRIVATE KEY/)
    const { callbackTls } = loadConfig(path, headlessSealer())
    assert.ok(callbackTls !== undefined && 'key' in callbackTls)
    assert.equal(callbackTls.key, good.key.trim())
  })
})
