// Owns the tables of 6101 解析医保电子凭证二维码. Checks across fields are domain/.
import type { Static } from 'typebox'
import { Open, OptionalText, Strict, Text } from '../check/fields.ts'

/** What is sent. */
export const DecodeVoucherInput = Strict({
  orgId: Text('机构ID', 40, { note: '医保定点机构代码' }),
  businessType: Text('用码业务类型', 5, { note: '参见字典表 -用码业务类型' }),
  businessInfo: OptionalText('用码业务信息', 200, { prose: true, note: '用码经办业务部分信息' }),
  operatorId: Text('操作员工号', 20, { note: '系统使用者工号或自助终端终端号' }),
  operatorName: Text('操作员姓名', 30, { note: '系统使用者名称或自助终端名称' }),
  officeId: Text('医保科室编号', 20, { note: '系统使用部门编号' }),
  officeName: Text('科室名称', 30, { prose: true, note: '系统使用部门名称' }),
  deviceType: OptionalText('设备类型', 30, { note: '自助机则设为： SelfService' }),
})
export type DecodeVoucherInput = Static<typeof DecodeVoucherInput>

export const DecodeVoucherOutput = Open({
  userName: Text('用户姓名', 50),
  idNo: Text('证件号码', 30),
  idType: Text('证件类型', 3, { note: '参见字典表 -证件类型' }),
  ecToken: Text('身份核验令牌', 40, { note: '用于业务处理验证' }),
  insuOrg: Text('参保地行政区划', 6),
  authNo: OptionalText('授权流水号', 40),
  ecIndexNo: OptionalText('外部索引号', 32, { note: '预留字段' }),
  gender: OptionalText('性别', 3, { note: '预留字段' }),
  birthday: OptionalText('出生日期', 10, { note: '预留字段' }),
  nationality: OptionalText('国籍', 40, { note: '预留字段' }),
  email: OptionalText('电子邮箱', 40, { note: '预留字段' }),
})
export type DecodeVoucherOutput = Static<typeof DecodeVoucherOutput>
