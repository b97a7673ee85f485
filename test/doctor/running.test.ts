// Doctor inside a running agent: the same report over the API, and accepting a changed library there.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFileSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { DoctorReport } from '../../src/contract/local-api/doctor.ts'
import { startAgent } from '../../src/main/wiring/compose.ts'
import { callAgent } from '../../src/main/control/call-agent.ts'
import { checkTable } from '../../src/main/doctor/tables/check-table.ts'
import type { Log } from '../../src/main/usecases/base/ports.ts'
import { bill, newNumber } from '../support/cashier-job.ts'
import { freePort } from '../support/agents/free-port.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { childrenOf } from '../support/agents/processes.ts'
import { hostFor, libraryFor, skipOf } from '../support/devices/simulated-library.ts'
import { callAt, testCallbacks, testSettings, type TestAgentOptions } from '../support/agents/test-agent.ts'
import { startTestCenter } from '../support/agents/test-center.ts'
import { assertResult } from './doctor-site.ts'

const startWithLibrary = async (t: TestContext, options: TestAgentOptions = {}) => {
  const center = await startTestCenter()
  const folder = folderFor(t)
  mkdirSync(join(folder, 'vendor'))
  const [path, manifest] = [join(folder, 'vendor', 'libNationECCode.so'), join(folder, 'manifest.json')]
  copyFileSync(libraryFor('c') ?? '', path)
  const settings = testSettings(join(folder, 'data'), center.url, { ...options, library: { path }, host: hostFor('c') })
  const lines: object[] = []
  const log: Log = (level, what, fields) => lines.push({ level, what, ...fields })
  const agent = await startAgent({ ...settings, voucher: { ...settings.voucher, manifest } }, log)
  t.after(async () => {
    await agent.close()
    await center.stop()
  })
  const call = callAt(() => agent.url)
  const ask = async () => {
    const { data } = await call('GET', '/v1/doctor', undefined, 'only-admin')
    const report = data as unknown as DoctorReport
    return { report, check: (id: string) => report.checks.find((one) => one.id === id) ?? assert.fail(id) }
  }
  return { path, manifest, center, call, ask, lines, dataDir: join(folder, 'data') }
}

const decode = {
  code: '28010001',
  ...{ businessType: '01301', operatorId: 'OP01', operatorName: '收费员', officeId: 'D01', officeName: '收费处' },
}

describe('GET /v1/doctor', { skip: skipOf('c') }, () => {
  it('reports what the agent has open, and starts no second host', async (t) => {
    const { call, ask } = await startWithLibrary(t)
    assert.equal((await call('POST', '/v1/vouchers/decode', decode)).code, '0')
    const before = childrenOf(process.pid)
    const ran = await ask()
    assert.deepEqual(childrenOf(process.pid), before)
    assert.deepEqual(
      ran.report.checks.map(({ id }) => id),
      Object.keys(checkTable),
    )
    assertResult(ran, 'apiPort', 'ok: own')
    assertResult(ran, 'otherAgent', 'ok: running')
    assertResult(ran, 'hostStart', 'ok: ok', /正在运行/)
    assertResult(ran, 'librarySymbol', 'ok: ok')
    assertResult(ran, 'journal', 'ok: ok')
    assertResult(ran, 'libraryManifest', 'ok: ok')
    assertResult(ran, 'centerConnection', 'ok: ok')
  })

  it('is for the machine’s own institution, as its settings are', async (t) => {
    const { call } = await startWithLibrary(t)
    assert.equal((await call('GET', '/v1/doctor', undefined, 'other-hospital')).code, 'OTHER_INSTITUTION')
  })

  it('says that the callback listener does not listen while another program has its port', async (t) => {
    const other = createServer().listen(await freePort(), '127.0.0.1')
    await once(other, 'listening')
    t.after(() => other.close())
    const { port } = other.address() as AddressInfo
    const { ask } = await startWithLibrary(t, { callbacks: { ...testCallbacks, port } })
    assertResult(await ask(), 'callbackListener', 'fault: notListening', /端口已被占用/)
  })

  it('tells in which form the center signs, once a reply told the forms apart, and so does the status', async (t) => {
    const { center, call, ask } = await startWithLibrary(t)
    assertResult(await ask(), 'centerForms', 'skipped: skipped')
    await center.control('forms', { values: 'numbers', withEmpties: true, scalars: 'strings', empties: 'kept' })
    const uploaded = await call('POST', '/v1/orders', bill(newNumber()))
    assert.equal(uploaded.code, '0', uploaded.message)
    const form = '数字和布尔值作字符串, 空列表和空对象保留'
    assertResult(await ask(), 'centerForms', 'ok: ok', new RegExp(`^${form}$`))
    const { data } = await call('GET', '/v1/status')
    assert.equal((data['center'] as Record<string, unknown>)['signatureForm'], form)
  })

  it('is for administrators alone', async (t) => {
    const { call } = await startWithLibrary(t)
    for (const who of ['window', 'reader', 'only-refund']) {
      assert.equal((await call('GET', '/v1/doctor', undefined, who)).code, 'SCOPE_MISSING')
      assert.equal((await call('POST', '/v1/doctor/accept-library', {}, who)).code, 'SCOPE_MISSING')
    }
  })
})

describe('a library that changed under a running agent', { skip: skipOf('c') }, () => {
  const accept = { operator: 'A01' }

  it('is accepted by its fingerprint alone, recorded, and a new host serves it', async (t) => {
    const { path, manifest, call, ask, lines, dataDir } = await startWithLibrary(t)
    assert.equal((await call('POST', '/v1/vouchers/decode', decode)).code, '0')
    const stale = (await ask()).check('libraryManifest').fingerprint
    const [firstHost] = childrenOf(process.pid).slice(-1)
    appendFileSync(path, ' ')
    const ran = await ask()
    assertResult(ran, 'libraryManifest', 'fault: changed', /libNationECCode\.so 已变化/)
    const { fingerprint } = ran.check('libraryManifest')

    const endpoint = '/v1/doctor/accept-library'
    const byAdministrator = await call('POST', endpoint, { ...accept, fingerprint }, 'only-admin')
    assert.deepEqual([byAdministrator.status, byAdministrator.code], [403, 'OWNER_ONLY'])
    assert.equal((await callAgent(dataDir, 'POST', endpoint, accept)).code, 'INVALID_FIELDS')
    const refused = await callAgent(dataDir, 'POST', endpoint, { ...accept, fingerprint: stale })
    assert.equal(refused.code, 'LIBRARY_FINGERPRINT_MISMATCH')
    assertResult(await ask(), 'libraryManifest', 'fault: changed')

    const accepted = await callAgent(dataDir, 'POST', endpoint, { ...accept, fingerprint })
    assert.equal(accepted.code, '0')
    assert.deepEqual(accepted.data['changes'], ['libNationECCode.so 已变化'])
    assertResult(await ask(), 'libraryManifest', 'ok: ok')
    assert.equal((await call('POST', '/v1/vouchers/decode', decode)).code, '0')
    assert.notEqual(childrenOf(process.pid).at(-1), firstHost)

    const record = readFileSync(`${manifest}.accepted`, 'utf8').trim().split('\n')
    assert.equal(record.length, 1)
    assert.equal(JSON.parse(record[0] ?? '').operator, 'A01')
    const logged = lines.find((line) => 'what' in line && line.what === 'library.accepted')
    assert.deepEqual(logged, {
      level: 'warn',
      what: 'library.accepted',
      caller: 'owner',
      fingerprint,
      count: 1,
    })
  })
})
