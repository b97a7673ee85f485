// The list of orders as a file, over a real agent: what a spreadsheet opens, in both character sets, and nothing of a patient.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { newNumber, pay, upload } from '../../support/cashier-job.ts'
import { startTestAgent } from '../../support/agents/test-agent.ts'
import { lastingDay } from '../events/lasting-day.ts'

it('orders of a time become a CSV file, GBK unless asked otherwise', async (t) => {
  const agent = await startTestAgent()
  t.after(agent.close)
  const today = await lastingDay()
  const userName = '测试导出者'
  const uploaded = await upload(agent, newNumber(), { userName, operator: '=OP01' })
  const paid = await pay(agent)
  const ask = async (body: object): Promise<Response> =>
    fetch(`${agent.url}/v1/orders/export`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-of-reader', 'content-type': 'application/json' },
      body: JSON.stringify({ from: today, to: today, ...body }),
    })
  for (const charset of ['gbk', 'utf-8'] as const) {
    const reply = await ask(charset === 'gbk' ? {} : { charset })
    assert.equal(reply.headers.get('content-type'), `text/csv; charset=${charset}`)
    assert.match(reply.headers.get('content-disposition') ?? '', /mip-orders-\d{14}[.]csv/)
    const text = new TextDecoder(charset).decode(await reply.arrayBuffer())
    const [head, ...rows] = text.trimEnd().split('\r\n')
    assert.match(head ?? '', /^上传时间,医院订单号/)
    assert.deepEqual(
      rows.map((row) => row.split(',')[1]),
      [paid, uploaded],
    )
    assert.match(rows[0] ?? '', /,支付下单,paid,6,是,100[.]00,60[.]00,20[.]00,20[.]00/)
    assert.match(rows[1] ?? '', /"'=OP01"/, 'no formula of a caller runs')
    assert.ok(!text.includes(userName))
  }
  const narrowed = await (await ask({ states: ['uploaded'], charset: 'utf-8' })).text()
  assert.ok(narrowed.includes(uploaded) && !narrowed.includes(paid))
  assert.equal(((await (await ask({ from: '昨天' })).json()) as { code: string }).code, 'INVALID_FIELDS')
})
