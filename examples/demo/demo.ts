// Owns the demonstration: a cashier's job for the three money types, a refund, a revocation, a bank card, and a lost reply,
// played against a real agent program with its sandbox. Exits 0 only if the journal and the center's ledger agree.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundles } from '../../scripts/build/build.ts'
import { buildSimulatedLibrary, buildSimulatedScanner } from '../../scripts/build/build-native.ts'
import { startAgentProcess, type AgentProcess, type Answer } from '../../test/fixtures/agent-process.ts'
import { decodeFields, inventBill } from '../../test/fixtures/invented-bill.ts'
import { startSimulatedScanner, type SimulatedScanner } from './simulated-scanner.ts'
import { compareBooks } from './compare-books.ts'
import { createTimeline, type Timeline } from './timeline.ts'

type Desk = {
  readonly agent: AgentProcess
  readonly scanner: SimulatedScanner | undefined
  readonly timeline: Timeline
}

const settleWithinMs = 20_000
const pollMs = 100

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const expectCode = (answer: Answer, what: string, ...codes: readonly string[]): void => {
  if (!codes.includes(answer.code)) throw new Error(`${what}: ${answer.code} ${answer.message}`)
}

/** A patient's 医保码 comes over the serial line while the decode waits for it. */
const decode = async ({ agent, scanner, timeline }: Desk, code: string): Promise<string> => {
  const waiting = agent.call(
    'POST',
    '/v1/vouchers/decode',
    scanner === undefined ? { ...decodeFields, code } : decodeFields,
  )
  if (scanner !== undefined) {
    const beat = setInterval(() => {
      scanner.scan(code)
    }, pollMs)
    await waiting.finally(() => {
      clearInterval(beat)
    })
  }
  const answer = await waiting
  expectCode(answer, '解码', '0')
  timeline.say('6101', '扫码解码', `${text(answer.data['userName'])} (虚构患者)`, answer)
  return text(answer.data['operationId'])
}

const upload = async (desk: Desk, medOrgOrd: string, code: string, lines: number): Promise<string> => {
  const decodeOperationId = await decode(desk, code)
  const bill = inventBill({ medOrgOrd, lines, lineFen: 3_350 })
  const body = { ...bill, decodeOperationId }
  const answer = await desk.agent.call('POST', '/v1/orders', body)
  expectCode(answer, '上传', '0')
  desk.timeline.say('6201', '费用明细上传', `${lines} 行, 合计 ${text(bill['medfeeSumamt'])} 元`, answer)
  return text(answer.data['payOrdId'])
}

const place = async ({ agent, timeline }: Desk, medOrgOrd: string): Promise<Answer> => {
  const body = { payAuthNo: `AUTH${medOrgOrd}`, mdtrtId: 'MD0001' }
  const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, body)
  expectCode(answer, '下单', '0', 'OUTCOME_UNKNOWN')
  const placed = answer.data['paid'] === true ? '没有自费, 医保当场结清' : '已下单, 不等于已收款'
  timeline.say('6202', '支付下单', answer.status === 202 ? '应答丢失: 结果未知, 不重发, 由 6301 核实' : placed, answer)
  return answer
}

