// Owns the tables of 6205 银行卡支付下单. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Open, OptionalFree, OptionalText, Strict, Text } from '../check/fields.ts'

/** What is sent. */
export const PlaceBankOrderInput = Strict({
  payAuthNo: Text('支付授权码', 40, { note: '电子凭证线上渠道授权返回' }),
  payOrdId: Text('待支付订单号', 40, { note: '费用上传返回' }),
  payToken: Text('支付订单对应的token', 40, { note: '费用上传返回' }),
  orgCodg: Text('定点机构编码', 12),
  orgBizSer: Text('业务流水号', 40, { note: '每一次请求唯一' }),
  expContent: OptionalText('扩展数据', 4000, { prose: true }),
})
export type PlaceBankOrderInput = Static<typeof PlaceBankOrderInput>

export const PlaceBankOrderOutput = Open({
  medBankPayUrl: Text('银行卡混合支付地址', 4000, {
    note: '定点机构端应用打开此地址，用户可使用银行卡完成此订单的支付',
  }),
  extData: OptionalFree('扩展数据'),
})
export type PlaceBankOrderOutput = Static<typeof PlaceBankOrderOutput>
