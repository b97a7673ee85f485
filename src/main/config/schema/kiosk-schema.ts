// Owns the shape of the `kiosk` part of the configuration. Judging it beyond its shape is kiosk-config.ts.
import Type, { type Static } from 'typebox'
import { Text } from '../../../contract/check/fields.ts'
import { Secret } from './secret-schema.ts'

const his = Type.Object(
  {
    baseUrl: Type.String({
      title: 'HIS 账单接口地址',
      pattern: '^https?://[^?#\\s]+[^/?#\\s]$',
      maxLength: 500,
      description: '可含路径, 末尾不带斜杠; 接口见 docs/his-kiosk.openapi.json',
    }),
    token: Secret,
    caFile: Type.Optional(Text('CA 证书文件', 2_000, { note: 'PEM; HIS 使用自签证书时填写' })),
    timeoutMs: Type.Optional(Type.Integer({ title: '一次请求的时限', minimum: 1_000, maximum: 60_000 })),
    allowPlainHttp: Type.Optional(Type.Boolean({ title: '允许明文 HTTP', description: '仅限本机或院内隔离网段' })),
  },
  { title: 'HIS 的待缴费账单', additionalProperties: false },
)

export const Kiosk = Type.Object(
  {
    token: Text('自助机令牌名称', 40, { note: 'api.tokens 中的一个; 须有 decode、pay, 不得有 refund、admin' }),
    terminalNo: Text('终端号', 20, { note: '作为 6101 的 operatorId、operatorName; deviceType 固定为 SelfService' }),
    officeId: Text('医保科室编号', 20, { note: '自助机所属部门, 用于 6101' }),
    officeName: Text('科室名称', 30),
    businessType: Type.Optional(Text('用码业务类型', 5)),
    institutionName: Text('机构名称', 60, { note: '显示在自助机上' }),
    idleSeconds: Type.Optional(Type.Integer({ title: '无人操作多久后返回首页, 秒', minimum: 15, maximum: 600 })),
    staffKey: Type.String({
      title: '管理密码摘要',
      pattern: '^[0-9a-f]{32}:[0-9a-f]{64}$',
      description: 'npm run staff-key 生成; 退出自助机页面时核对',
    }),
    h5UrlTemplate: Type.Optional(
      Type.String({
        title: '医院 H5 授权页地址',
        pattern: '^https://[^\\s]+$',
        maxLength: 500,
        description:
          '患者扫码后授权支付 (payAuthNo); 只能用 {medOrgOrd}、{payOrdId} 两个占位符; 除非 orders.authNoAsPayAuthNo 为 true, 必填',
      }),
    ),
    ways: Type.Array(Type.Enum(['order', 'cashier', 'bankCard']), {
      title: '支付方式',
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      description: '按显示顺序; order: 6202, cashier: 收银台, bankCard: 6205',
    }),
    voice: Type.Optional(Type.Boolean({ title: '语音提示' })),
    his,
  },
  { title: '自助机', description: '见 docs/kiosk.zh-CN.md', additionalProperties: false },
)
export type Kiosk = Static<typeof Kiosk>
