// The agent is killed, or its disk is full, at the worst moment; the center's ledger says what really happened (I4).
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import type { Answer } from '../fixtures/agent-process.ts'
import { decodeFields } from '../fixtures/invented-bill.ts'
import { bill, newNumber, placement, refundAll, type Fields } from '../support/cashier-job.ts'
import { skipWithoutPrlimit, startedChildAgent, type ChildAgent } from '../support/agents/child-agent.ts'
import { openEvents } from '../support/event-stream.ts'
import { systemClock } from '../../src/main/wiring/compose.ts'
import { foldOrder } from '../../src/core/domain/fold/fold-order.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { orderKey } from '../support/agents/open-journal.ts'
import { freshFolder, startTestAgent, type TestAgentOptions } from '../support/agents/test-agent.ts'
import { startTestCenter, until, type TestCenter } from '../support/agents/test-center.ts'

type Scene = {
  readonly center: TestCenter
  readonly dataDir: string
  /** Starts an agent on the folder; it is killed when the test ends. */
  readonly start: (options?: TestAgentOptions) => Promise<ChildAgent>
}

const openScene = async (context: TestContext): Promise<Scene> => {
  const center = await startTestCenter()
  const dataDir = freshFolder()
  const agents: ChildAgent[] = []
  context.after(async () => {
    for (const agent of agents) await agent.kill()
    await center.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    center,
    dataDir,
    start: async (options) => {
      const agent = await startedChildAgent(dataDir, center.url, options)
      agents.push(agent)
      return agent
    },
  }
}

const ok = (answer: Answer): Answer => {
  assert.equal(answer.code, '0', answer.message)
  return answer
}

const untilOrder = (agent: ChildAgent, medOrgOrd: string, wanted: (data: Fields) => boolean): Promise<Answer> =>
  until(`order ${medOrgOrd}`, async () => {
    const answer = await agent.call('GET', `/v1/orders/${medOrgOrd}`)
    return wanted(answer.data) && answer
  })

const slow = { slow: { delayMs: 3_000 } }

describe('killed between the intent and the outcome', () => {
  it('of a placement the center acted on: unknown, then settled by 6301 as paid; placed once (RULES 3.5)', async (t) => {
    const { center, start } = await openScene(t)
    const first = await start()
    const medOrgOrd = newNumber('K')
    ok(await first.call('POST', '/v1/orders', bill(medOrgOrd)))
    await center.script(medOrgOrd, { split: 'insurance' })
    await center.script(medOrgOrd, { interface: '6202', ...slow })
    const lost = first.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()).catch(() => 'lost')
    await until('the placement', () => center.ledger().acted['6202'] === 1)
    await first.kill()
    assert.equal(await lost, 'lost')

    const second = await start()
    const paid = await untilOrder(second, medOrgOrd, ({ operations }) => lastOutcome(operations) === 'accepted')
    assert.equal(paid.data['paid'], true)
    const again = ok(await second.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
    assert.equal(again.data['settledByQuery'], true)
    assert.equal(again.data['attempt'], 1)
    assert.equal(center.order(medOrgOrd).bizSerials.length, 1)
    assert.equal(center.order(medOrgOrd).collectedFen, 10_000)
    assert.equal(center.ledger().requests['6202'], 1)
  })

  it('of a cashier address: nothing was sent, so it can be asked for again (RULES 3.1)', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const medOrgOrd = newNumber('K')
    ok(await agent.call('POST', '/v1/orders', bill(medOrgOrd)))
    await agent.stop()
    // What the folder holds when the agent dies before the address is written down.
    const journal = openJournal(agent.dataDir, 'sandbox', systemClock)
    const order = orderKey(medOrgOrd)
    const { upload } = foldOrder(order.orgCodg, medOrgOrd, journal.readEntries(order))
    const key = `cashierUrl:${upload?.payOrdId ?? ''}`
    const base = { operationId: 'killed-cashier', order, key, attempt: 1, bodyMac: 'mac', lookups: [] }
    journal.begin({ ...base, verb: 'cashierUrl', facts: { depositFen: 0 } })
    await journal.durable()
    journal.close()

    await agent.start()
    const read = ok(await agent.call('GET', `/v1/orders/${medOrgOrd}`))
    assert.equal(read.data['state'], 'uploaded')
    assert.equal(lastOutcome(read.data['operations']), 'notSent')
    const again = ok(await agent.call('POST', `/v1/orders/${medOrgOrd}/cashier-url`, { payAuthNo: 'AUTH0001' }))
    assert.equal(again.data['attempt'], 2)
  })

  it('of a placement that never left the center\'s door: "not placed" after the processing time', async (t) => {
    const { center, start } = await openScene(t)
    const first = await start()
    const medOrgOrd = newNumber('K')
    ok(await first.call('POST', '/v1/orders', bill(medOrgOrd)))
    await center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 600_000, acts: 'late' } })
    const lost = first.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()).catch(() => 'lost')
    await center.untilRequests('6202', 1)
    await first.kill()
    assert.equal(await lost, 'lost')
    const second = await start()
    const record = await untilOrder(second, medOrgOrd, ({ operations }) => lastOutcome(operations) === 'declined')
    assert.equal(record.data['state'], 'uploaded')
    assert.equal(center.order(medOrgOrd).collectedFen, 0)
  })

  it('of a refund the center acted on: settled by 6301, refunded once', async (t) => {
    const { center, start } = await openScene(t)
    const first = await start()
    const medOrgOrd = newNumber('K')
    ok(await first.call('POST', '/v1/orders', bill(medOrgOrd)))
    await center.script(medOrgOrd, { split: 'insurance' })
    ok(await first.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
    await center.script(medOrgOrd, { interface: '6203', ...slow })
    const body = refundAll('insurance')
    const lost = first.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body).catch(() => 'lost')
    await until('the refund', () => center.ledger().acted['6203'] === 1)
    await first.kill()
    await lost
    const second = await start()
    await untilOrder(second, medOrgOrd, ({ state }) => state === 'refunded')
    const again = ok(await second.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body))
    assert.equal(again.data['refStatus'], 'SUCC')
    assert.equal(center.order(medOrgOrd).refunds.length, 1)
    assert.equal(center.order(medOrgOrd).refundedFen, 10_000)
  })

  it('of an upload: the same upload goes out again, and the center has one order (RULES 3.5)', async (t) => {
    const { center, start } = await openScene(t)
    const first = await start()
    const medOrgOrd = newNumber('K')
    await center.script(medOrgOrd, { interface: '6201', ...slow })
    const lost = first.call('POST', '/v1/orders', bill(medOrgOrd)).catch(() => 'lost')
    await until('the upload', () => center.ledger().acted['6201'] === 1)
    await first.kill()
    await lost
    const second = await start()
    const record = await untilOrder(second, medOrgOrd, ({ state }) => state === 'uploaded')
    assert.equal(record.data['payOrdId'], center.order(medOrgOrd).payOrdId)
    assert.equal(center.ledger().orders.length, 1)
    const again = ok(await second.call('POST', '/v1/orders', bill(medOrgOrd)))
    assert.equal(again.data['attempt'], 1)
  })

  it('of an upload that may not be repeated: on the list that needs a person (RULES 3.5)', async (t) => {
    const { center, start } = await openScene(t)
    const once = { orders: { uploadRepeats: 0 } }
    const first = await start(once)
    const medOrgOrd = newNumber('K')
    await center.script(medOrgOrd, { interface: '6201', ...slow })
    const lost = first.call('POST', '/v1/orders', bill(medOrgOrd)).catch(() => 'lost')
    await center.untilRequests('6201', 1)
    await first.kill()
    await lost
    const second = await start(once)
    const record = await untilOrder(second, medOrgOrd, ({ next }) => next === 'person')
    assert.deepEqual(record.data['attention'], ['upload-unclear'])
    assert.equal(center.ledger().requests['6201'], 1)
  })

  it('of a decode: its id still answers, and says that it was interrupted', async (t) => {
    const { start } = await openScene(t)
    const first = await start()
    const events = await openEvents(first)
    const lost = first.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: 'SIM:hang:' }).catch(() => 'lost')
    const { operationId } = await events.find('the start', ({ state }) => state === 'started')
    await first.kill()
    await Promise.all([lost, events.close()])
    const second = await start()
    const answer = await second.call('GET', `/v1/operations/${String(operationId)}`)
    assert.equal(answer.status, 503)
    assert.equal(answer.code, 'OPERATION_INTERRUPTED')
  })
})

