// Owns the tables of 6302 医保结算结果通知. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Decimal, Flag, Open, OptionalDecimal, OptionalFree, OptionalText, Strict, Text } from '../check/fields.ts'

/** What the center sends. */
export const NotifySettlementInput = Open({
  payOrdId: Text('支付订单号', 40, { note: '医保结算中心订单号' }),
  callType: Text('回调类型', 40, { note: '固定传02，目前仅支付成功回调' }),
  medOrgOrd: Text('医院订单号', 40, { note: '医院订单号' }),
  traceTime: Text('交易时间', 40, { note: '交易成功时间' }),
  feeSumamt: Decimal('费用总金额', 12, 2, { note: '保留两位小数' }),
  ownpayAmt: Decimal('个人现金自付', 12, 2),
  psnAcctPay: Decimal('个人账户支付', 12, 2),
  fundPay: Decimal('其中基金支付', 12, 2),
  hiChrgTime: Text('医保收费时间', 6),
  hiDocSn: Text('医保交易流水号', 40),
  hiRgstSn: Text('医保挂号流水号', 40),
  orgName: Text('机构名称', 40),
  ecCode: OptionalText('电子凭证码值', 200),
  setlType: Text('结算类型', 40, { note: 'ALL:医保自费全部，CASH:只结现金 HI:只结医保' }),
  revsToken: Text('用于院内结算失败对医保的冲正授权', 40, { note: '1小时内有效' }),
  extData: OptionalFree('医保扩展数据', { note: '根据各地方医保要求返回不同数据内容' }),
  orgCodg: Text('两定机构编号', 40),
  deposit: OptionalDecimal('住院押金', 16, 2, { note: '根据下单传入计算，最大值不超过自费现金需要支付金额' }),
})
export type NotifySettlementInput = Static<typeof NotifySettlementInput>

export const NotifySettlementOutput = Strict({
  success: Flag('回调通知结果', { note: 'true/false' }),
  message: Text('结果说明', 1000),
})
export type NotifySettlementOutput = Static<typeof NotifySettlementOutput>
