// Owns the shape of the configuration file, with the meaning of every setting. Reading and judging it is load-config.ts.
import Type, { type Static } from 'typebox'
import { extendable, type Extendable } from '../../../contract/extra-fields.ts'
import { ByName, Strict, Text } from '../../../contract/check/fields.ts'
import { Center } from './center-schema.ts'
import { choice, count, flag, optional, text, waitMs } from './setting-fields.ts'
import { ScannerRoles, Scanners } from './scanner-schema.ts'
import { Kiosk } from './kiosk-schema.ts'
import { Secret } from './secret-schema.ts'
import { Desktop } from './desktop-schema.ts'
import { settingDefaults, withDefaults } from './setting-defaults.ts'

const timeOfDay = (title: string, description = '时:分 或 时:分:秒') =>
  Type.String({ title, pattern: '^([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?$', description })

const Token = Strict({
  name: Text('令牌名称', 40),
  hash: Type.String({ title: '令牌摘要', pattern: '^[0-9a-f]{64}$', description: 'npm run token 生成; SM3, 十六进制' }),
  scopes: Type.Array(choice('权限', ['read', 'decode', 'pay', 'refund', 'admin']), { title: '权限', minItems: 1 }),
  orgCodg: optional(Text('机构编码', 12)),
  scannerRoles: optional(ScannerRoles),
  expiresAt: optional(text('到期时间', 'ISO 8601, 如 2027-01-01T00:00:00+08:00')),
  charset: optional(choice('老接口的字符集', ['utf-8', 'gbk'], '/call、/fsi 的请求没有写明 charset 时')),
  fsiNames: optional(choice('/fsi 的字段名', ['table', 'snake'], 'table: psnNo; snake: 同 2204、2207 (psn_no)')),
})

/** What HeaSecReadInfo's Init takes, by the vendor's own names; its two keys are secrets (I9). */
const Initialization = Strict(
  {
    IP: text('医保前置机地址'),
    PORT: count('医保前置机端口', 1, 65_535),
    TIMEOUT: count('超时', 1, 600, '秒; 厂商建议 60 或 120'),
    LOG_PATH: text('动态库日志目录', '不超过三级, 只用 ASCII 字符, 不含空格, 可写'),
    EC_URL: text('电子凭证地址'),
    CARD_PASSTYPE: choice('密码校验方式', ['1', '2'], '1 卡内密码, 2 数据库密码'),
    API_NAME: text('接口名称'),
    API_VERSION: text('接口版本'),
    ACCESS_KEY: Secret,
    SECRETKEY: Secret,
    ORG_ID: text('机构编码'),
    EXT: optional(text('扩展')),
    AREA_CODE: text('统筹区'),
    SFZ_DRIVER_TYPE: optional(text('身份证阅读器类型')),
  },
  { title: '动态库初始化参数' },
)

const Voucher = Strict(
  {
    profile: optional(text('动态库类型', 'nation-ec、hea-sec、shanghai-se、sichuan-yyjks 之一')),
    library: text('动态库文件', '绝对路径'),
    url: text('电子凭证前置地址'),
    scannerOwner: optional(choice('谁驱动扫码枪', ['library', 'agent'], '默认由动态库类型决定')),
    manifest: optional(
      text(
        '动态库清单文件',
        '绝对路径; 文件名到 SHA-256 的 JSON, 与目录中全部动态库和程序核对; 默认在数据目录, 首次启动时登记',
      ),
    ),
    folder: optional(text('解码进程的工作目录', '默认动态库所在目录')),
    hostBesideLibrary: optional(flag('在动态库目录中运行解码进程', '动态库在程序旁找 .ini 时用; 只适用于 C 解码进程')),
    initialization: optional(Initialization),
    ecQrChannel: optional(choice('医保码渠道', ['1', '2', '3'], '上海动态库必填: 1 支付宝, 2 微信, 3 随申办')),
    symbol: optional(text('函数名', '默认由动态库类型决定, 如 NationEcTrans')),
    signature: optional(choice('返回类型', ['pointer', 'int'])),
    inputCharset: optional(choice('入参字符集', ['utf-8', 'gbk'])),
    outputCharset: optional(choice('出参字符集', ['auto', 'utf-8', 'gb18030'])),
    outputCapBytes: optional(count('输出缓冲区', 65_536, 4_194_304)),
    deadlineMs: optional(waitMs('一次解码的时限')),
  },
  { title: '医保电子凭证动态库' },
)

const extraNames = (at: string) =>
  ByName('^[A-Za-z]\\w{0,39}$', count('最大长度', 1, 4_000), {
    title: `${at} 的字段`,
    maxProperties: 50,
  })
