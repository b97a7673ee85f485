// The lights of /v1/status over a real agent, as the console and the desktop's tray read them: what the center has not shown is
// not green.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { StatusAnswer } from '../../../src/contract/local-api/status.ts'
import { startAgent } from '../../../src/main/wiring/compose.ts'
import { readStatus } from '../../../src/main/desktop/read-health.ts'
import { worstLight } from '../../../src/main/desktop/tray/worst-light.ts'
import { derivePublicKey } from '../../../src/core/gm/sm2.ts'
import { settingDefaults } from '../../../src/main/config/schema/setting-defaults.ts'
import { envelopeKeys } from '../../../src/main/wiring/settings-of-config.ts'
import type { Center, CenterAnswer } from '../../../src/main/usecases/base/ports.ts'
import { keepLooking, watchCenter } from '../../../src/main/usecases/base/center-link.ts'
import type { InterfaceCode } from '../../../src/contract/interfaces.ts'
import { act, bill, newNumber, pay, refundCash, upload } from '../../support/cashier-job.ts'
import { freePort } from '../../support/agents/free-port.ts'
import { folderFor } from '../../support/agents/open-journal.ts'
import { callAt, startTestAgent, testSettings, type Call } from '../../support/agents/test-agent.ts'
import { startTestCenter, testChannel, until } from '../../support/agents/test-center.ts'

const read = async (call: Call): Promise<StatusAnswer> =>
  (await call('GET', '/v1/status', undefined, 'reader')).data as unknown as StatusAnswer

const untilCenter = (call: Call, standing: StatusAnswer['center']['standing']): Promise<StatusAnswer> =>
  until(`the center is ${standing}`, async () => {
    const now = await read(call)
    return now.center.standing === standing && now
  })

const untilLibrary = (call: Call): Promise<StatusAnswer> =>
  until('a library that is ready', async () => {
    const now = await read(call)
    return now.lights.library.state === 'ok' && now
  })

it('the center is unproven until its first verified answer, then green, and red when it cannot be reached; so is the tray', async (t) => {
  const agent = await startTestAgent({ cable: true, orders: { probeEveryMs: 60_000 } })
  t.after(agent.close)
  const tray = async () => worstLight(await readStatus(agent.url, 'token-of-reader'))
  const first = await untilLibrary(agent.call)
  assert.deepEqual([first.lights.center.state, first.worst, await tray()], ['unproven', 'unproven', 'yellow'])
  assert.match(first.lights.center.text, /尚未验证/)
  const medOrgOrd = await pay(agent)
  const paid = await read(agent.call)
  assert.deepEqual([paid.center.standing, paid.worst, await tray()], ['proven', 'ok', 'green'])
  assert.ok(Math.abs(paid.center.clockAheadS ?? 99) <= 60)
  await agent.cable.unplug()
  await act(agent, medOrgOrd, 'refunds', { ...refundCash('1.00'), queue: true })
  const after = await read(agent.call)
  assert.deepEqual([after.lights.center.state, after.worst, await tray()], ['fault', 'fault', 'red'])
  assert.match(after.lights.center.text, /1 笔订单在排队/)
  assert.notEqual(after.lights.center.call, '')
})

