// Owns what the agent asks the HIS for a self-service kiosk: unpaid bills, lock, book, unlock, as schemas and addresses. Who
// asks is main/his/; docs/his-kiosk.openapi.json is made of these (docs/kiosk.zh-CN.md).
import Type, { type Static } from 'typebox'
import { createCheck, type Check } from './check/check.ts'
import { Decimal, EmptyableText, Flag, Open, OptionalText, Strict, Text } from './check/fields.ts'
import { withExtraFields, type ExtraFields } from './extra-fields.ts'
import { UploadFeesInput } from './interfaces/upload-fees.ts'

/** A bill's number stands in an address, so it is plain. */
const billIdPattern = '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$'
export const BillId = Type.String({ title: '账单号', pattern: billIdPattern })
export const isBillId = (text: string): boolean => new RegExp(billIdPattern).test(text)

/** The least that finds a patient: a child is often registered under a parent's id number, so the name belongs to it. */
export const BillsRequest = Strict({
  idType: Text('证件类别', 3),
  idNo: Text('证件号码', 30),
  psnName: Text('姓名', 40),
})
export type BillsRequest = Static<typeof BillsRequest>

const atMostBills = 50

export const HisBill = Open({
  billId: BillId,
  title: Text('账单名称', 60, { prose: true, note: '患者看得懂的名称, 如 门诊处方' }),
  department: EmptyableText('科室', 50, { prose: true }),
  amount: Decimal('金额', 16, 2, { note: '等于 upload.medfeeSumamt' }),
  lockedBy: OptionalText('锁定者', 40, { note: '已被某订单锁定时填其 medOrgOrd; 被窗口占用时填 window' }),
  upload: Type.Object(Type.Partial(UploadFeesInput).properties, {
    title: '6201 报文',
    description:
      '除患者信息 (idNo, userName, idType, ecToken, insuCode 由助手按解码结果填写) 外的完整 6201 入参; medOrgOrd 每次列出须相同',
    additionalProperties: false,
  }),
})
export type HisBill = Static<typeof HisBill>

const billsAnswer = <Bill extends typeof HisBill>(bill: Bill) =>
  Open({ bills: Type.Array(bill, { title: '待缴费账单', maxItems: atMostBills }) })
export const BillsAnswer = billsAnswer(HisBill)
export type BillsAnswer = Static<typeof BillsAnswer>

export const LockRequest = Strict({ medOrgOrd: Text('医疗机构订单号', 40) })
export type LockRequest = Static<typeof LockRequest>

export const UnlockRequest = Strict({
  medOrgOrd: Text('医疗机构订单号', 40, { note: '只解除该订单的锁' }),
  reason: Type.Enum(['revoked', 'failed', 'refunded', 'notUploaded'], {
    title: '原因',
    description:
      'revoked: 已撤销; failed: 结算失败, 现金已冲正; refunded: 已全额退费而未记账; notUploaded: 没有上传成功',
  }),
})
export type UnlockRequest = Static<typeof UnlockRequest>

const text = (name: string) => EmptyableText(name, 60)
const amount = (name: string) => Decimal(name, 16, 2)
export const BookRequest = Strict({
  medOrgOrd: Text('医疗机构订单号', 40),
  payOrdId: Text('支付订单号', 40),
  feeSumamt: amount('费用总额'),
  fundPay: amount('医保基金支付'),
  psnAcctPay: amount('个人账户支付'),
  ownPayAmt: amount('现金支付'),
  othFeeAmt: amount('其他抵扣金额'),
  hiDocSn: text('医保结算流水号'),
  hiRgstSn: text('医保挂号流水号'),
  traceTime: text('结算时间'),
})
export type BookRequest = Static<typeof BookRequest>

/** Answer of lock and unlock. */
export const BillAnswer = Open({ billId: BillId })
export type BillAnswer = Static<typeof BillAnswer>

export const BookAnswer = Open({
  billId: BillId,
  receiptNo: Type.String({ title: '收据号', description: '印在凭条上', pattern: '^[A-Za-z0-9_-]{1,40}$' }),
  repeated: Type.Optional(Flag('此前已记账')),
})
export type BookAnswer = Static<typeof BookAnswer>

/** A bill, with what this province adds to its upload (RULES 9.5). */
export const billOf = (extra: ExtraFields) => {
  const { upload, ...own } = HisBill.properties
  return Open({ ...own, upload: withExtraFields(upload, '6201', extra) })
}

/** The answer of `listBills` with such bills. */
export const billsAnswerOf = (extra: ExtraFields) => billsAnswer(billOf(extra))

/**
 * The check of a bill, whose upload takes the province's own fields as a caller's does (RULES 9.5). Its numbers become those of an
 * order, so they are held to the one form, too (RULES 2.1).
 */
export const billCheckOf = (extra: ExtraFields): Check<HisBill> =>
  createCheck<HisBill>(billOf(extra), { loose: true, oneForm: true })

/** Why the HIS refuses; with HTTP 404, 409 or 422. Any other status means that nobody knows what became of it. */
export const refusalCodes = {
  BILL_NOT_FOUND: '没有这张账单',
  BILL_LOCKED: '账单被另一订单或窗口占用',
  BILL_PAID: '账单已用其他方式缴费',
  BILL_NOT_PAYABLE: '账单不能自助缴费',
  BILL_MISMATCH: '金额与账单不符',
} as const
export type BillRefusalCode = keyof typeof refusalCodes
export const BillRefusal = Open({
  code: Type.Enum(Object.keys(refusalCodes) as [BillRefusalCode, ...BillRefusalCode[]], { title: '原因代码' }),
  message: EmptyableText('说明', 200, { note: '给收费员看, 不含患者信息' }),
})
export type BillRefusal = Static<typeof BillRefusal>

/** The four addresses below the HIS's base address, with what they take and answer. */
export const hisInterfaces = {
  listBills: { path: '/bills', summary: '患者的待缴费账单', request: BillsRequest, answer: BillsAnswer },
  lockBill: {
    path: '/bills/{billId}/lock',
    summary: '锁定账单, 直到记账或解锁; 同一订单重复锁定结果相同',
    request: LockRequest,
    answer: BillAnswer,
  },
  bookBill: {
    path: '/bills/{billId}/book',
    summary: '记账; 同一 medOrgOrd 和 payOrdId 重复记账结果相同',
    request: BookRequest,
    answer: BookAnswer,
  },
  unlockBill: {
    path: '/bills/{billId}/unlock',
    summary: '解锁; 未锁定或由别的订单锁定时也应答成功而不改变',
    request: UnlockRequest,
    answer: BillAnswer,
  },
} as const
export type HisInterface = keyof typeof hisInterfaces

export const hisChecks = {
  /** Each bill is checked by itself: a faulty one must not keep the patient from paying the others. */
  listBills: createCheck<{ bills: unknown[] }>(
    Open({ bills: Type.Array(Type.Unknown(), { title: '待缴费账单', maxItems: atMostBills }) }),
  ),
  lockBill: createCheck<BillAnswer>(BillAnswer, { loose: true }),
  bookBill: createCheck<BookAnswer>(BookAnswer, { loose: true }),
  unlockBill: createCheck<BillAnswer>(BillAnswer, { loose: true }),
  refusal: createCheck<BillRefusal>(BillRefusal, { loose: true }),
} as const
