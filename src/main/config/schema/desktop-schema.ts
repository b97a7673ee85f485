// Owns the shape of the configuration's part about the desktop: its windows, whether it starts the agent, its updates.
import Type, { type Static } from 'typebox'

const optional = Type.Optional
const flag = (title: string, description?: string) => Type.Boolean({ title, ...(description ? { description } : {}) })
const strict = { additionalProperties: false }

const hourMs = 3_600_000

export const Desktop = Type.Object(
  {
    startAgent: optional(flag('由桌面程序启动助手', '助手已作为系统服务运行时填 false, 桌面程序只作客户端')),
    console: optional(flag('打开控制台窗口', '自助机填 false')),
    kiosk: optional(
      Type.Object(
        {
          staffKey: Type.String({
            title: '工作人员退出口令的摘要',
            pattern: '^[0-9a-f]{32}:[0-9a-f]{64}$',
            description: 'npm run staff-key 生成',
          }),
          printer: optional(
            Type.String({
              title: '凭条打印机',
              minLength: 1,
              maxLength: 200,
              description: '系统里的打印机名称, 不弹出打印窗口; 不填则只显示凭条, 不打印',
            }),
          ),
        },
        { title: '自助机', description: '填写则全屏打开自助机窗口, 凭口令才能退出', ...strict },
      ),
    ),
    display: optional(flag('在第二块屏幕打开患者屏', '没有第二块屏幕时不打开')),
    autostart: optional(flag('登录后自动启动', '不填则不改动系统设置')),
    update: optional(
      Type.Object(
        {
          manifestUrl: Type.String({
            title: '升级清单地址',
            pattern: '^https?://[^/\\s]+/\\S+[.]json$',
            maxLength: 500,
            description: '内网地址, 如 http://10.0.0.5/mip-agent/update.json; 清单经签名, 安装前核对',
          }),
          publicKey: Type.String({
            title: '升级公钥',
            pattern: '^[A-Za-z0-9+/]{43}=$',
            description: 'Ed25519, Base64; npm run sign-update -- make-key 生成',
          }),
          everyMs: optional(
            Type.Integer({
              title: '检查间隔',
              minimum: 60_000,
              maximum: 7 * 24 * hourMs,
              description: '毫秒',
            }),
          ),
        },
        { title: '内网升级', description: '不填则不检查', ...strict },
      ),
    ),
  },
  { title: '桌面程序', ...strict },
)
export type Desktop = Static<typeof Desktop>

/** What the desktop's main process reads of the configuration: nothing that a secret belongs to. */
export const DesktopPart = Type.Object(
  { port: optional(Type.Integer({ title: '端口', minimum: 1, maximum: 65_535 })), desktop: optional(Desktop) },
  strict,
)
export type DesktopPart = Static<typeof DesktopPart>
