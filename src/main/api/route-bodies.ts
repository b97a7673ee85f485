// Owns the bodies of the endpoints: the tables' fields that a caller sends, and those of ours beside them. The endpoints are routes.ts.
import Type from 'typebox'
import { DecodeVoucherInput } from '../../contract/interfaces/decode-voucher.ts'
import { CashierUrlParameters } from '../../contract/envelope-fields.ts'
import { PlaceBankOrderInput } from '../../contract/interfaces/place-bank-order.ts'
import { PlaceOrderInput } from '../../contract/interfaces/place-order.ts'
import { RefundOrderInput } from '../../contract/interfaces/refund-order.ts'
import { RevokeUploadInput } from '../../contract/interfaces/revoke-upload.ts'
import { UploadFeesInput } from '../../contract/interfaces/upload-fees.ts'
import type { Authorization } from '../usecases/order/authorize-order.ts'
import { asSent, Flag, OptionalText, Strict, Text } from '../../contract/check/fields.ts'

/** payOrdId says which upload is meant (RULES 2.4). */
export const AuthorizationBody = Strict({
  payAuthNo: Text('支付授权码', 40),
  payOrdId: OptionalText('支付订单号', 40),
})
export type AuthorizationBody = Authorization

/** A scanned 医保码 with room to spare; the scanners' own limit is theirs. */
const maxCodeLength = 4_000

export const BookingBody = Strict({
  success: Flag('HIS 记账是否成功'),
  remark: OptionalText('说明', 200, { prose: true }),
})
export type BookingBody = { success: boolean; remark?: string }

export const ResolutionBody = Strict({
  decision: Type.Enum(['done', 'notDone', 'handled'], {
    title: '处理结果',
    description: 'done: 结果未明的操作已发生; notDone: 未发生; handled: 已处理',
  }),
  operator: Text('操作员', 40),
  remark: Text('处理说明', 200, { prose: true }),
})
export type ResolutionBody = { decision: 'done' | 'notDone' | 'handled'; operator: string; remark: string }

/** 中心连不上时是否排队, beside the fields of the tables. */
export const queue = Type.Optional(Flag('中心连不上时排队, 恢复后自动办理'))

/** Of ours, beside the fields of an interface. */
export const operator = OptionalText('操作员工号', 30, { note: '记入账本和日报, 由调用方声明' })

/** Fields of ours beside those of 6201. */
export const uploadExtras = {
  decodeOperationId: OptionalText('解码操作编号', 40, { note: '由解码结果填入患者信息' }),
  duplicateOverride: OptionalText('重复上传确认人', 20, { note: '操作员工号, 记入账本' }),
}
export type UploadExtras = { readonly decodeOperationId?: string; readonly duplicateOverride?: string }

export const uploadFields = asSent(UploadFeesInput.properties, ['orgCodg', 'idNo', 'userName', 'idType', 'ecToken'])
export const refundFields = {
  ...asSent(RefundOrderInput.properties, ['payOrdId']),
  appRefdTime: Type.Optional(RefundOrderInput.properties.appRefdTime),
}
export const placeFields = asSent(PlaceOrderInput.properties, [
  ...(['payAuthNo', 'payOrdId', 'payToken', 'orgCodg', 'orgBizSer', 'chrgBchno', 'feeType', 'mdtrtId'] as const),
])
// What a caller repeats of the order is compared with what is known of it; payOrdId says which upload is meant (RULES 2.4).
export const revokeFields = asSent(RevokeUploadInput.properties, [
  'payOrdId',
  'orgCodg',
  'payToken',
  'idNo',
  'userName',
  'idType',
])
/** payOrdId says which upload is meant (RULES 2.4); it is no part of the address. */
export const cashierFields = asSent(
  { ...CashierUrlParameters.properties, payOrdId: PlaceOrderInput.properties.payOrdId },
  ['payAuthNo', 'payOrdId'],
)
export const bankFields = asSent(PlaceBankOrderInput.properties, [
  'payAuthNo',
  'payOrdId',
  'payToken',
  'orgCodg',
  'orgBizSer',
])
export const decodeBody = Strict({
  ...Type.Partial(DecodeVoucherInput).properties,
  code: Type.Optional(Type.String({ title: '医保码', maxLength: maxCodeLength, description: '调用方自己扫码时传入' })),
  transType: Type.Optional(
    Type.String({
      title: '动态库交易',
      maxLength: 40,
      description: '默认 ec.query (扫码解码); 国家动态库另有刷脸、读身份证、通知结算结果等, 见 docs/integrate.zh-CN.md',
    }),
  ),
  transData: Type.Optional(
    Type.Record(Type.String({ pattern: '^[A-Za-z]\\w{0,39}$' }), Type.String({ maxLength: 500 }), {
      title: '该交易另需的字段',
      maxProperties: 20,
      description: '如 {"outBizNo": "..."}',
    }),
  ),
  scanner: Type.Optional(
    Type.String({
      title: '扫码枪名称',
      maxLength: 40,
      description: '配置 scanners 中的 name; 不填用本令牌可用的第一把',
    }),
  ),
})
