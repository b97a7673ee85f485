// Owns the tables of 6203 医保退费. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Decimal, Open, OptionalDecimal, OptionalFree, OptionalText, Stamp, Strict, Text } from '../check/fields.ts'

/** What is sent. */
export const RefundOrderInput = Strict({
  payOrdId: Text('支付订单号', 40, { note: '处方上传的出参订单号' }),
  appRefdSn: Text('应用退款流水号', 40, { note: '应用退费流水号' }),
  appRefdTime: Stamp('应用退费时间'),
  totlRefdAmt: Decimal('总退费金额', 12, 2, { note: '原交易记录总金额' }),
  psnAcctRefdAmt: OptionalDecimal('医保个人账户支付', 12, 2),
  fundRefdAmt: OptionalDecimal('基金支付', 12, 2, { note: '含商保' }),
  cashRefdAmt: Decimal('现金退费金额', 12, 2),
  ecToken: OptionalText('电子凭证授权Token', 64, { note: '与 payAuthNo不可同时为空' }),
  refdType: Text('退费类型', 40, { note: 'ALL:全部， CASH:只退现金 HI:只退医保' }),
  expContent: OptionalText('扩展数据', 4000, { prose: true, note: '可参考 FSI的接口要求' }),
  payAuthNo: OptionalText('支付授权码', 40, { note: '与 ecToken不可同时为空' }),
})
export type RefundOrderInput = Static<typeof RefundOrderInput>

export const RefundOrderOutput = Open({
  refdSn: Text('结算中心流水号', 40),
  hiFefdSn: Text('医保退费流水号', 40, { note: '现金退费不返回' }),
  hiTrnsDate: Text('医保退费日期', 8, { note: '现金退费不返回' }),
  hiTrnsTime: Text('医保退费时间', 6, { note: '现金退费不返回' }),
  refStatus: Text('退费状态', 40, {
    note: 'SUCC:成功FAIL:失败EXP:异常，医保退费成功，自费退费失败，可发起退纯自费重试',
  }),
  extData: OptionalFree('医保扩展数据', { note: '根据各地方医保要求传不同数据内容' }),
})
/** 现金退费不返回: what the answer to a refund of cash alone does not have. */
export const notReturnedForCash: ReadonlySet<string> = new Set(['hiFefdSn', 'hiTrnsDate', 'hiTrnsTime'])

export type RefundOrderOutput = Static<typeof RefundOrderOutput>