describe('a center that is not what it should be is never green', () => {
  const startFor = async (t: TestContext, url: string, change: object = {}, timeoutMs = 200): Promise<Call> => {
    const settings = testSettings(folderFor(t), url, { timeoutMs, orders: { uploadRepeats: 0 } })
    const agent = await startAgent({ ...settings, center: { ...settings.center, ...change } }, () => undefined)
    t.after(agent.close)
    return callAt(() => agent.url)
  }

  it('nothing listens: red without anybody asking', async (t) => {
    const call = await startFor(t, `http://127.0.0.1:${await freePort()}`)
    const { lights } = await untilCenter(call, 'unreachable')
    assert.equal(lights.center.state, 'fault')
  })

  it('it takes connections and hangs: red after three answers that did not come', async (t) => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const call = await startFor(t, `http://127.0.0.1:${(server.address() as { readonly port: number }).port}`)
    for (let index = 0; index < 3; index++) {
      assert.notEqual((await read(call)).center.standing, 'proven')
      await call('POST', '/v1/orders', bill(newNumber('HANG')))
    }
    const { lights } = await untilCenter(call, 'doubtful')
    assert.equal(lights.center.state, 'fault')
    assert.match(lights.center.text, /没有按时应答.*does not answer in time/)
  })

  it('its answers do not verify: red', async (t) => {
    const center = await startTestCenter()
    t.after(center.stop)
    const { appId, appSecret, privateKey } = testChannel
    const peerPublicKey = derivePublicKey(Buffer.alloc(32, 0x44))
    const keys = envelopeKeys({ appId, appSecret, privateKey, peerPublicKey, userId: settingDefaults.center.userId })
    const call = await startFor(t, center.url, { keys }, 5_000)
    for (let index = 0; index < 3; index++) await call('POST', '/v1/orders', bill(newNumber('KEY')))
    const { lights } = await untilCenter(call, 'doubtful')
    assert.equal(lights.center.state, 'fault')
    assert.match(lights.center.text, /验签不通过.*do not verify/)
  })

  it('it signs its answers and refuses every one, since it cannot verify us: never green, then red with its own words', async (t) => {
    const center = await startTestCenter()
    t.after(center.stop)
    const { appId, appSecret, centerPublicKey: peerPublicKey } = testChannel
    const keys = envelopeKeys({
      ...{ appId, appSecret, peerPublicKey, userId: settingDefaults.center.userId },
      privateKey: Buffer.alloc(32, 0x55),
    })
    const call = await startFor(t, center.url, { keys }, 5_000)
    for (let index = 0; index < 3; index++) {
      assert.equal((await read(call)).center.standing, 'unproven')
      await call('POST', '/v1/orders', bill(newNumber('OWN')))
    }
    const { lights } = await untilCenter(call, 'doubtful')
    assert.equal(lights.center.state, 'fault')
    assert.match(lights.center.text, /中心连续拒绝.*\[10004\] 验签失败/)
  })
})

for (const [clockAheadS, words] of [
  [120, /中心快 1[12]\d 秒/],
  [-120, /中心慢 1[12]\d 秒/],
] as const) {
  it(`a center whose clock is wrong by ${clockAheadS} s: the light says so after its first answer, and again when it is right`, async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    await agent.center.control('forms', { clockAheadS })
    await upload(agent)
    const { lights, center } = await read(agent.call)
    assert.equal(lights.center.state, 'warning')
    assert.match(lights.center.text, words)
    assert.ok(Math.abs((center.clockAheadS ?? 0) - clockAheadS) < 15)
    await agent.center.control('forms', {})
    await upload(agent)
    assert.equal((await read(agent.call)).lights.center.state, 'ok')
  })
}