type ExtraNames = ReturnType<typeof Type.Optional<ReturnType<typeof extraNames>>>

const Orders = Strict(
  {
    lengthUnit: optional(choice('长度单位', ['characters', 'gbkBytes'], 'RULES 9.2')),
    requiredOverrides: optional(Type.Record(Type.String(), Type.Boolean(), { title: '按中心要求增减必填项' })),
    extraFields: optional(
      Type.Object(
        Object.fromEntries(extendable.map((at) => [at, optional(extraNames(at))])) as Record<Extendable, ExtraNames>,
        {
          title: '地方增加的字段',
          description:
            '各接口 (或其明细) 的字段名和最大长度, 如 {"6201": {"xxxFlag": 3}}; 均为字符型、可空 (RULES 9.5)',
          additionalProperties: false,
        },
      ),
    ),
    unknownCodes: optional(
      choice('字典中没有的代码', ['warn', 'refuse'], 'warn: 照发并提示; refuse: 拒绝 (RULES 9.6)'),
    ),
    uploadRepeats: optional(count('上传结果未知时的重发次数', 0, 5, '0: 交人工 (RULES 3.5)')),
    processingMs: optional(waitMs('中心处理时限', 'RULES 3.5')),
    fundIncludesAccount: optional(flag('基金支付含个人账户', 'RULES 4.8')),
    refundTotal: optional(choice('CASH、HI 退费的总额口径', ['original', 'parts'], 'RULES 7.2')),
    refundIncludesDeposit: optional(
      flag('ALL 退费的 cashRefdAmt 含住院押金', '无默认值: 不填写则抵扣了押金的订单不能发起 ALL 退费 (RULES 4.9)'),
    ),
    authNoAsPayAuthNo: optional(flag('用 6101 的 authNo 作 payAuthNo', 'RULES 4.3')),
    scanWaitMs: optional(waitMs('等待扫码的时限')),
    unbookedAfterMs: optional(waitMs('HIS 记账时限', '超过即列入人工处理 (RULES 8.1)')),
    dayEnd: optional(timeOfDay('日终时间', '时:分; 仍无结果的订单最后查询一次, 然后交人工 (RULES 4.6)')),
    abandonAfterMs: optional(count('无人支付多久后撤销', 60_000, 86_400_000, 'RULES 4.7')),
    stuckAfterMs: optional(count('下单应答丢失、金额未知的订单多久后列入人工处理', 60_000, 86_400_000, 'RULES 3.5')),
    legsConfirmed: optional(
      flag('fundIncludesAccount 已与中心核实', '是: 金额不符时列入人工处理, 否则只提示 (RULES 4.8)'),
    ),
    refundsAreIdempotent: optional(
      flag('中心按 appRefdSn 去重', '是: 结果不明的现金退费以原流水号重发, 否则交人工 (RULES 3.5)'),
    ),
    cashRefundOn16: optional(
      choice(
        '医保失败而现金未退 (16) 时',
        ['auto', 'person'],
        'auto: 生效以后出现的 16 自动退一次现金; person: 交人工 (RULES 5)',
      ),
    ),
    onBookingFailed: optional(
      choice('HIS 记账失败时', ['person', 'refund'], 'person: 交人工; refund: 自动全退 (RULES 8.2)'),
    ),
    reversalToken: optional(
      choice(
        'HIS 记账失败自动退费时, 冲正授权 revsToken 的用法',
        ['none', 'asEcToken', 'expContent'],
        'none: 只用留存的 ecToken; asEcToken: 有效期内代替 ecToken; expContent: 与 ecToken 一起放在 expContent (RULES 8.2)',
      ),
    ),
    sameDayRefundUntil: optional(
      Type.Object(
        {
          order: optional(timeOfDay('支付下单 (6202)')),
          bankCard: optional(timeOfDay('银行卡 (6205)')),
          cashier: optional(timeOfDay('收银台')),
        },
        { title: '只限当日退费的支付方式', description: '默认不限 (RULES 7.5)', additionalProperties: false },
      ),
    ),
    sweepDays: optional(count('每日复查最近几天已结算的订单', 0, 31, '0: 不复查')),
    callbackAck: optional(
      choice('回调的应答', ['verified', 'booked'], 'verified: 6301 核实即成功; booked: HIS 记账后才成功 (RULES 6.2)'),
    ),
    callbackDeadlineMs: optional(waitMs('回调等待 HIS 记账的时限')),
    stepsPerSecond: optional(count('每秒最多自动查询几次', 1, 100)),
    queue: optional(
      Type.Object(
        {
          atMostOrders: optional(count('最多排队的订单数', 0, 10_000)),
          atMostAgeMs: optional(count('最长排队时间', 60_000, 7 * 86_400_000)),
          atMostRefundFen: optional(count('可排队的单笔退费总额, 单位分', 0, 100_000_000)),
        },
        { title: '中心连不上时的排队', additionalProperties: false },
      ),
    ),
  },
  { title: '订单' },
)

