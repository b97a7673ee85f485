// What a cashier does, step by step, as a HIS would call it: a bill under a new number, uploaded, placed, paid, refunded.
// It asserts nothing but that the way to the step a test is about went well.
import assert from 'node:assert/strict'
import type { Answer } from '../fixtures/agent-process.ts'
import { inventBill, inventedPatient } from '../fixtures/invented-bill.ts'
import type { TestAgent } from './agents/test-agent.ts'
import { until } from './agents/test-center.ts'

export type Fields = Record<string, unknown>

let lastNumber = 0

/** A medOrgOrd nobody used. `why` makes a failure readable. */
export const newNumber = (why = 'T'): string => `${why}${String(++lastNumber).padStart(4, '0')}`

/** A complete 6201 body of 100.00 yuan in two lines, for the invented patient. */
export const bill = (medOrgOrd: string, change: Fields = {}): Fields => ({
  ...inventBill({ medOrgOrd, lines: 2, lineFen: 5_000 }),
  ...inventedPatient,
  ...change,
})

/** A body of 6202 that needs nothing from the order. */
export const placement = (change: Fields = {}): Fields => ({ payAuthNo: 'AUTH0001', mdtrtId: 'MD0001', ...change })

/** The answer without what differs from call to call. */
export const recorded = ({ requestId: _requestId, ...answer }: Answer): Omit<Answer, 'requestId'> => answer

export const legsOf = ({ data }: Answer): Fields | null => data['legs'] as Fields | null

/** How a bill of 100.00 is split in each of the money types of RULES 4.9. */
export const splits = {
  insurance: { fundPay: '80.00', psnAcctPay: '20.00', ownPayAmt: '0.00' },
  mixed: { fundPay: '60.00', psnAcctPay: '20.00', ownPayAmt: '20.00' },
  zeroInsurance: { fundPay: '0.00', psnAcctPay: '0.00', ownPayAmt: '100.00' },
} as const
export type MoneyType = keyof typeof splits

/** Uploads a bill; gives its medOrgOrd. */
export const upload = async ({ call }: TestAgent, medOrgOrd = newNumber(), change: Fields = {}): Promise<string> => {
  const answer = await call('POST', '/v1/orders', bill(medOrgOrd, change))
  assert.equal(answer.code, '0', answer.message)
  return medOrgOrd
}

/** Uploads and places by 6202, with the split asked for; gives the medOrgOrd. */
export const place = async (agent: TestAgent, split: MoneyType, medOrgOrd = newNumber()): Promise<string> => {
  await upload(agent, medOrgOrd)
  await agent.center.script(medOrgOrd, { split })
  const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
  assert.equal(answer.code, '0', answer.message)
  return medOrgOrd
}

/** Asks 6301 through the agent and gives the record. */
export const refresh = ({ call }: TestAgent, medOrgOrd: string): Promise<Answer> =>
  call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)

export const readOrder = ({ call }: TestAgent, medOrgOrd: string): Promise<Answer> =>
  call('GET', `/v1/orders/${medOrgOrd}`)

/** Polls the record until it is as wanted; nothing is asked of the center by this. */
export const untilOrder = (
  agent: TestAgent,
  medOrgOrd: string,
  what: string,
  wanted: (data: Fields) => boolean,
): Promise<Answer> =>
  until(`${medOrgOrd} ${what}`, async () => {
    const answer = await readOrder(agent, medOrgOrd)
    return wanted(answer.data) && answer
  })

/** Everything up to paid; the payer pays whatever cash there is. */
export const pay = async (agent: TestAgent, split: MoneyType = 'mixed', medOrgOrd = newNumber()): Promise<string> => {
  await place(agent, split, medOrgOrd)
  if (split !== 'insurance') await agent.center.payer(medOrgOrd)
  await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
  return medOrgOrd
}

/** The whole settlement of a bill of `split` back, under a new number unless one is given. */
export const refundAll = (split: MoneyType = 'mixed', change: Fields = {}): Fields => {
  const { fundPay, psnAcctPay, ownPayAmt } = splits[split]
  return {
    appRefdSn: newNumber('RF'),
    refdType: 'ALL',
    totlRefdAmt: '100.00',
    fundRefdAmt: fundPay,
    psnAcctRefdAmt: psnAcctPay,
    cashRefdAmt: ownPayAmt,
    ...change,
  }
}

/** So much of the cash back. */
export const refundCash = (cashRefdAmt: string, change: Fields = {}): Fields => ({
  appRefdSn: newNumber('RF'),
  refdType: 'CASH',
  totlRefdAmt: '100.00',
  cashRefdAmt,
  ...change,
})

/** A call on an order. */
export const act = ({ call }: TestAgent, medOrgOrd: string, what: string, body: Fields = {}): Promise<Answer> =>
  call('POST', `/v1/orders/${medOrgOrd}/${what}`, body)

export const operationOf = ({ call }: TestAgent, answer: Answer): Promise<Answer> =>
  call('GET', `/v1/operations/${String(answer.data['operationId'])}`)

/** The order's line on the list that needs a person. */
export const attentionOf = async ({ call }: TestAgent, medOrgOrd: string): Promise<Fields | undefined> => {
  const { data } = await call('GET', '/v1/attention')
  return (data['orders'] as Fields[]).find((order) => order['medOrgOrd'] === medOrgOrd)
}

/** Why an order needs a person. */
export const reasonsOf = async (agent: TestAgent, medOrgOrd: string): Promise<unknown[]> =>
  (((await attentionOf(agent, medOrgOrd))?.['reasons'] ?? []) as Fields[]).map(({ reason }) => reason)
