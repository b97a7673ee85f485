// Owns the schemas of what the console and the settings' pages send. Their types, for the pages, are console.ts and settings.ts.
import Type from 'typebox'
import { OptionalText, Strict, Text } from '../check/fields.ts'

const optional = Type.Optional
const moment = (name: string) =>
  Type.String({ title: name, maxLength: 40, description: '日期 yyyy-MM-dd, 或带时区的 ISO 8601 时间' })
const states = optional(Type.Array(Text('状态名', 20), { title: '订单状态', maxItems: 20 }))

export const OrderSearchSchema = Strict({
  medOrgOrd: optional(Text('医院订单号', 40)),
  psnName: optional(Text('患者姓名, 须完整', 40)),
  idNo: optional(Text('证件号码, 须完整', 30)),
  from: optional(moment('上传时间起')),
  to: optional(moment('上传时间止')),
  states,
  cursor: optional(
    Type.String({ title: '翻页位置', description: '上一页的 next', pattern: '^(\\d{1,15}[.]\\d{1,15})?$' }),
  ),
  limit: optional(Type.Integer({ title: '每页行数', minimum: 1, maximum: 200 })),
})

export const OrderExportSchema = Strict({
  from: moment('上传时间起'),
  to: moment('上传时间止'),
  states,
  charset: optional(Type.Enum(['gbk', 'utf-8'], { title: '字符集', description: '默认 gbk' })),
})

const profile = optional(
  Type.Enum(['current', 'production'], { title: '哪一份配置', description: '默认 current: 正在使用的' }),
)
const secretText = (name: string) => optional(Type.String({ title: name, minLength: 1, maxLength: 2_000 }))

/** What is in `config` is judged as the file is, with its own faults. */
export const SettingsSchema = Strict({
  config: Type.Object({}, { title: '配置', additionalProperties: true }),
  secrets: optional(
    Strict({
      appSecret: secretText('应用密钥'),
      callbackPathSecret: secretText('回调地址密钥'),
      callbackSyncSecret: secretText('6204 跳转地址密钥'),
      libraryAccessKey: secretText('动态库 ACCESS_KEY'),
      librarySecretKey: secretText('动态库 SECRETKEY'),
    }),
  ),
  profile,
})

export const KeysSchema = Strict({ profile, overwrite: optional(Type.Boolean({ title: '替换已有的密钥' })) })

export const UserIdTrialSchema = Strict({
  reply: Type.String({ title: '中心的应答报文', minLength: 2, maxLength: 1_000_000 }),
  candidates: optional(Type.Array(Type.String({ maxLength: 200 }), { title: '另外要试的 SM2 用户标识', maxItems: 50 })),
  centerPublicKey: OptionalText('中心公钥', 2000),
})

export const EnvironmentSchema = Strict({
  environment: Type.Enum(['production'], { title: '环境' }),
  confirm: Text('生产配置的机构编码', 12),
})

export const RestartSchema = Strict({})
