// What names fees of before the ones that count changes nothing of these, and is not lost either (RULES 6.6): notices by hand over real
// sockets, after a revocation and a new upload of the same number.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { deriveSm4Key, encryptText } from '../../src/main/center/envelope.ts'
import { act, bill, placement, readOrder, reasonsOf, upload, type Fields } from '../support/cashier-job.ts'
import { startTestAgent, testCallbacks, type TestAgent } from '../support/agents/test-agent.ts'

describe('a notice of fees that were revoked and uploaded anew (RULES 6.6)', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent({ callbacks: testCallbacks })
  })
  after(() => agent.close())

  const amounts = { feeSumamt: '100.00', ownPayAmt: '20.00', psnAcctPay: '20.00', fundPay: '60.00', othFeeAmt: '0.00' }

  const notify = async (payOrdId: unknown, more: Fields = {}): Promise<Fields> => {
    const body = JSON.stringify({ payOrdId, callType: '02', ordStas: '6', ...amounts, ...more })
    const reply = await fetch(`${agent.callbackUrl}/settlement`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return ((await reply.json()) as { data: Fields }).data
  }

  const redirect = async (payOrdId: unknown, more: Fields): Promise<void> => {
    const [mpcAppId = '', appSecret = ''] = [...testCallbacks.mpcAppSecrets][0] ?? []
    const data = JSON.stringify({ payOrdId, ...amounts, ...more })
    const query = new URLSearchParams({ mpcAppId, encData: encryptText(deriveSm4Key(mpcAppId, appSecret), data) })
    const url = agent.callbackUrl.replace(testCallbacks.pathSecret, testCallbacks.syncPathSecret)
    assert.equal((await fetch(`${url}/sync?${query.toString()}`)).status, 200)
  }

  /** The number, and the payOrdId of the fees that were revoked. */
  const uploadedAnew = async (): Promise<{ medOrgOrd: string; before: unknown }> => {
    const medOrgOrd = await upload(agent)
    const before = (await readOrder(agent, medOrgOrd)).data['payOrdId']
    assert.equal((await act(agent, medOrgOrd, 'revocation')).code, '0')
    await upload(agent, medOrgOrd)
    assert.notEqual((await readOrder(agent, medOrgOrd)).data['payOrdId'], before)
    return { medOrgOrd, before }
  }

  it('6302, and 6301 says that they are paid: a person is called, once, and the new fees are not placed before he decided', async () => {
    const { medOrgOrd, before } = await uploadedAnew()
    await agent.center.script(medOrgOrd, { payOrdId: before, interface: '6301', ordStas: '6', times: 10 })
    assert.deepEqual(await notify(before), { success: false, message: '该笔费用已撤销' })
    const { data } = await readOrder(agent, medOrgOrd)
    assert.deepEqual([data['ordStas'], data['next'], data['legs'], data['paid']], ['0', 'person', null, false])
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['earlier-upload-open'])
    assert.equal((await act(agent, medOrgOrd, 'placement', placement())).code, 'WRONG_STATE')
    const decision = { decision: 'handled', operator: '007', remark: '已退' }
    assert.equal((await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, decision)).code, '0')
    await notify(before)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
    assert.equal((await act(agent, medOrgOrd, 'placement', placement())).code, '0')
  })

  it('the fees that replace the new ones find the person still called', async () => {
    const { medOrgOrd, before } = await uploadedAnew()
    await agent.center.script(medOrgOrd, { payOrdId: before, interface: '6301', ordStas: '3' })
    await notify(before)
    await act(agent, medOrgOrd, 'revocation', { payOrdId: (await readOrder(agent, medOrgOrd)).data['payOrdId'] })
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['earlier-upload-open'])
  })

  it('6302 about which 6301 does not answer calls a person; one that 6301 says is revoked calls nobody', async () => {
    const gone = await uploadedAnew()
    await notify(gone.before)
    assert.deepEqual(await reasonsOf(agent, gone.medOrgOrd), [])
    const { medOrgOrd, before } = await uploadedAnew()
    await agent.center.script(medOrgOrd, { payOrdId: before, interface: '6301', lostReply: true, times: 10 })
    await notify(before)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['earlier-upload-open'])
  })

  it('6204 fills no amount of the new fees; one of these does, and a later one replaces it', async () => {
    const { medOrgOrd, before } = await uploadedAnew()
    const cash = async () => ((await readOrder(agent, medOrgOrd)).data['legs'] as Fields | null)?.['ownPayAmt']
    const url = await act(agent, medOrgOrd, 'cashier-url', { payAuthNo: 'AUTH-NEW' })
    assert.equal(url.code, '0', url.message)
    await redirect(before, {})
    assert.equal(await cash(), undefined)
    const { payOrdId } = (await readOrder(agent, medOrgOrd)).data
    for (const own of ['30.00', '40.00']) {
      await redirect(payOrdId, { ownPayAmt: own, fundPay: '40.00', feeSumamt: '100.00' })
      assert.equal(await cash(), own)
    }
  })
})