describe('what is known of the center', () => {
  const answers: CenterAnswer<InterfaceCode>[] = []
  const center = {
    send: () => Promise.resolve(answers.shift()),
    reach: () => Promise.resolve(true),
  } as unknown as Center
  const ask = (watched: Center, payOrdId = 'P1'): Promise<unknown> => watched.send('6301', { payOrdId } as never)
  const refused = { kind: 'declined', refusal: { code: '1', message: '支付订单不存在', signed: true } } as const
  const says = (message: string): CenterAnswer<InterfaceCode> => ({
    ...{ kind: 'declined', refusal: { code: '9', message, signed: true }, verified: { atMs: undefined } },
  })

  it('a lost answer between good ones is no fault, three in a row are, and one good one ends it', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 1_000_000 })
    const lost = { kind: 'unknown', reason: 'timeout' } as const
    const good = { ...refused, verified: { atMs: 1_090_000 } }
    const seen: string[] = []
    answers.push(good, lost, lost, good, lost, lost, lost, good)
    while (answers.length > 0) {
      await ask(watched)
      seen.push(link.standing())
    }
    assert.deepEqual(seen, ['proven', 'proven', 'proven', 'proven', 'proven', 'proven', 'doubtful', 'proven'])
    assert.equal(link.clockAheadMs(), 90_000)
  })

  for (const message of [
    '验签失败',
    '渠道 appId 未启用',
    '证书已过期',
    'timestamp 过期',
    '调用次数超限',
    '系统繁忙, 请稍后',
  ]) {
    it(`a signed refusal of the whole installation (${message}): red after three in a row, even for one order`, async () => {
      const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
      answers.push(...[1, 2, 3].map(() => says(message)))
      await ask(watched)
      assert.equal(link.standing(), 'unproven')
      await ask(watched)
      await ask(watched)
      assert.deepEqual([link.standing(), link.doubt()], ['doubtful', { cause: 'refused', words: `[9] ${message}` }])
    })
  }

  it('an ordinary refusal of one order is no fault, however often', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
    const messages = [
      '个人账户余额不足',
      '系统中不存在该订单',
      '渠道订单号重复',
      '医疗服务项目的金额有误',
      '支付授权码已过期',
    ]
    for (const [index, message] of messages.entries()) {
      answers.push(says(message))
      await ask(watched, `P${index}`)
    }
    assert.equal(link.standing(), 'proven')
  })

  it('a refusal that nobody knows is a fault once three different orders got it in a row', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
    const seen: string[] = []
    for (const order of ['P1', 'P1', 'P1', 'P2', 'P3']) {
      answers.push(says('E4711'))
      await ask(watched, order)
      seen.push(link.standing())
    }
    assert.deepEqual(seen, ['unproven', 'unproven', 'unproven', 'unproven', 'doubtful'])
    assert.deepEqual(link.doubt(), { cause: 'refused', words: '[9] E4711' })
  })

  it('an ordinary refusal without a signature is neither proof nor fault', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
    for (let index = 0; index < 4; index++) {
      answers.push({ kind: 'declined', refusal: { code: '1', message: '支付订单不存在', signed: false } })
      await ask(watched)
    }
    assert.equal(link.standing(), 'unproven')
  })

  it('one interface that fails three times in a row is doubted while the others work, until it works itself', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
    const lost = { kind: 'unknown', reason: 'ETIMEDOUT' } as const
    const good = { ...refused, verified: { atMs: undefined } }
    const seen: (string | undefined)[] = []
    for (const code of ['6202', '6202', '6202', '6203', '6202'] as const) {
      for (const [asked, answer] of [[code, seen.length < 4 ? lost : good] as const, ['6301', good] as const]) {
        answers.push(answer)
        await watched.send(asked, { payOrdId: 'P1' } as never)
      }
      assert.equal(link.standing(), 'proven')
      seen.push(link.doubt()?.only?.join())
    }
    assert.deepEqual(seen, [undefined, undefined, '6202', '6202', undefined])
  })

  it('one look that opens no connection is not red yet, the second one soon after is', async () => {
    const opens = [false, true, false, false]
    const { link } = watchCenter(
      { ...center, reach: () => Promise.resolve(opens.shift() === true) },
      { wallMs: () => 0 },
    )
    const waits: number[] = []
    const due: (() => void)[] = []
    const seen: string[] = []
    const end = keepLooking(link, {
      after: (ms, work) => {
        waits.push(ms)
        due.push(work)
        seen.push(link.standing())
        return () => undefined
      },
    })
    for (let looked = 1; looked <= 4; looked++) {
      await until('a look', () => Promise.resolve(seen.length === looked))
      if (looked < 4) due.shift()?.()
    }
    end()
    assert.deepEqual(seen, ['unproven', 'unproven', 'unproven', 'unreachable'])
    assert.deepEqual(waits, [2_000, 30_000, 2_000, 30_000])
  })

  // Else the daily sweep, which asks nothing while the center is away, would wait until the HIS asks for something.
  it('a connection that opens again ends the outage, though nobody asks for anything', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
    answers.push({ kind: 'notSent', reason: 'ECONNREFUSED' })
    await ask(watched)
    assert.deepEqual([link.isDown(), link.standing()], [true, 'unreachable'])
    await link.look()
    assert.deepEqual([link.isDown(), link.standing()], [false, 'unproven'])
  })

  it('a refusal without a signature proves nothing', async () => {
    const { center: watched, link } = watchCenter(center, { wallMs: () => 0 })
    for (let index = 0; index < 3; index++) {
      answers.push({ kind: 'declined', refusal: { code: '1', message: '', signed: false } })
      await ask(watched)
    }
    assert.equal(link.standing(), 'doubtful')
  })
})

it('an agent that has a proven center says so in every part that is promised', async (t) => {
  const agent = await startTestAgent()
  t.after(agent.close)
  await upload(agent)
  const { center, journal, voucher, ...rest } = await read(agent.call)
  assert.deepEqual(Object.keys(center).toSorted(), [
    ...['certificateEndsAt', 'clockAheadS', 'reachable', 'secure', 'signatureForm', 'standing'],
  ])
  assert.equal(journal.state, 'ok')
  assert.equal(typeof voucher.scannerOwner, 'string')
  for (const name of [
    'version',
    'uptimeS',
    'scanners',
    'runningOperations',
    'openOrders',
    'queuedOrders',
    'worst',
  ] as const) {
    assert.notEqual(rest[name], undefined, name)
  }
})