const Callbacks = Type.Object(
  {
    host: text('监听地址', '中心或医院中转能访问到的本机地址'),
    port: count('监听端口', 1, 65_535),
    pathSecret: Secret,
    syncPathSecret: optional(Secret),
    certFile: optional(
      text('证书文件', 'PEM, 服务器证书在前, 中间证书在后; 填写 certFile 和 key 则用 HTTPS。更换文件后须重启助手'),
    ),
    key: optional(Secret),
    clientCaFile: optional(
      text(
        '客户端 CA 证书文件',
        'PEM; 填写则来访者须出示由它签发的证书, 患者手机没有, 因此不能与 syncPathSecret 同时用',
      ),
    ),
    mpcApps: optional(
      Type.Array(
        Strict({
          appId: Type.String({ title: 'mpcAppId', minLength: 16, maxLength: 32 }),
          appSecret: Secret,
        }),
        {
          title: '6204 可能使用的其他应用',
          description: '跳转地址中的 mpcAppId 与 center.appId 不同时, 用它的密钥解密',
          maxItems: 20,
        },
      ),
    ),
    peers: Type.Array(Type.String({ pattern: '^[0-9a-fA-F.:]+(/\\d{1,3})?$' }), {
      title: '允许的来源',
      description: 'IP 或网段, 如 10.0.0.0/8',
      minItems: 1,
      maxItems: 100,
    }),
  },
  {
    title: '回调监听',
    description:
      '默认不启用; 接收 6302、6204, 一律再用 6301 核实 (RULES 6)。6204 经过患者手机, 地址用另一个密钥 syncPathSecret, 不填则不接收',
    additionalProperties: false,
  },
)

/** Raised when a setting changes its meaning: an older version refuses what it would read wrongly. */
export const configFormat = 1

const Settings = Strict({
  format: optional(count('配置格式', 1, configFormat, '更高的由更新的版本写成, 整个拒绝')),
  environment: choice('环境', ['test', 'production']),
  orgCodg: Text('医保定点机构代码', 12),
  ecOrgId: optional(Text('电子凭证机构号', 40)),
  dataDir: optional(text('数据目录', '绝对路径')),
  backupDir: optional(text('账本备份目录', '绝对路径, 最好在另一块磁盘; 每天校验后备份, 保留 7 份')),
  api: Strict(
    {
      port: optional(count('端口', 1, 65_535)),
      origins: optional(Type.Array(Type.String({ pattern: '^(https?|app)://[^/]+$' }), { title: '允许的网页来源' })),
      jsonp: optional(flag('允许 JSONP', '只能凭一次性凭据读订单状态, 供 IE 页面使用')),
      limits: optional(
        Type.Object(
          {
            perToken: optional(count('每个令牌', 1, 100_000)),
            perConnection: optional(count('每个连接', 1, 100_000)),
          },
          { title: '每秒请求数上限', description: '瞬时可达两倍; 超过则 429', additionalProperties: false },
        ),
      ),
      tokens: Type.Array(Token, { title: '访问令牌', maxItems: 100, description: '可以为空: 用 agent pair 配对' }),
      provisioning: optional(
        text('令牌预置文件', 'JSON {"tokens": [...]}, 只放摘要; 启动时收入数据目录 (docs/security.md)'),
      ),
    },
    { title: '本机接口' },
  ),
  center: Center,
  voucher: Voucher,
  scanners: optional(Scanners),
  orders: optional(Orders),
  callbacks: optional(Callbacks),
  onlineChannels: optional(
    Type.Array(
      Strict({
        orgChannelCode: Type.String({ title: '机构渠道认证编码', maxLength: 64 }),
        businessTypes: Type.Array(Type.String({ maxLength: 40 }), { title: '线上业务类型', maxItems: 10 }),
        channelName: Type.String({ title: '第三方渠道应用名称', maxLength: 60 }),
        appId: Type.String({ title: '应用ID', maxLength: 32 }),
      }),
      { title: '反馈单中的线上渠道', description: '逐行照录, 供核对和生成授权链接; 不含密钥', maxItems: 50 },
    ),
  ),
  kiosk: optional(Kiosk),
  desktop: optional(Desktop),
})
export const Config = withDefaults(Settings, settingDefaults)
export type Config = Static<typeof Config>
