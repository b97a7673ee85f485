// Owns the settings of the center: its address, keys, forms and times.
import Type from 'typebox'
import { ExpContent } from '../../../contract/envelope-fields.ts'
import { Strict } from '../../../contract/check/fields.ts'
import { Secret } from './secret-schema.ts'
import { choice, flag, optional, text, waitMs } from './setting-fields.ts'

export const Center = Strict(
  {
    baseUrl: Type.String({
      title: '中心地址',
      pattern: '^https?://[^/?#@\\s]+(/[^/?#\\s]+)*/?$',
      description: '如 https://10.0.0.1:8082; 经网关时可带其路径, 如 https://10.0.0.1:8082/gateway',
    }),
    allowPlainHttp: optional(flag('允许明文 HTTP', '仅限医保专网; 此时 6203、6401 一律再用 6301 核实')),
    caFile: optional(text('CA 证书文件', 'PEM; 中心使用自签证书时填写')),
    appId: Type.String({ title: '渠道id', minLength: 16, maxLength: 32 }),
    appSecret: Secret,
    // Base64 or hex of 32 or 33 bytes, PKCS#8 or SEC1, PEM or not.
    privateKey: Secret,
    publicKey: optional(text('本机构公钥', 'Base64、十六进制或 PEM; 填写则检查是否与私钥配对')),
    centerPublicKey: text('中心公钥', 'Base64 或十六进制 (65、64 或压缩的 33 字节), 或 SPKI (可为 PEM)'),
    userId: optional(text('SM2 用户标识')),
    timeoutsMs: optional(
      Strict(
        {
          '6201': optional(waitMs('6201 超时')),
          '6202': optional(waitMs('6202 超时')),
          '6203': optional(waitMs('6203 超时')),
          '6205': optional(waitMs('6205 超时')),
          '6301': optional(waitMs('6301 超时')),
          '6401': optional(waitMs('6401 超时')),
        },
        { title: '各接口超时' },
      ),
    ),
    expContent: optional(ExpContent),
    expContentForm: optional(choice('expContent 的形式', ['string', 'object'])),
    unsignedRefusals: optional(
      Type.Array(choice('接口', ['6201', '6202', '6203', '6205', '6301', '6401']), {
        title: '相信其未签名拒绝的接口',
        description: 'RULES 3.2',
      }),
    ),
    replyWindowMs: optional(waitMs('应答时间窗', 'RULES 3.7')),
    successCodes: optional(
      Type.Array(Type.String({ title: '响应码', pattern: '^[0-9]{1,9}$' }), {
        title: '表示成功的响应码',
        description: '中心以 200 等表示成功时填 ["0", "200"] (RULES 3.4)',
        minItems: 1,
        maxItems: 10,
      }),
    ),
    charset: optional(
      choice('应答的字符集', ['auto', 'utf-8', 'gbk'], 'auto: 先按 UTF-8, 不是 UTF-8 的按 GBK (RULES 3.9)'),
    ),
  },
  { title: '医保移动支付中心' },
)
