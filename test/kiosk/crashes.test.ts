// A kiosk's agent that is killed, and a HIS that is away, at every step: nothing is booked twice and no bill stays locked unseen.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { SandboxHis } from '../../src/sandbox/his/his-server.ts'
import { startedChildAgent, type ChildAgent } from '../support/agents/child-agent.ts'
import {
  freshFolder,
  orgCodg,
  otherOrgCodg,
  startTestAgent,
  type TestAgentOptions,
} from '../support/agents/test-agent.ts'
import { startTestCenter, until, type TestCenter } from '../support/agents/test-center.ts'
import {
  addFault,
  billAt,
  choose,
  pageOf,
  place,
  start,
  startKiosk,
  startKioskHis,
  startOrder,
  untilView,
  viewOf,
  type Page,
} from './kiosk-job.ts'

describe('an agent that is killed', () => {
  let center: TestCenter
  let his: SandboxHis
  let dataDir: string
  const options = () => ({ kiosk: { hisUrl: his.url, timeoutMs: 5_000 } })
  const startAgent = (): Promise<ChildAgent> => startedChildAgent(dataDir, center.url, options())
  before(async () => {
    center = await startTestCenter()
    his = await startKioskHis()
    dataDir = freshFolder()
  })
  after(async () => {
    await center.stop()
    await his.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('before the patient paid, books after its restart what was paid meanwhile', async () => {
    const first = await startAgent()
    const chosen = await startOrder(pageOf(first.call), 0, 'KILL01')
    await place(pageOf(first.call), chosen)
    await first.kill()
    await center.payer(chosen.bill.medOrgOrd)
    const second = await startAgent()
    await untilView(pageOf(second.call), chosen, 'booked', ({ booking }) => booking === 'booked')
    assert.equal(billAt(his, chosen).bookings, 1)
    await second.kill()
  })

  it('while the HIS books, finds it booked after its restart', async () => {
    const first = await startAgent()
    const chosen = await startOrder(pageOf(first.call), 0, 'KILL02')
    await place(pageOf(first.call), chosen)
    const before = his.calls('bookBill')
    await addFault(his, { interface: 'bookBill', slowMs: 300 })
    await center.payer(chosen.bill.medOrgOrd)
    await until('the HIS is asked', () => his.calls('bookBill') > before)
    await first.kill()
    await until('the HIS has booked', () => billAt(his, chosen).bookings === 1)
    const second = await startAgent()
    const view = await untilView(pageOf(second.call), chosen, 'booked', ({ booking }) => booking === 'booked')
    const { bookings, receiptNo } = billAt(his, chosen)
    assert.deepEqual([bookings, receiptNo], [1, view.receiptNo])
    await second.kill()
  })

  it('between the lock and the upload, unlocks after its restart', async () => {
    const first = await startAgent()
    const chosen = await choose(pageOf(first.call), 0, 'KILL03')
    const before = his.calls('lockBill')
    await addFault(his, { interface: 'lockBill', slowMs: 300 })
    void start(pageOf(first.call), chosen).catch(() => undefined)
    await until('the HIS is asked', () => his.calls('lockBill') > before)
    await first.kill()
    await until('the HIS has locked it', () => billAt(his, chosen).state === 'locked')
    const second = await startAgent()
    await until('the bill is free', () => billAt(his, chosen).state === 'unpaid')
    await second.kill()
  })

  it('while an abandoned order is revoked, unlocks after its restart', async () => {
    const first = await startAgent()
    const chosen = await startOrder(pageOf(first.call), 0, 'KILL04')
    const { medOrgOrd } = chosen.bill
    await center.script(medOrgOrd, { interface: '6401', slow: { delayMs: 2_000 } })
    const sent = center.ledger().requests['6401']
    void pageOf(first.call)('POST', `/v1/kiosk/orders/${medOrgOrd}/abandon`, {}).catch(() => undefined)
    await center.untilRequests('6401', sent + 1)
    await first.kill()
    const second = await startAgent()
    await untilView(pageOf(second.call), chosen, 'released', ({ booking }) => booking === 'released')
    assert.equal(billAt(his, chosen).state, 'unpaid')
    await second.kill()
  })
})

describe('a machine that changed its institution', () => {
  it('does not start with the orders of the old one, whose bills the HIS may have given to others', async () => {
    const his = await startKioskHis()
    const optionsOf = (own: string, tokenName: string): TestAgentOptions => ({
      orgCodg: own,
      kiosk: { hisUrl: his.url, change: { tokenName } },
    })
    const agent = await startTestAgent(optionsOf(otherOrgCodg, 'other-hospital'))
    try {
      const old: Page = (method, path, body) => agent.call(method, path, body, 'other-hospital')
      // The center knows the channel's own institution alone.
      assert.equal((await start(old, await choose(old, 0, 'MOVED01'))).code, 'CENTER_DECLINED')
      await agent.stop()
      await assert.rejects(agent.start(optionsOf(orgCodg, 'terminal')), { code: 'DATA_FOLDER_OTHER_INSTITUTION' })
    } finally {
      await agent.close()
      await his.close()
    }
  })
})

describe('a HIS that is away', () => {
  it('shows no bills, and says so', async () => {
    const kiosk = await startKiosk()
    const page = pageOf(kiosk.agent.call)
    try {
      const chosen = await choose(page, 0, 'AWAY01')
      await kiosk.his.close()
      const { decodeOperationId } = chosen
      const answer = await page('POST', '/v1/kiosk/bills', { decodeOperationId })
      assert.deepEqual([answer.status, answer.code], [503, 'HIS_UNREACHABLE'])
      assert.equal((await start(page, chosen)).code, 'HIS_UNREACHABLE')
    } finally {
      await kiosk.agent.close()
    }
  })

  it('while the patient pays, leaves the settlement to a person', async () => {
    const kiosk = await startKiosk()
    const page = pageOf(kiosk.agent.call)
    try {
      const chosen = await startOrder(page, 0, 'AWAY02')
      await place(page, chosen)
      await kiosk.his.close()
      await kiosk.agent.center.payer(chosen.bill.medOrgOrd)
      const view = await untilView(page, chosen, 'failed', ({ booking }) => booking === 'failed')
      assert.equal(view.paid, true)
    } finally {
      await kiosk.agent.close()
    }
  })

  it('while the patient gives up, does not keep the order from being revoked', async () => {
    const kiosk = await startKiosk()
    const page = pageOf(kiosk.agent.call)
    try {
      const chosen = await startOrder(page, 0, 'AWAY03')
      await kiosk.his.close()
      const answer = await page('POST', `/v1/kiosk/orders/${chosen.bill.medOrgOrd}/abandon`, {})
      assert.equal(viewOf(answer).state, 'revoked')
    } finally {
      await kiosk.agent.close()
    }
  })

  it('answers too late, and the page is told in time', async () => {
    const kiosk = await startKiosk({}, 1_500)
    const page = pageOf(kiosk.agent.call)
    try {
      const chosen = await choose(page, 0, 'LATE01')
      const slowMs = 8_000
      await addFault(kiosk.his, { interface: 'lockBill', slowMs })
      const startedMs = performance.now()
      assert.equal((await start(page, chosen)).code, 'HIS_UNREACHABLE')
      assert.ok(performance.now() - startedMs < slowMs, 'it waited for the HIS')
      const again = await start(page, chosen)
      assert.ok(['BILL_UNAVAILABLE', '0'].includes(again.code), again.code)
    } finally {
      await kiosk.close()
    }
  })

  it('redirects or refuses the token, and nothing of it is believed', async () => {
    const kiosk = await startKiosk()
    const page = pageOf(kiosk.agent.call)
    try {
      const chosen = await choose(page, 0, 'ODD01')
      for (const status of [302, 401, 500] as const) {
        await addFault(kiosk.his, { interface: 'listBills', status })
        assert.equal((await start(page, chosen)).code, 'HIS_UNREACHABLE', String(status))
      }
    } finally {
      await kiosk.close()
    }
  })
})
