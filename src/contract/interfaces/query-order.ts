// Owns the tables of 6301 医保订单结算结果查询. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Decimal, Open, OptionalDecimal, OptionalFree, OptionalText, Strict, Text } from '../check/fields.ts'

/** What is sent. */
export const QueryOrderInput = Strict({
  payOrdId: Text('支付订单号', 40),
  orgCodg: Text('定点机构编码', 12),
  payToken: Text('支付token', 40, { note: '与费用上传时一致' }),
  idNo: Text('证件号码', 30),
  userName: Text('用户姓名', 40),
  idType: Text('证件类别', 3, { note: '字典人员证件类型(psn_cert_type)' }),
  expContent: OptionalText('扩展数据', 4000, { prose: true, note: '可参考 FSI的接口要求' }),
})
export type QueryOrderInput = Static<typeof QueryOrderInput>

export const QueryOrderOutput = Open({
  ordStas: Text('订单状态', 40, { note: '字典订单状态(ordStas)' }),
  payOrdId: Text('支付订单号', 40, { note: '医保结算中心订单号' }),
  callType: Text('回调类型', 40, { note: '字典回调类型(callType)' }),
  medOrgOrd: Text('医院订单号', 40, { note: '医院订单号' }),
  traceTime: Text('交易时间', 40, { note: '交易成功时间' }),
  orgCodg: Text('两定机构编号', 40),
  orgName: Text('两定机构名称', 40),
  setlType: Text('结算类型', 40, { note: 'ALL:医保自费全部， CASH:只结现金 HI:只结医保' }),
  feeSumamt: Decimal('费用总金额', 12, 2),
  ownPayAmt: Decimal('现金支付', 12, 2),
  psnAcctPay: Decimal('个人账户支付', 12, 2),
  fundPay: Decimal('医保基金支付', 12, 2),
  revsToken: Text('用于院内结算失败对医保的冲正授权', 40, { note: '1小时内有效' }),
  extData: OptionalFree('医保扩展数据', { note: '根据各地方医保要求返回不同数据内容' }),
  deposit: OptionalDecimal('住院押金', 16, 2, { note: '根据下单传入计算，最大值不超过自费现金需要支付金额' }),
  hiChrgTime: Text('医保收费时间', 6),
  hiDocSn: Text('医保交易流水号', 40),
  hiRgstSn: Text('医保挂号流水号', 40),
  ecCode: OptionalText('电子凭证码值', 200),
})
export type QueryOrderOutput = Static<typeof QueryOrderOutput>