/** Reads the record until it is in one of the states; the agent does the asking (6301) by itself. */
const awaitState = async ({ agent }: Desk, medOrgOrd: string, ...states: readonly string[]): Promise<Answer> => {
  const untilMs = performance.now() + settleWithinMs
  for (;;) {
    const answer = await agent.call('GET', `/v1/orders/${medOrgOrd}`)
    if (states.includes(text(answer.data['state']))) return answer
    if (performance.now() > untilMs)
      throw new Error(`${medOrgOrd}: ${text(answer.data['state'])} after ${settleWithinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

const payCash = async ({ agent, timeline }: Desk, payOrdId: string, cash: string): Promise<void> => {
  await agent.center('POST', `orders/${payOrdId}/payer`, { action: 'pay' })
  timeline.say('患者', '在手机上支付自费', `${cash} 元`)
}

const awaitPaid = async (desk: Desk, medOrgOrd: string): Promise<Answer> => {
  const paid = await awaitState(desk, medOrgOrd, 'paid')
  desk.timeline.say('6301', '查询到结算完成', '只有 ordStas 6 才算已付', paid)
  return paid
}

const refundAll = async ({ agent, timeline }: Desk, medOrgOrd: string, paid: Answer): Promise<void> => {
  const legs = paid.data['legs'] as Record<string, string>
  const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, {
    appRefdSn: `R${medOrgOrd}`,
    refdType: 'ALL',
    totlRefdAmt: legs['feeSumamt'],
    fundRefdAmt: legs['fundPay'],
    psnAcctRefdAmt: legs['psnAcctPay'],
    cashRefdAmt: legs['ownPayAmt'],
  })
  expectCode(answer, '退费', '0')
  timeline.say('6203', '全部退费 (ALL)', '医保和现金原路退回', answer)
}

const script = async ({ agent }: Desk, medOrgOrd: string, behaviour: object): Promise<void> => {
  await agent.center('POST', 'scripts', { medOrgOrd, ...behaviour })
}

const play = async (desk: Desk): Promise<void> => {
  const { timeline, agent } = desk
  timeline.chapter('一、纯医保: 基金和个人账户付清, 没有自费')
  await script(desk, 'HIS0001', { split: 'insurance' })
  await upload(desk, 'HIS0001', '28010001', 3)
  const insured = await place(desk, 'HIS0001')
  if (insured.data['paid'] !== true) await awaitPaid(desk, 'HIS0001')

  timeline.chapter('二、混合支付, 然后全部退费')
  const mixed = await upload(desk, 'HIS0002', '28010002', 5)
  const placed = await place(desk, 'HIS0002')
  await payCash(desk, mixed, text((placed.data['legs'] as Record<string, unknown>)['ownPayAmt']))
  await refundAll(desk, 'HIS0002', await awaitPaid(desk, 'HIS0002'))

  timeline.chapter('三、0 元医保: 医保记账 0 元, 全部自费')
  await script(desk, 'HIS0003', { split: 'zeroInsurance' })
  const zero = await upload(desk, 'HIS0003', '28010003', 1)
  await place(desk, 'HIS0003')
  await payCash(desk, zero, '33.50')
  await awaitPaid(desk, 'HIS0003')

  timeline.chapter('四、6202 的应答在网络上丢失')
  await script(desk, 'HIS0004', { split: 'insurance', interface: '6202', lostReply: true })
  await upload(desk, 'HIS0004', '28010004', 2)
  const lost = await place(desk, 'HIS0004')
  await awaitPaid(desk, 'HIS0004')
  const settled = await agent.call('GET', `/v1/operations/${text(lost.data['operationId'])}`)
  expectCode(settled, '核实', '0')
  timeline.say('HIS', '再问同一操作', '得到最终结果', settled)

  timeline.chapter('五、银行卡支付 (6205)')
  const bank = await upload(desk, 'HIS0005', '28010005', 2)
  const bankAnswer = await agent.call('POST', '/v1/orders/HIS0005/bank-placement', { payAuthNo: 'AUTHHIS0005' })
  expectCode(bankAnswer, '银行卡下单', '0')
  timeline.say('6205', '银行卡支付下单', '得到支付地址 medBankPayUrl', bankAnswer)
  await payCash(desk, bank, '13.40')
  await awaitPaid(desk, 'HIS0005')

  timeline.chapter('六、开错单: 撤销上传')
  await upload(desk, 'HIS0006', '28010006', 2)
  const revoked = await agent.call('POST', '/v1/orders/HIS0006/revocation', {})
  expectCode(revoked, '撤销', '0')
  timeline.say('6401', '费用明细上传撤销', '未收任何费用', revoked)
}

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-agent-demo-'))
  buildSimulatedLibrary()
  await buildBundles()
  const build = buildSimulatedScanner()
  const scanner = build.built ? await startSimulatedScanner(build.path) : undefined
  let agent: AgentProcess | undefined
  try {
    const entry = join(import.meta.dirname, '../../dist/start.js')
    const port = scanner === undefined ? [] : ['--scanner', scanner.path]
    agent = await startAgentProcess([entry, '--sandbox', '--port', '0', '--data-dir', join(folder, 'data'), ...port])
    const timeline = createTimeline()
    timeline.open(agent, scanner?.path, build.built ? undefined : build.reason)
    await play({ agent, scanner, timeline })
    const differences = await compareBooks(agent, timeline)
    if (differences.length > 0) throw new Error(`账本与中心不一致: ${differences.join('; ')}`)
    timeline.close()
  } finally {
    await agent?.stop()
    scanner?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  await main()
} catch (error) {
  console.error(`演示失败 (demo failed): ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
