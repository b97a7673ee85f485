// Owns the one table of interfaces: code -> name, path, schemas, and which reply fields decide (RULES 3.3).
// A request and its path always come from the same row, so no interface is ever sent under another's code.
import type { TSchema } from 'typebox'
import { type Aliases, type Check, createCheck } from './check/check.ts'
import { DecodeVoucherInput, DecodeVoucherOutput } from './interfaces/decode-voucher.ts'
import { NotifySettlementInput, NotifySettlementOutput } from './interfaces/notify-settlement.ts'
import { PlaceBankOrderInput, PlaceBankOrderOutput } from './interfaces/place-bank-order.ts'
import { PlaceOrderInput, PlaceOrderOutput } from './interfaces/place-order.ts'
import { QueryOrderInput, QueryOrderOutput } from './interfaces/query-order.ts'
import { RefundOrderInput, RefundOrderOutput } from './interfaces/refund-order.ts'
import { RevokeUploadInput, RevokeUploadOutput } from './interfaces/revoke-upload.ts'
import { SyncOrderInput } from './interfaces/sync-order.ts'
import { UploadFeesInput, UploadFeesOutput } from './interfaces/upload-fees.ts'

/** What each outbound interface sends and gets. */
export type Exchanges = {
  '6201': { input: UploadFeesInput; output: UploadFeesOutput }
  '6202': { input: PlaceOrderInput; output: PlaceOrderOutput }
  '6203': { input: RefundOrderInput; output: RefundOrderOutput }
  '6205': { input: PlaceBankOrderInput; output: PlaceBankOrderOutput }
  '6301': { input: QueryOrderInput; output: QueryOrderOutput }
  '6401': { input: RevokeUploadInput; output: RevokeUploadOutput }
}
export type InterfaceCode = keyof Exchanges
export type InputOf<Code extends InterfaceCode> = Exchanges[Code]['input']
/** A verified reply: the fields of identity and outcome are there, every other may be missing (RULES 3.3). */
export type OutputOf<Code extends InterfaceCode> = Partial<Exchanges[Code]['output']>

export type InterfaceRow<Code extends InterfaceCode = InterfaceCode> = {
  readonly code: Code
  readonly name: string
  readonly path: string
  readonly input: TSchema
  readonly output: TSchema
  readonly checkInput: Check<InputOf<Code>>
  readonly checkOutput: Check<OutputOf<Code>>
  /** Reply fields without which a reply is refused; any other missing or odd field is a warning (RULES 3.3). */
  readonly decisive: readonly string[]
  /** True when the request can move money or end an order: never repeated without asking (RULES 3). */
  readonly movesMoney: boolean
}

const row = <Code extends InterfaceCode>(
  code: Code,
  name: string,
  path: string,
  schemas: { readonly input: TSchema; readonly output: TSchema; readonly aliases?: Aliases },
  decisive: readonly string[],
  movesMoney: boolean,
): InterfaceRow<Code> => ({
  code,
  name,
  path: `/org/local/api/hos/${path}`,
  input: schemas.input,
  output: schemas.output,
  checkInput: createCheck(schemas.input),
  checkOutput: createCheck(schemas.output, { loose: true, aliases: schemas.aliases ?? {} }),
  decisive,
  movesMoney,
})

const refund = { input: RefundOrderInput, output: RefundOrderOutput, aliases: { hiRefdSn: 'hiFefdSn' } }
const query = { input: QueryOrderInput, output: QueryOrderOutput, aliases: { ownpayAmt: 'ownPayAmt' } }
const place = { input: PlaceOrderInput, output: PlaceOrderOutput, aliases: { ownpayAmt: 'ownPayAmt' } }
const bank = { input: PlaceBankOrderInput, output: PlaceBankOrderOutput }
const upload = { input: UploadFeesInput, output: UploadFeesOutput }
const revoke = { input: RevokeUploadInput, output: RevokeUploadOutput }

export const interfaces: { readonly [Code in InterfaceCode]: InterfaceRow<Code> } = {
  '6201': row('6201', '费用明细上传', 'uldFeeInfo', upload, ['payOrdId', 'payToken'], false),
  '6202': row('6202', '支付下单', 'pay_order', place, ['payOrdId', 'ordStas'], true),
  '6203': row('6203', '医保退费', 'refund_Order', refund, ['refStatus'], true),
  '6205': row('6205', '银行卡支付下单', 'medBankPay', bank, ['medBankPayUrl'], true),
  '6301': row('6301', '医保订单结算结果查询', 'query_order_info', query, ['payOrdId', 'ordStas'], false),
  '6401': row('6401', '费用明细上传撤销', 'revoke_order', revoke, ['success'], true),
}

/** 6101 goes to the dynamic library, 6204 and 6302 come from the center: no path of ours. */
export const checkDecodeInput = createCheck<DecodeVoucherInput>(DecodeVoucherInput)
export const checkDecodeOutput = createCheck<Partial<DecodeVoucherOutput>>(DecodeVoucherOutput)
export const checkNotification = createCheck<Partial<NotifySettlementInput>>(NotifySettlementInput, {
  loose: true,
  aliases: { ownPayAmt: 'ownpayAmt' },
})

export const checkSync = createCheck<Partial<SyncOrderInput>>(SyncOrderInput, { loose: true })

/** Every table with its schemas, for the comparison with the standard and for OpenAPI. */
export const tables = {
  '6101': { input: DecodeVoucherInput, output: DecodeVoucherOutput },
  '6201': { input: UploadFeesInput, output: UploadFeesOutput },
  '6202': { input: PlaceOrderInput, output: PlaceOrderOutput },
  '6203': { input: RefundOrderInput, output: RefundOrderOutput },
  '6204': { input: SyncOrderInput, output: undefined },
  '6205': { input: PlaceBankOrderInput, output: PlaceBankOrderOutput },
  '6301': { input: QueryOrderInput, output: QueryOrderOutput },
  '6302': { input: NotifySettlementInput, output: NotifySettlementOutput },
  '6401': { input: RevokeUploadInput, output: RevokeUploadOutput },
} as const

const tighter = 'RULES 9.2: interfaces differ, the tighter length holds'
/** Where our request schemas leave the tables on purpose; everything else equals them field by field. */
export const standardExceptions: Readonly<Record<string, string>> = {
  '6201.input.fetts': 'RULES 9.1: required only for an inpatient settlement (住院结算时需要)',
  '6201.input.matnType': 'RULES 9.1: required only for an inpatient settlement (住院结算时需要)',
  '6201.input.diseCodg': 'RULES 9.1: must be present, may be empty',
  '6201.input.orgCodg': `${tighter} (12, 6202)`,
  '6201.input.idNo': `${tighter} (30, 6101)`,
  '6202.input.chrgBchno': `${tighter} (30, 6201)`,
  '6202.input.mdtrtId': `${tighter} (30, 6201)`,
  '6301.input.orgCodg': `${tighter} (12, 6202)`,
  '6301.input.idNo': `${tighter} (30, 6101)`,
  '6401.input.orgCodg': `${tighter} (12, 6202)`,
  '6401.input.idNo': `${tighter} (30, 6101)`,
}
