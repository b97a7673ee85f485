// Owns the tables of the envelope's own parameters (002, 2.2.3.3), of expContent and of the cashier URL's parameters.
// Building, signing and opening an envelope is main/center/envelope.ts.
import Type, { type Static } from 'typebox'
import { Decimal, Open, OptionalPositiveDecimal, OptionalText, Strict, Text } from './check/fields.ts'

/** 请求报文. encData has no length in the table; the sender's body limit bounds it. */
export const EnvelopeRequest = Open({
  appId: Text('渠道id', 32),
  version: Text('版本号', 6),
  timestamp: Text('当前时间', 32),
  encType: Text('加密方式', 6),
  encData: Type.String({ title: '加密数据', minLength: 1 }),
  signType: Text('签名方式', 6),
  signData: Text('签名串', 200),
})
export type EnvelopeRequest = Static<typeof EnvelopeRequest>

/** 返回报文. `code` is an integer in the table and often text on the wire; refusals often bring neither encData nor signData. */
export const EnvelopeReply = Open({
  code: Decimal('响应状态码', 9, 0),
  appId: Text('渠道id', 32),
  timestamp: Text('当前时间', 32),
  encType: Text('加密方式', 6),
  signType: Text('签名方式', 6),
  signData: Text('签名串', 200),
  encData: Type.String({ title: '加密数据', minLength: 1 }),
  message: Type.Optional(Type.String({ title: '响应异常信息' })),
  success: Type.Optional(Type.Boolean({ title: '响应标识' })),
  version: Text('版本号', 6),
})
export type EnvelopeReply = Static<typeof EnvelopeReply>

/** expContent of UnionPay personal-account payment (RULES 1.4). */
export const ExpContent = Strict({
  merchantNo: Text('医保个账商户号', 20, { note: '与银联约定值' }),
  terminalNo: Text('终端号', 8, { note: '与银联约定值' }),
  isvNo: Text('服务商号（渠道ID）', 20, { note: '与银联约定值' }),
})
export type ExpContent = Static<typeof ExpContent>

/** What chnlEncData of the cashier URL holds (002, 3.1.2.1.5.1). */
export const CashierUrlParameters = Strict({
  payAuthNo: Text('支付授权码', 40, { note: '电子凭证线上支付授权返回' }),
  deposit: OptionalPositiveDecimal('住院押金', 16, 2),
})
export type CashierUrlParameters = Static<typeof CashierUrlParameters>

/** psnPaySn inside extData of 6301 and 6302: only when the personal account was really debited. */
export const SettlementExtData = Open({ psnPaySn: OptionalText('实账支付流水号', 40) })
export type SettlementExtData = Static<typeof SettlementExtData>
