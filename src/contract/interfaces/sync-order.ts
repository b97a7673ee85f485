// Owns the tables of 6204 医保订单信息同步. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Decimal, Open, OptionalDecimal, OptionalFree, Text } from '../check/fields.ts'

/** What the center sends. */
export const SyncOrderInput = Open({
  payOrdId: Text('支付订单号', 40, { note: '与费用上传时一致' }),
  medOrgOrd: Text('医院订单号', 40),
  feeSumamt: Decimal('费用总金额', 12, 2),
  ownPayAmt: Decimal('现金自付', 12, 2),
  psnAcctPay: Decimal('个人账户支付', 12, 2),
  fundPay: Decimal('医保基金支付', 12, 2),
  othFeeAmt: Decimal('其他支付金额', 12, 2, { note: '如医院负担金额' }),
  deposit: OptionalDecimal('住院押金', 16, 2, { note: '根据下单传入计算，最大值不超过自费现金需要支付金额' }),
  extData: OptionalFree('扩展数据', { note: '透传医保核心结算出参' }),
})
export type SyncOrderInput = Static<typeof SyncOrderInput>
