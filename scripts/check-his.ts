// Owns `npm run check:his`: the contract test that a HIS runs against its own kiosk endpoints (docs/kiosk.zh-CN.md). It locks and
// unlocks a bill of a test patient; it books only when asked to.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { faultText } from '../src/contract/check/check.ts'
import { inputCheckOf, type ExtraFields } from '../src/contract/extra-fields.ts'
import { billCheckOf, hisChecks, hisInterfaces, type HisBill, type HisInterface } from '../src/contract/his-bills.ts'
import { parseJsonText } from '../src/contract/check/json-text.ts'
import { makeHisOpenApi } from './docs/his-openapi.ts'
import { checkUploadRules, defaultUploadRules } from '../src/core/domain/money/upload-rules.ts'

export type HisUnderTest = {
  readonly baseUrl: string
  readonly token: string
  /** A patient of the HIS's test system with at least one unpaid bill that nobody has locked. */
  readonly patient: { readonly idType: string; readonly idNo: string; readonly psnName: string }
  /** True: the first bill is booked, for good. */
  readonly books: boolean
  /** What the province adds to 6201, as `orders.extraFields` of the agent that will ask (RULES 9.5). */
  readonly extraFields?: ExtraFields
}

/** One line of the report; `problem` is "" when it passed. */
export type HisFinding = { readonly what: string; readonly problem: string }

type Reply = { readonly status: number; readonly value: unknown; readonly elapsedMs: number }

const withinMs = 10_000
const slowMs = 3_000
const otherOrder = 'CHECKHIS-OTHER'

/** What the HIS never sees: the agent takes it from the decode. */
const invented = { ecToken: 'EC0000000000000000000000000000000001', orgCodg: 'H00000000001' }

const listBillFaults = (
  bill: HisBill,
  { psnName, ...patient }: HisUnderTest['patient'],
  extraFields: ExtraFields,
): string[] => {
  const { upload, amount } = bill
  const body = { ...structuredClone(upload), ...patient, ...invented, userName: psnName }
  const { value, faults } = inputCheckOf(extraFields, '6201')(body)
  if (faults.length > 0) return faults.map(faultText)
  const rules = checkUploadRules(value, defaultUploadRules).faults.map(faultText)
  const differs = Number(amount) === Number(value.medfeeSumamt) ? [] : ['amount 与 upload.medfeeSumamt 不等']
  return [...rules, ...differs]
}

