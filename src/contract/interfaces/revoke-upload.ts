// Owns the tables of 6401 费用明细上传撤销. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Flag, Open, OptionalText, Strict, Text } from '../check/fields.ts'

/** What is sent. */
export const RevokeUploadInput = Strict({
  payOrdId: Text('支付订单号', 40, { note: '处方上传的出参订单号' }),
  orgCodg: Text('机构编号', 12, { note: '原结算处方机构编号' }),
  payToken: Text('支付token', 40, { note: '费用上传出参' }),
  idNo: Text('证件号码', 30),
  userName: Text('用户姓名', 40),
  idType: Text('证件类别', 3, { note: '字典人员证件类型(psn_cert_type)' }),
  expContent: OptionalText('扩展数据', 4000, { prose: true, note: '可参考 FSI的接口要求' }),
})
export type RevokeUploadInput = Static<typeof RevokeUploadInput>

export const RevokeUploadOutput = Open({
  success: Flag('回调通知结果', { note: 'true/false' }),
})
export type RevokeUploadOutput = Static<typeof RevokeUploadOutput>
