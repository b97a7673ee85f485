// Owns the tables of 6202 支付下单. Checks across fields are domain/.
import type { Static } from 'typebox'
import {
  Decimal,
  Open,
  OptionalDecimal,
  OptionalFree,
  OptionalPositiveDecimal,
  OptionalText,
  Strict,
  Text,
} from '../check/fields.ts'

/** What is sent. */
export const PlaceOrderInput = Strict({
  payAuthNo: Text('支付授权码', 40, { note: '电子凭证线上渠道授权返回' }),
  payOrdId: Text('待支付订单号', 40, { note: '费用上传返回' }),
  payToken: Text('支付订单对应的token', 40, { note: '费用上传返回' }),
  orgCodg: Text('定点机构编码', 12),
  orgBizSer: Text('业务流水号', 40, { note: '每一次请求唯一' }),
  chrgBchno: Text('收费批次号', 30, { note: '与费用上传一致' }),
  feeType: Text('费用类别', 2, { note: '与费用上传一致' }),
  mdtrtId: Text('就诊事件ID', 30, { note: '与费用上传一致' }),
  deposit: OptionalPositiveDecimal('住院押金', 16, 2, {
    note: '住院结算时院内已经缴纳住院押金金额，住院结算可抵扣现金支付部份，大于现金支付部份需要院内自行进行退费，移动支付中心不进行处理',
  }),
  expContent: OptionalText('扩展数据', 4000, { prose: true, note: '可参考 FSI的接口要求' }),
  acctUsedFlag: OptionalText('个账使用标识', 1, { note: '为空时默认使用费用上传时的值' }),
})
export type PlaceOrderInput = Static<typeof PlaceOrderInput>

export const PlaceOrderOutput = Open({
  payOrdId: Text('支付订单号', 40),
  ordStas: Text('订单状态', 40, { note: '字典订单状态(ordStas)' }),
  feeSumamt: Decimal('费用总额', 12, 2),
  ownPayAmt: Decimal('现金支付', 12, 2),
  psnAcctPay: Decimal('个人账户支出', 12, 2),
  fundPay: Decimal('医保基金支付', 12, 2),
  deposit: OptionalDecimal('住院押金', 16, 2, { note: '根据下单传入计算，最大值不超过自费现金需要支付金额' }),
  extData: OptionalFree('扩展数据'),
  othFeeAmt: Decimal('其他支付金额', 12, 2, { note: '如医院负担金额' }),
})
export type PlaceOrderOutput = Static<typeof PlaceOrderOutput>
