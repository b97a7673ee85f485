// The contract test for a HIS, run against the sandbox's stub, and against a stub that breaks the contract.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { checkHis } from '../../scripts/check-his.ts'
import { freshFolder, hisToken } from '../support/agents/test-agent.ts'
import type { HisBill } from '../../src/contract/his-bills.ts'
import { inventBill } from '../fixtures/invented-bill.ts'
import { startStrangeHis } from '../support/strange-his.ts'
import { addFault, startKioskHis } from './kiosk-job.ts'

const run = promisify(execFile)
const patient = { idType: '01', idNo: '110101199003070000', psnName: '测试甲' }
const program = join(import.meta.dirname, '../../scripts/check-his.ts')

it('the sandbox HIS keeps the contract, booking included', async () => {
  const his = await startKioskHis()
  try {
    const findings = await checkHis({ baseUrl: his.url, token: hisToken, patient, books: true })
    assert.deepEqual(
      findings.filter(({ problem }) => problem !== ''),
      [],
    )
    assert.equal(findings.length, 25)
    assert.deepEqual(
      his.bills().map(({ bookings }) => bookings),
      [1, 0, 0],
    )
  } finally {
    await his.close()
  }
})

it('the command books nothing unless asked, and ends with 0', async () => {
  const his = await startKioskHis()
  const folder = freshFolder()
  try {
    writeFileSync(join(folder, 'token'), hisToken)
    const { stdout } = await run(process.execPath, [
      program,
      '--base-url',
      his.url,
      '--token-file',
      join(folder, 'token'),
    ])
    assert.match(stdout, /全部通过/)
    assert.match(stdout, /\[未检\] 记账/)
    assert.ok(his.bills().every(({ state }) => state === 'unpaid'))
    assert.ok(!stdout.includes(hisToken))
  } finally {
    await his.close()
    rmSync(folder, { recursive: true })
  }
})

it('a HIS that loses a lock is found', async () => {
  const his = await startKioskHis()
  try {
    await addFault(his, { interface: 'lockBill', times: 9, status: 500 })
    const findings = await checkHis({ baseUrl: his.url, token: hisToken, patient, books: false })
    const failed = findings.filter(({ problem }) => problem !== '').map(({ what }) => what)
    assert.deepEqual(failed, ['没有的账单不能锁定', '锁定账单'])
  } finally {
    await his.close()
  }
})

it('a HIS whose bills lack fields, or that is none, is found', async () => {
  const server = createServer((_request, response) => {
    response.end(
      JSON.stringify({ bills: [{ billId: 'B1', title: '门诊', department: '', amount: '1.00', upload: {} }] }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const under = { baseUrl, token: hisToken, patient, books: true }
  try {
    const findings = await checkHis(under)
    assert.match(findings.find(({ what }) => what.includes('6201'))?.problem ?? '', /medOrgOrd 医疗机构订单号: 必填/)
    assert.match(findings[0]?.problem ?? '', /HTTP 200/)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  const [away] = await checkHis(under)
  assert.deepEqual([away?.what, away?.problem.startsWith('TypeError')], ['HIS 可以连接', true])
})

it("bills with a province's own fields are whole where these are named, and the document for the HIS lists them", async () => {
  const extraFields = { '6201': { xxFlag: 3 }, '6201.feedetailList': { zzFlag: 3 } }
  const medOrgOrd = 'PROVINCE1'
  const whole = inventBill({ medOrgOrd, lines: 1, lineFen: 1_000 }) as unknown as {
    readonly medfeeSumamt: string
    readonly feedetailList: readonly object[]
  }
  const { ecToken: _e, idNo: _n, idType: _t, orgCodg: _o, userName: _u, ...own } = whole as Record<string, unknown>
  const feedetailList = whole.feedetailList.map((line) => ({ ...line, zzFlag: '2' }))
  const upload = { ...own, feedetailList, xxFlag: '1' } as unknown as HisBill['upload']
  const bill = { billId: medOrgOrd, title: '门诊处方', department: '', amount: whole.medfeeSumamt, upload }
  const his = await startStrangeHis(() => [bill], extraFields)
  const folder = freshFolder()
  try {
    const under = { baseUrl: his.url, token: hisToken, patient, books: false }
    const problemWith = async (more: object): Promise<string | undefined> =>
      (await checkHis({ ...under, ...more })).find(({ what }) => what.includes('6201'))?.problem
    assert.match((await problemWith({})) ?? '', /(xx|zz)Flag.*未知字段/)
    assert.equal(await problemWith({ extraFields }), '')
    const file = join(folder, 'extra.json')
    writeFileSync(file, JSON.stringify(extraFields))
    const { stdout } = await run(process.execPath, [program, '--extra-fields', file, '--openapi'])
    assert.match(stdout, /"xxFlag": \{[^}]*"maxLength": 3[^]*"zzFlag"|"zzFlag"[^]*"xxFlag": \{[^}]*"maxLength": 3/)
    assert.match(stdout, /除患者信息/)
  } finally {
    await his.close()
    rmSync(folder, { recursive: true })
  }
})