/** Runs every check, in order; what depends on a failed one is left out. */
export const checkHis = async ({
  baseUrl,
  token,
  patient,
  books,
  extraFields = {},
}: HisUnderTest): Promise<readonly HisFinding[]> => {
  const findings: HisFinding[] = []
  const note = (what: string, problem: string): boolean => {
    findings.push({ what, problem })
    return problem === ''
  }

  const ask = async (name: HisInterface, body: object, billId = '', bearer = token): Promise<Reply> => {
    const startedMs = performance.now()
    const reply = await fetch(`${baseUrl}${hisInterfaces[name].path.replace('{billId}', billId)}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(withinMs),
    })
    const text = await reply.text()
    const elapsedMs = performance.now() - startedMs
    try {
      return { status: reply.status, value: parseJsonText(text), elapsedMs }
    } catch {
      return { status: reply.status, value: undefined, elapsedMs }
    }
  }

  const problemOf = (reply: Reply, name: 'listBills' | 'lockBill' | 'bookBill' | 'unlockBill'): string => {
    if (reply.status !== 200) return `HTTP ${reply.status}, 应为 200`
    if (reply.elapsedMs > slowMs) return `用时 ${Math.round(reply.elapsedMs)} ms, 应在 ${slowMs} ms 内`
    return hisChecks[name](reply.value).faults.map(faultText).join('; ')
  }
  const refusalProblem = ({ status, value }: Reply, wanted: readonly number[], code?: string): string => {
    if (!wanted.includes(status)) return `HTTP ${status}, 应为 ${wanted.join(' 或 ')}`
    const { value: refusal, faults } = hisChecks.refusal(value)
    if (faults.length > 0) return faults.map(faultText).join('; ')
    return code === undefined || refusal.code === code ? '' : `code 为 ${refusal.code}, 应为 ${code}`
  }
  const list = async (): Promise<readonly HisBill[]> => {
    const { value } = await ask('listBills', patient)
    return hisChecks.listBills(value).value.bills as HisBill[]
  }
  const lockedByOf = async (billId: string): Promise<string> =>
    (await list()).find((bill) => bill.billId === billId)?.lockedBy ?? ''

  const checkList = async (): Promise<HisBill | undefined> => {
    const wrong = await ask('listBills', patient, '', 'wrong-token')
    note('令牌不对时应答 401', wrong.status === 401 ? '' : `HTTP ${wrong.status}`)
    const reply = await ask('listBills', patient)
    if (!note('列出测试患者的待缴费账单', problemOf(reply, 'listBills'))) return undefined
    const bills = hisChecks.listBills(reply.value).value.bills
    if (!note('至少有一张账单', bills.length > 0 ? '' : '没有账单; 请在测试库中为该患者准备')) return undefined
    for (const [index, bill] of bills.entries()) {
      const shape = billCheckOf(extraFields)(bill)
      const problems =
        shape.faults.length > 0 ? shape.faults.map(faultText) : listBillFaults(shape.value, patient, extraFields)
      if (!note(`第 ${index + 1} 张账单的 6201 报文完整`, problems.slice(0, 5).join('; '))) return undefined
    }
    const read = bills as readonly HisBill[]
    const numbers = new Set(read.map(({ upload }) => upload.medOrgOrd))
    note('各账单的 medOrgOrd 互不相同', numbers.size === read.length ? '' : '有重复')
    const again = await list()
    const isStable = read.every(({ billId, upload }) =>
      again.some((bill) => bill.billId === billId && bill.upload.medOrgOrd === upload.medOrgOrd),
    )
    note('再次列出时 medOrgOrd 不变', isStable ? '' : '有变化')
    const free = read.find(({ lockedBy = '' }) => lockedBy === '')
    note('至少有一张账单未被锁定', free === undefined ? '全部被锁定' : '')
    return free
  }

  const checkLock = async ({ billId, upload }: HisBill): Promise<boolean> => {
    const { medOrgOrd = '' } = upload
    note(
      '没有的账单不能锁定',
      refusalProblem(await ask('lockBill', { medOrgOrd }, 'NOSUCHBILL0'), [404], 'BILL_NOT_FOUND'),
    )
    if (!note('锁定账单', problemOf(await ask('lockBill', { medOrgOrd }, billId), 'lockBill'))) return false
    note('同一订单重复锁定, 应答相同', problemOf(await ask('lockBill', { medOrgOrd }, billId), 'lockBill'))
    const other = await ask('lockBill', { medOrgOrd: otherOrder }, billId)
    note('另一订单不能锁定', refusalProblem(other, [409], 'BILL_LOCKED'))
    note('账单列出时写明锁定者', (await lockedByOf(billId)) === medOrgOrd ? '' : 'lockedBy 不是锁定它的 medOrgOrd')
    const reason = 'revoked'
    const foreign = await ask('unlockBill', { medOrgOrd: otherOrder, reason }, billId)
    note('另一订单的解锁应答成功', problemOf(foreign, 'unlockBill'))
    note('另一订单的解锁不起作用', (await lockedByOf(billId)) === medOrgOrd ? '' : '账单被解锁了')
    note('解锁账单', problemOf(await ask('unlockBill', { medOrgOrd, reason }, billId), 'unlockBill'))
    note('重复解锁, 应答相同', problemOf(await ask('unlockBill', { medOrgOrd, reason }, billId), 'unlockBill'))
    return note('解锁后账单可再缴费', (await lockedByOf(billId)) === '' ? '' : '仍被锁定')
  }

  const checkBooking = async ({ billId, amount, upload }: HisBill): Promise<void> => {
    const { medOrgOrd = '' } = upload
    const numbers = { hiDocSn: 'CHECKHIS01', hiRgstSn: '', traceTime: '20260101120000' }
    const zero = { fundPay: '0.00', psnAcctPay: '0.00', othFeeAmt: '0.00' }
    const settled = { medOrgOrd, payOrdId: 'CHECKHIS-PAY1', feeSumamt: amount, ownPayAmt: amount, ...zero, ...numbers }
    await ask('lockBill', { medOrgOrd }, billId)
    const wrong = await ask('bookBill', { ...settled, feeSumamt: '0.01' }, billId)
    note('金额不符不能记账', refusalProblem(wrong, [409, 422], 'BILL_MISMATCH'))
    const first = await ask('bookBill', settled, billId)
    if (!note('记账', problemOf(first, 'bookBill'))) return
    const again = await ask('bookBill', settled, billId)
    const receipts = [first, again].map(({ value }) => hisChecks.bookBill(value).value.receiptNo)
    note('重复记账, 收据号相同', problemOf(again, 'bookBill') || (receipts[0] === receipts[1] ? '' : '收据号不同'))
    const second = await ask('bookBill', { ...settled, payOrdId: 'CHECKHIS-PAY2' }, billId)
    note('另一支付订单不能再记账', refusalProblem(second, [409], 'BILL_PAID'))
    const locked = await ask('lockBill', { medOrgOrd: otherOrder }, billId)
    note('已记账的账单不能锁定', refusalProblem(locked, [409], 'BILL_PAID'))
    const gone = !(await list()).some((bill) => bill.billId === billId)
    note('已记账的账单不再列出', gone ? '' : '仍在列')
  }

  try {
    const bill = await checkList()
    if (bill !== undefined && (await checkLock(bill)) && books) await checkBooking(bill)
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: string } }
    note('HIS 可以连接', `${name} ${cause?.code ?? ''}`.trim())
  }
  return findings
}

const usage = `用法 (usage): npm run check:his -- --base-url URL --token-file FILE [--patient-file FILE] [--extra-fields FILE] [--book]
      npm run check:his -- --extra-fields FILE --openapi
  --patient-file  测试患者 {"idType", "idNo", "psnName"}, 默认沙箱的测试甲   a test patient, JSON
  --extra-fields  地方增加的字段, 同 orders.extraFields, 如 {"6201": {"xxxFlag": 3}}   fields of the province, JSON
  --openapi       只打印含这些字段的接口文档 (OpenAPI)                        only prints the document with them
  --book          并检查记账: 第一张未锁定的账单会真的记账                    also books a bill, for good
  自签证书: 环境变量 NODE_EXTRA_CA_CERTS 指向 CA 文件                          for a certificate of your own
`
const sandboxPatient = { idType: '01', idNo: '110101199003070000', psnName: '测试甲' }

const readFlags = () => {
  const text = { type: 'string' } as const
  const book = { type: 'boolean', default: false } as const
  return parseArgs({
    options: { 'base-url': text, 'token-file': text, 'patient-file': text, 'extra-fields': text, openapi: book, book },
  }).values
}

const run = async (): Promise<number> => {
  const flags = readFlags()
  const { 'base-url': baseUrl, 'token-file': tokenFile, 'patient-file': patientFile, book } = flags
  const extraFile = flags['extra-fields']
  const extraFields = extraFile === undefined ? {} : (JSON.parse(readFileSync(extraFile, 'utf8')) as ExtraFields)
  if (flags.openapi) {
    process.stdout.write(makeHisOpenApi(extraFields))
    return 0
  }
  if (baseUrl === undefined || tokenFile === undefined) {
    process.stderr.write(usage)
    return 2
  }
  const token = readFileSync(tokenFile, 'utf8').trim()
  const patient =
    patientFile === undefined
      ? sandboxPatient
      : (JSON.parse(readFileSync(patientFile, 'utf8')) as HisUnderTest['patient'])
  const findings = await checkHis({ baseUrl: baseUrl.replace(/\/$/, ''), token, patient, books: book, extraFields })
  for (const { what, problem } of findings) {
    process.stdout.write(problem === '' ? `[通过] ${what}\n` : `[不符] ${what}: ${problem}\n`)
  }
  if (!book) process.stdout.write('[未检] 记账: 加 --book 检查, 会真的记一笔账\n')
  const failed = findings.filter(({ problem }) => problem !== '').length
  process.stdout.write(
    failed === 0 ? `全部通过, 共 ${findings.length} 项\n` : `${failed} 项不符, 共 ${findings.length} 项\n`,
  )
  return failed === 0 ? 0 : 1
}

if (import.meta.main) process.exitCode = await run()
