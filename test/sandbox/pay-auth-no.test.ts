// payAuthNo: issued for one patient and a time, used up by one placement.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import { type Client, makeBankPlacing, makePlacing, patient, type Reply, startPair, upload } from './agent-client.ts'
import { assertRefused } from './assert-refused.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

describe('payAuthNo', () => {
  const place = async (payAuthNo: string): Promise<Reply> =>
    client.call('6202', makePlacing(await upload(client), { payAuthNo }))

  it('an issued number pays once', async () => {
    const payAuthNo = await client.authorize()
    assert.equal((await place(payAuthNo)).data['ordStas'], '2')
    assertRefused(await place(payAuthNo), /已使用/)
  })

  it('a number that was never issued is refused, one that begins with AUTH is taken every time', async () => {
    assertRefused(await place('PA0000'), /不存在/)
    assert.equal((await place('AUTH-ANY')).data['ordStas'], '2')
    assert.equal((await place('AUTH-ANY')).data['ordStas'], '2')
  })

  it('a number of another patient is refused', async () => {
    assertRefused(await place(await client.authorize({ ...patient, idNo: '110101199003079999' })), /同一用户/)
  })

  it('a number past its life is refused', async () => {
    assertRefused(await place(await client.authorize({ ...patient, lifeMs: 0 })), /已过期/)
  })

  it('a refused placement does not use the number up', async () => {
    const payAuthNo = await client.authorize()
    const order = await upload(client)
    assertRefused(await client.call('6202', makePlacing(order, { payAuthNo, feeType: '02' })), /费用类别/)
    assert.equal((await client.call('6202', makePlacing(order, { payAuthNo }))).data['ordStas'], '2')
  })

  it('6205 uses it up too', async () => {
    const payAuthNo = await client.authorize()
    assert.ok((await client.call('6205', makeBankPlacing(await upload(client), { payAuthNo }))).data['medBankPayUrl'])
    assertRefused(await client.call('6205', makeBankPlacing(await upload(client), { payAuthNo })), /已使用/)
  })
})
