// What a kiosk's page does, step by step, against an agent with a simulated center and the HIS stub beside it.
import assert from 'node:assert/strict'
import type { Answer } from '../fixtures/agent-process.ts'
import type { KioskBill, KioskBillsView, KioskOrderView } from '../../src/contract/local-api/kiosk.ts'
import type { HisFault } from '../../src/sandbox/his/his-faults.ts'
import { startSandboxHis, type SandboxHis } from '../../src/sandbox/his/his-server.ts'
import type { BillPicture } from '../../src/sandbox/his/bill-ledger.ts'
import {
  hisToken,
  startTestAgent,
  type Call,
  type TestAgent,
  type TestAgentOptions,
} from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

export type Kiosk = {
  readonly agent: TestAgent
  readonly his: SandboxHis
  readonly close: () => Promise<void>
}

export const startKioskHis = (port = 0): Promise<SandboxHis> => startSandboxHis({ token: hisToken, port })

export const startKiosk = async (options: TestAgentOptions = {}, timeoutMs = 2_000): Promise<Kiosk> => {
  const his = await startKioskHis()
  const agent = await startTestAgent({ kiosk: { hisUrl: his.url, timeoutMs }, ...options })
  return {
    agent,
    his,
    close: async () => {
      await agent.close()
      await his.close()
    },
  }
}

/** The page's calls: always with the kiosk's own token. */
export const pageOf =
  (call: Call) =>
  (method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> =>
    call(method, path, body, 'terminal')
export type Page = ReturnType<typeof pageOf>

export const addFault = async ({ url }: SandboxHis, fault: HisFault): Promise<void> => {
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${url}/_his/faults`, { method: 'POST', headers, body: JSON.stringify(fault) })
  assert.equal(reply.status, 200)
}

/** Decodes a code; each is another patient. */
export const decode = async (page: Page, code = '28000001'): Promise<string> => {
  const answer = await page('POST', '/v1/vouchers/decode', { code })
  assert.equal(answer.code, '0', answer.message)
  return String(answer.data['operationId'])
}

export const listBills = async (page: Page, decodeOperationId: string): Promise<readonly KioskBill[]> => {
  const answer = await page('POST', '/v1/kiosk/bills', { decodeOperationId })
  assert.equal(answer.code, '0', answer.message)
  return (answer.data as unknown as KioskBillsView).bills
}

export const viewOf = ({ data }: Answer): KioskOrderView => data as unknown as KioskOrderView

export type Chosen = { readonly decodeOperationId: string; readonly bill: KioskBill }

/** Decodes and takes a bill: 0 a prescription with cash, 1 with 40 lines, 2 without cash. */
export const choose = async (page: Page, index = 0, code?: string): Promise<Chosen> => {
  const decodeOperationId = await decode(page, code)
  const bill = (await listBills(page, decodeOperationId))[index]
  assert.ok(bill)
  return { decodeOperationId, bill }
}

export const start = (page: Page, { decodeOperationId, bill }: Chosen): Promise<Answer> =>
  page('POST', '/v1/kiosk/orders', { decodeOperationId, billId: bill.billId })

/** From the code to the order at the center; gives its number. */
export const startOrder = async (page: Page, index = 0, code?: string): Promise<Chosen> => {
  const chosen = await choose(page, index, code)
  const answer = await start(page, chosen)
  assert.equal(answer.code, '0', answer.message)
  return chosen
}

export const place = async (page: Page, { bill: { medOrgOrd } }: Chosen): Promise<Answer> => {
  // Which upload is meant: the bill may have been uploaded and taken back before.
  const payOrdId = viewOf(await page('GET', `/v1/kiosk/orders/${medOrgOrd}`)).payOrdId.trim()
  const given = { payAuthNo: 'AUTH0001', payOrdId }
  const authorization = await page('POST', `/v1/orders/${medOrgOrd}/authorization`, given)
  assert.equal(authorization.code, '0', authorization.message)
  const answer = await page('POST', `/v1/orders/${medOrgOrd}/placement`, { payOrdId })
  assert.equal(answer.code, '0', answer.message)
  return answer
}

/** Polls the kiosk's own view. */
export const untilView = (
  page: Page,
  { bill: { medOrgOrd } }: Chosen,
  what: string,
  wanted: (view: KioskOrderView) => boolean,
): Promise<KioskOrderView> =>
  until(`${medOrgOrd} ${what}`, async () => {
    const view = viewOf(await page('GET', `/v1/kiosk/orders/${medOrgOrd}`))
    return wanted(view) && view
  })

/** The bill as the HIS has it. */
export const billAt = (his: SandboxHis, { bill }: Chosen): BillPicture => {
  const found = his.bills().find(({ billId }) => billId === bill.billId)
  assert.ok(found)
  return found
}
