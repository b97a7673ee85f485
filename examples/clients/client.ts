// 收费一次, 再全额退费。Node.js 24 直接运行, 不需要别的包; 浏览器里的写法相同 (来源须在配置 api.origins 登记)。
//   TOKEN=令牌 node client.ts 单号 [医保码]
// 单号 (medOrgOrd) 由 HIS 给出。中途断电、没有应答: 用同一单号再运行一次, 从断的地方接着做, 不会重复收费或退费。
// AGENT: 助手的地址; PAY_AUTH_NO: 患者手机授权得到的 payAuthNo, 不给就询问; PAUSE_S: 两次查询之间的秒数。
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'

const { AGENT = 'http://127.0.0.1:17600', TOKEN = '', PAY_AUTH_NO, PAUSE_S = '2' } = process.env
const pauseMs = Number(PAUSE_S) * 1_000

type Legs = { feeSumamt: string; fundPay: string; psnAcctPay: string; ownPayAmt: string }
type Data = {
  readonly operationId: string
  readonly payOrdId: string
  readonly state: string
  readonly next: string
  readonly paid: boolean
  readonly legs: Legs | null
  readonly faults?: readonly string[]
}
type Answer = { readonly code: string; readonly message: string; readonly data: Data }

/** 结果还没定: 不是失败, 按 operationId 等。 */
const open = new Set(['OUTCOME_UNKNOWN', 'OPERATION_RUNNING', 'OPERATION_QUEUED'])
/** 这次没问到, 以后再问。 */
const later = new Set(['CENTER_UNREACHABLE', 'CENTER_UNCLEAR', 'RATE_LIMITED'])

const stop = (why: string): never => {
  console.error(`停止: ${why}`)
  process.exit(1)
}

/** 一次交易。没有应答时抛错: 那时结果不明。 */
const post = async (code: string, fields: object): Promise<Answer> => {
  const reply = await fetch(`${AGENT}/call/${code}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
    signal: AbortSignal.timeout(40_000),
  })
  return (await reply.json()) as Answer
}

/** 没有应答就原样再问 (同一单号、同一内容, 助手只办一次); 结果未定就等。 */
const call = async (code: string, fields: object, tries = 3): Promise<Answer> => {
  for (let attempt = 1; ; attempt++) {
    try {
      let answer = await post(code, fields)
      for (let asked = 0; open.has(answer.code) && asked < 15; asked++) {
        answer = await post('operation', { operationId: answer.data.operationId, wait: 20 })
      }
      // NOT_DONE: 查询没有看到, 原样再来。
      if (answer.code !== 'NOT_DONE' || attempt >= tries) return answer
    } catch (error) {
      if (attempt >= tries) return stop(`助手没有应答, 结果不明: 用同一单号再运行一次 (${String(error)})`)
      await pause(pauseMs)
    }
  }
}

const required = ({ code, message, data }: Answer): Data =>
  code === '0' ? data : stop([`[${code}] ${message}`, ...(data.faults ?? [])].join('\n  '))

const upload = async (medOrgOrd: string, voucher: string): Promise<void> => {
  const who = { operatorId: 'OP01', operatorName: '收费员', officeId: 'D01', officeName: '收费处' }
  // 扫码没有单号, 没有应答时不重复: 请患者重新出示医保码。
  const decoded = required(await call('6101', { code: voucher, businessType: '01301', ...who }, 1))
  const bill = readFileSync(join(import.meta.dirname, 'bill-template.json'), 'utf8')
    .replaceAll('{{medOrgOrd}}', medOrgOrd)
    .replaceAll('{{decodeOperationId}}', decoded.operationId)
  const { payOrdId } = required(await call('6201', JSON.parse(bill) as object))
  console.log(`已上传, HIS 须保存 payOrdId ${payOrdId}`)
}

const askPayAuthNo = async (): Promise<string> => {
  if (PAY_AUTH_NO !== undefined) return PAY_AUTH_NO
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const payAuthNo = await terminal.question('患者手机授权的 payAuthNo: ')
  terminal.close()
  return payAuthNo
}

/** 按 next 一步步做, 直到记账。每一步都可以从头再来。 */
const charge = async (medOrgOrd: string, voucher: string): Promise<Data> => {
  for (let step = 0; step < 300; step++) {
    const order = await call('6301', { medOrgOrd })
    const next = order.code === 'ORDER_NOT_FOUND' ? 'upload' : later.has(order.code) ? 'wait' : required(order).next
    switch (next) {
      case 'upload':
        await upload(medOrgOrd, voucher)
        break
      case 'authorize':
        required(await call('authorization', { medOrgOrd, payAuthNo: await askPayAuthNo() }))
        break
      case 'place':
        required(await call('6202', { medOrgOrd, mdtrtId: 'MD0001' }))
        break
      case 'payCash':
      case 'wait':
        console.log(next === 'payCash' ? '请患者付自费部分' : '正在核实, 不要重收')
        await pause(pauseMs)
        break
      case 'book':
        // HIS 在这里记账、保存流水号; 记账失败就回报 false 和原因。
        required(await call('booking', { medOrgOrd, success: true }))
        break
      case 'none':
        return order.data
      default:
        return stop(`${next}: 需要人工, 见 docs/what-to-do-when.zh-CN.md`)
    }
  }
  return stop('等了太久: 用同一单号再运行一次')
}

/** 退费号先保存再退; 同一退费号只退一次。 */
const refund = async (medOrgOrd: string, { feeSumamt, fundPay, psnAcctPay, ownPayAmt }: Legs): Promise<Data> => {
  const amounts = { totlRefdAmt: feeSumamt, fundRefdAmt: fundPay, psnAcctRefdAmt: psnAcctPay, cashRefdAmt: ownPayAmt }
  return required(await call('6203', { medOrgOrd, appRefdSn: `R${medOrgOrd}`, refdType: 'ALL', ...amounts }))
}

const [, , medOrgOrd = '', voucher = '28010001'] = process.argv
const { paid, legs } = await charge(medOrgOrd, voucher)
if (legs === null) throw new Error('没有金额')
if (paid) console.log(`已收费 ${legs.feeSumamt} 元, 自费 ${legs.ownPayAmt} 元`)
console.log(`退费后: ${(await refund(medOrgOrd, legs)).state}`)
