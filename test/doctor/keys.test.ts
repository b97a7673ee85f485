// Doctor's one question to the center: what its answer, or none, proves of both sides' keys. A real center, real keys, the program as
// the engineer runs it and the agent that runs already.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { DoctorReport } from '../../src/contract/local-api/doctor.ts'
import { doctorMark, judgeKeys } from '../../src/main/doctor/look-at-keys.ts'
import { runChecks } from '../../src/main/doctor/run-checks.ts'
import { derivePublicKey } from '../../src/core/gm/sm2.ts'
import { subjectOfConfig } from '../../src/main/wiring/subject-of-config.ts'
import { answer, listen, startServer } from '../center/real-center.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'
import { startTestCenter, testChannel, type TestCenter } from '../support/agents/test-center.ts'
import { assertResult, makeSite, runDoctor, skipWithoutLibrary, type Ran } from './doctor-site.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** A configuration of the test channel, spoilt; its path. */
const configure = (t: TestContext, baseUrl: string, spoil: object = {}, key = testChannel.privateKey): string => {
  const { appId, appSecret, centerPublicKey } = testChannel
  const site = makeSite(t, (draft) => {
    delete draft.center['publicKey']
    Object.assign(draft.center, { appId, centerPublicKey: base64(centerPublicKey), baseUrl }, spoil)
  })
  for (const [name, text] of [
    ['secret', appSecret],
    ['key', base64(key)],
  ] as const) {
    rmSync(join(site.folder, name))
    writeFileSync(join(site.folder, name), text, { mode: 0o600 })
  }
  return site.config
}

/** What doctor finds with it; the question goes over a real connection. */
const examine = async (...given: Parameters<typeof configure>): Promise<Pick<Ran, 'check'>> => {
  const { askCenter } = subjectOfConfig({ config: configure(...given), dataDir: undefined }).subject
  const look = async () => [judgeKeys(await askCenter?.())]
  const about = { version: '0', environment: 'test' }
  const { checks } = await runChecks([{ ids: ['centerKeys'], withinMs: 20_000, look }], about)
  return { check: (id) => checks.find((one) => one.id === id) ?? assert.fail(id) }
}

describe('the keys of both sides', skipWithoutLibrary, () => {
  let center: TestCenter
  before(async () => {
    center = await startTestCenter()
  })
  after(() => center.stop())
  it('are right when the center says, signed, that it has no such order; one question is sent, and no money moves', async (t) => {
    const before = center.ledger()
    const ran = await runDoctor(['--config', configure(t, center.url)])
    assertResult(ran, 'centerKeys', 'ok: ok', /验签通过.*30001/)
    const now = center.ledger()
    assert.equal(now.requests['6301'] - before.requests['6301'], 1)
    assert.deepEqual([now.orders.length, center.sent()], [0, { '6201': 0, '6202': 0, '6203': 0, '6205': 0, '6401': 0 }])
  })

  it('are right by whatever a verified answer says', () => {
    const verified = { atMs: 0 }
    const refusal = { code: '99', message: '机构未开通', signed: true }
    assert.equal(judgeKeys({ kind: 'declined', refusal, verified }).result, 'ok')
    assert.equal(judgeKeys({ kind: 'unknown', reason: 'data is no object', isAnswered: true, verified }).result, 'ok')
  })

  it('a private key that the center does not know is told as ours', async (t) => {
    const ran = await examine(t, center.url, {}, Buffer.alloc(32, 0x33))
    assertResult(ran, 'centerKeys', 'fault: ownRefused', /验签失败/)
    assert.match(ran.check('centerKeys').remedy, /center[.]privateKey/)
  })

  it('a wrong key of the center is named, with the way to the trial of user ids', async (t) => {
    const centerPublicKey = base64(derivePublicKey(Buffer.alloc(32, 0x44)))
    const ran = await examine(t, center.url, { centerPublicKey })
    assertResult(ran, 'centerKeys', 'fault: unverified', /center[.]centerPublicKey.*center[.]userId/)
    assert.match(ran.check('centerKeys').remedy, /试出 SM2 用户标识/)
  })

  it('a center that refuses without a signature proves nothing', async (t) => {
    const { url } = await startServer(t, answer(JSON.stringify({ code: '401', message: '渠道未登记', success: false })))
    assertResult(await examine(t, url), 'centerKeys', 'warning: unsigned', /401.*渠道未登记/)
  })

  it('what is no answer of the interface is told as that', async (t) => {
    const { url } = await startServer(t, answer('<html>', 404))
    assertResult(await examine(t, url), 'centerKeys', 'fault: strange', /404/)
  })

  it('a center that takes the question and is silent, and one that is not there', async (t) => {
    const port = await listen(t, createServer())
    const timeoutsMs = { '6301': 1_000 }
    assertResult(await examine(t, `http://127.0.0.1:${port}`, { timeoutsMs }), 'centerKeys', 'fault: noAnswer')
    assertResult(await examine(t, 'http://127.0.0.1:1'), 'centerKeys', 'fault: notSent', /ECONNREFUSED/)
  })

  it('are not asked about with a configuration that does not load', (t) => {
    const config = configure(t, center.url, { centerPublicKey: 'none' })
    assert.equal(subjectOfConfig({ config, dataDir: undefined }).subject.askCenter, undefined)
  })
})

describe('doctor in a running agent', () => {
  it('asks the center too, seldom, and the light of the center learns of it', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const standing = async (): Promise<unknown> =>
      ((await agent.call('GET', '/v1/status')).data['center'] as Record<string, unknown>)['standing']
    assert.notEqual(await standing(), 'proven')
    for (let index = 0; index < 3; index++) {
      const { data } = await agent.call('GET', '/v1/doctor', undefined, 'only-admin')
      const { checks } = data as unknown as DoctorReport
      assert.equal(checks.find(({ id }) => id === 'centerKeys')?.result, 'ok')
    }
    assert.equal(agent.center.ledger().requests['6301'], 1)
    assert.equal(await standing(), 'proven')
    assert.ok(!agent.logged.some((line) => line.includes(doctorMark)), 'no order number in the log')
  })
})
