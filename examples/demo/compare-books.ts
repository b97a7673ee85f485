// Owns the comparison at the end: what the agent's journal says of each order against what really happened at the center.
import type { AgentProcess } from '../../test/fixtures/agent-process.ts'
import type { Timeline } from './timeline.ts'

type CenterOrder = {
  readonly medOrgOrd: string
  readonly payOrdId: string
  readonly ordStas: string
  readonly collectedFen: number
  readonly refundedFen: number
  readonly legsYuan?: Readonly<Record<string, string>>
}

const legNames = ['feeSumamt', 'fundPay', 'psnAcctPay', 'ownPayAmt'] as const
const yuan = (fen: number): string => (fen / 100).toFixed(2)

/** Prints both sides order by order and returns the differences, empty when they agree. */
export const compareBooks = async (agent: AgentProcess, timeline: Timeline): Promise<string[]> => {
  const ledger = (await agent.center('GET', 'ledger')) as { orders: CenterOrder[]; requests: Record<string, number> }
  const differences: string[] = []
  const rows: string[][] = [
    ['订单', '账本 ordStas', '中心 ordStas', '总额', '基金', '个账', '现金', '中心实收', '中心已退', '一致'],
  ]
  for (const order of ledger.orders) {
    const { data } = await agent.call('GET', `/v1/orders/${order.medOrgOrd}`)
    const legs = (data['legs'] ?? {}) as Record<string, string>
    const wrong: string[] = legNames.filter(
      (name) => order.legsYuan !== undefined && legs[name] !== order.legsYuan[name],
    )
    if (data['ordStas'] !== order.ordStas) wrong.push('ordStas')
    if (data['payOrdId'] !== order.payOrdId) wrong.push('payOrdId')
    if (wrong.length > 0) differences.push(`${order.medOrgOrd} ${wrong.join(',')}`)
    const amounts = legNames.map((name) => legs[name] ?? '-')
    const real = [yuan(order.collectedFen), yuan(order.refundedFen)]
    rows.push([
      order.medOrgOrd,
      String(data['ordStas']),
      order.ordStas,
      ...amounts,
      ...real,
      wrong.length === 0 ? '是' : '否',
    ])
  }
  timeline.chapter('账本 (journal) 与中心 (ledger)')
  timeline.table(rows)
  const calls = Object.entries(ledger.requests).map(([code, count]) => `${code} x${count}`)
  timeline.table([['中心收到的请求:', calls.join(', ')]])
  if (ledger.orders.length === 0) differences.push('中心没有任何订单')
  return differences
}