const lastOutcome = (operations: unknown): unknown => (operations as Fields[] | undefined)?.at(-1)?.['outcome']

describe('a disk that is full', { skip: skipWithoutPrlimit }, () => {
  it('takes no payment and sends nothing; questions are answered; with room again the same call works', async (t) => {
    const { center, start } = await openScene(t)
    const agent = await start()
    const open = newNumber('F')
    ok(await agent.call('POST', '/v1/orders', bill(open)))
    agent.fillDisk(true)
    const sent = center.sent()
    const refused = [
      await agent.call('POST', '/v1/orders', bill(newNumber('F'))),
      await agent.call('POST', `/v1/orders/${open}/placement`, placement()),
    ]
    for (const answer of refused) {
      assert.equal(answer.status, 503)
      assert.equal(answer.code, 'JOURNAL_UNWRITABLE')
      assert.match(answer.message, /账本无法写入, 已停止收费/)
    }
    assert.deepEqual(center.sent(), sent)
    assert.equal(ok(await agent.call('GET', `/v1/orders/${open}?refresh=true`)).data['state'], 'uploaded')
    agent.fillDisk(false)
    ok(await agent.call('POST', `/v1/orders/${open}/placement`, placement()))
  })

  it('when the answer to a placement comes: the order is settled by 6301 once there is room, placed once', async (t) => {
    const { center, start } = await openScene(t)
    const agent = await start()
    const medOrgOrd = newNumber('F')
    ok(await agent.call('POST', '/v1/orders', bill(medOrgOrd)))
    await center.script(medOrgOrd, { split: 'insurance' })
    await center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 500 } })
    const answer = agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    await until('the placement', () => center.ledger().acted['6202'] === 1)
    agent.fillDisk(true)
    assert.equal((await answer).code, 'JOURNAL_UNWRITABLE')
    // A question that meets the agent's own vain try to write is refused with it; the next one is answered.
    const record = await until('an answer on a full disk', async () => {
      const read = await agent.call('GET', `/v1/orders/${medOrgOrd}`)
      return read.code === '0' && read
    })
    assert.equal(record.data['paid'], false)
    agent.fillDisk(false)
    const settled = await untilOrder(agent, medOrgOrd, ({ operations }) => lastOutcome(operations) === 'accepted')
    assert.equal(settled.data['paid'], true)
    assert.equal(center.ledger().requests['6202'], 1)
  })

  it('when the answer to an upload comes: the same upload is repeated within its limit once there is room', async (t) => {
    const { center, start } = await openScene(t)
    const agent = await start()
    const medOrgOrd = newNumber('F')
    await center.script(medOrgOrd, { interface: '6201', slow: { delayMs: 500 } })
    const answer = agent.call('POST', '/v1/orders', bill(medOrgOrd))
    await until('the upload', () => center.ledger().acted['6201'] === 1)
    agent.fillDisk(true)
    assert.equal((await answer).code, 'JOURNAL_UNWRITABLE')
    // Nothing goes out that could not be counted: several times the pause between two repeats.
    const fullMs = performance.now()
    await until('some time on a full disk', async () => {
      assert.equal((await agent.call('GET', '/v1/health')).code, '0')
      return performance.now() - fullMs > 300
    })
    assert.equal(center.ledger().requests['6201'], 1)
    agent.fillDisk(false)
    const record = await untilOrder(agent, medOrgOrd, ({ state }) => state === 'uploaded')
    assert.equal(record.data['payOrdId'], center.order(medOrgOrd).payOrdId)
    assert.equal(center.ledger().requests['6201'], 2)
  })

  it('when the patient pays: nobody is told so before it is written down, and then everybody is (I1)', async (t) => {
    const { center, start } = await openScene(t)
    const agent = await start()
    const medOrgOrd = newNumber('F')
    ok(await agent.call('POST', '/v1/orders', bill(medOrgOrd)))
    await center.script(medOrgOrd, { split: 'mixed' })
    ok(await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
    agent.fillDisk(true)
    await center.payer(medOrgOrd)
    const asked = await center.count(medOrgOrd, '6301')
    await until('6301 telling of it again and again', async () => {
      const read = await agent.call('GET', `/v1/orders/${medOrgOrd}`)
      assert.ok(read.code === 'JOURNAL_UNWRITABLE' || read.data['paid'] === false)
      return (await asked()) >= 3
    })
    agent.fillDisk(false)
    const paid = await untilOrder(agent, medOrgOrd, (data) => data['paid'] === true)
    assert.equal(paid.data['next'], 'book')
  })
})
