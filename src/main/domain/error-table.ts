// Owns the one error table: code -> Chinese text, English, the engineer's hint, what a caller may do. The error class is errors.ts;
// HTTP status codes are api/http-status.ts.

/** What a caller may do after the error. `never`: the same call fails again; `fix`: change the input first. */
export type RetryAdvice = 'never' | 'fix' | 'later' | 'ask'

export type ErrorEntry = {
  /** For the cashier: what is wrong, in Chinese. */
  readonly zh: string
  /** The same in English. */
  readonly en: string
  /** For the engineer: where to look, in Chinese. */
  readonly hint: string
  /** `later`: repeat the same call later; `ask`: query the order before anything else. */
  readonly retry: RetryAdvice
}

const entry = (zh: string, en: string, hint: string, retry: RetryAdvice): ErrorEntry => ({ zh, en, hint, retry })

export const errorTable = {
  BAD_JSON: entry('请求不是有效的 JSON', 'The request is not valid JSON', '检查请求体的引号、逗号和字符编码', 'fix'),
  CHARSET_UNKNOWN: entry(
    '请求的字符集无法确定',
    'The charset of the request is not known',
    'Content-Type 写明 charset=utf-8 或 charset=gbk; 老接口也可在令牌配置中设 charset',
    'fix',
  ),
  BODY_TOO_LARGE: entry('请求内容过大', 'The request body is too large', '单次请求体上限 8 MiB', 'fix'),
  UNSUPPORTED_MEDIA: entry(
    '请求的 Content-Type 不支持',
    'Unsupported content type',
    '请使用 application/json; charset=utf-8',
    'fix',
  ),
  INVALID_FIELDS: entry('请求内容有误', 'The request has invalid fields', '按 data.faults 列出的路径逐项修改', 'fix'),
  ROUTE_NOT_FOUND: entry('接口地址不存在', 'No such endpoint', '对照 /openapi.json 检查地址和方法', 'fix'),

  TOKEN_MISSING: entry('缺少访问令牌', 'The access token is missing', '请求头加 Authorization: Bearer <令牌>', 'fix'),
  TOKEN_INVALID: entry('访问令牌无效', 'The access token is not valid', '核对令牌, 或由管理员重新签发', 'fix'),
  TOKEN_EXPIRED: entry('访问令牌已过期', 'The access token has expired', '由管理员重新签发令牌', 'fix'),
  SIGNATURE_INVALID: entry('请求签名无效', 'The signature is wrong', '按 docs/security.md 核对被签名的各行', 'fix'),
  SIGNATURE_STALE: entry('请求签名已用过或过期', 'The signature is stale', '每次用新的时间和随机数签名', 'fix'),
  RATE_LIMITED: entry('请求过于频繁', 'Too many requests', '按 Retry-After 稍后再试; 见配置 api.limits', 'later'),
  TICKET_INVALID: entry(
    '一次性凭据无效、已用过或已过期',
    'The ticket is not valid, was used or has expired',
    '用 POST /call/ticket 重新取得; 30 秒内、同一订单、同一来源使用一次',
    'fix',
  ),
  SCOPE_MISSING: entry(
    '该令牌没有此操作的权限',
    'The token lacks the scope for this operation',
    '所需权限见 data.scope',
    'fix',
  ),
  HOST_REFUSED: entry(
    '请求的主机名不被允许',
    'The Host header is not allowed',
    '只能用 127.0.0.1、localhost 或 [::1] 访问',
    'fix',
  ),
  ORIGIN_REFUSED: entry(
    '来源网页不被允许',
    'The web page origin is not allowed',
    '由管理员在配置 api.origins 中登记来源',
    'fix',
  ),

  ORDER_NOT_FOUND: entry('没有这笔订单', 'No such order', '核对 medOrgOrd 和令牌所属机构', 'never'),
  OPERATION_NOT_FOUND: entry('没有这个操作编号', 'No such operation', '核对 operationId', 'never'),
  KEY_CONFLICT: entry(
    '同一单号已有内容不同的请求',
    'The same key was used with another body',
    '相同单号只能重复相同内容; 修改内容请换新单号, 见 RULES 2.2',
    'never',
  ),
  DUPLICATE_BILL: entry(
    '该账单已在另一订单中上传或结算, 请勿重复收费',
    'The bill is open or settled under another order',
    '另一单号见 data.medOrgOrd; 确需重复上传时填 duplicateOverride',
    'ask',
  ),
  WRONG_STATE: entry(
    '订单当前状态不能做此操作',
    'The order is not in a state for this',
    '先查询订单, 按 data.next 操作',
    'ask',
  ),
  SECOND_WAY: entry('订单已选择另一种支付方式', 'Another way to pay is already open', '先撤销, 再换支付方式', 'ask'),
  PAY_AUTH_MISSING: entry(
    '缺少支付授权码 payAuthNo, 请患者在手机上完成医保授权',
    'payAuthNo is missing: the patient must authorise on the phone',
    'payAuthNo 来自手机渠道, 可随请求传入或由 /authorization 提交; 它不是 6101 的 authNo',
    'fix',
  ),
  MDTRT_ID_MISSING: entry('缺少就诊ID mdtrtId', 'mdtrtId is missing', '上传时未传 mdtrtId, 下单时必须传', 'fix'),
  MDTRT_ID_MISMATCH: entry(
    '就诊ID与上传时不一致',
    'mdtrtId differs from the upload',
    '下单的 mdtrtId 须与费用上传一致',
    'fix',
  ),
  REFUND_AUTH_MISSING: entry(
    '缺少退费授权, 请患者重新扫码',
    'The refund needs payAuthNo or ecToken',
    'payAuthNo 与 ecToken 二选一; 均未传且无留存 ecToken',
    'fix',
  ),
  REFUND_OUT_OF_BOUNDS: entry(
    '退费金额超出可退范围',
    'The refund exceeds what can be refunded',
    '可退金额见 data.refundable, 见 RULES 7',
    'fix',
  ),
  REFUND_TOO_LATE: entry(
    '该支付方式只能在结算当日退费, 已过时限',
    'This way of paying takes refunds only on the day of the settlement',
    '时限见配置 orders.sameDayRefundUntil, RULES 7.5; 改由医保窗口或人工渠道退费',
    'never',
  ),
  REFUND_LIVE: entry('该订单已有退费在处理', 'A refund of this order is in progress', '等待其结果, 勿另发退费', 'ask'),
  CASHIER_URL_MISSING: entry(
    '中心没有返回收银台地址',
    'The center gave no cashier URL',
    '该中心可能不支持收银台模式',
    'never',
  ),
  DECODE_NOT_FOUND: entry(
    '没有这次扫码的记录',
    'No such decode',
    '核对 decodeOperationId; 须为本令牌成功的解码',
    'fix',
  ),

  CENTER_DECLINED: entry('医保移动支付中心拒绝了请求', 'The center declined', '中心原文见 data.center', 'fix'),
  CENTER_UNREACHABLE: entry(
    '连不上医保移动支付中心, 请求未发出',
    'The center cannot be reached; nothing was sent',
    '检查网络、前置机和 center.baseUrl; 可原样重试',
    'later',
  ),
  CENTER_UNCLEAR: entry(
    '中心的应答无法确认, 订单记录未变',
    'The answer of the center could not be verified; the record is as it was',
    '多为超时、验签失败或中心故障; 稍后再查询, 持续出现时联系中心',
    'later',
  ),
  OUTCOME_UNKNOWN: entry(
    '结果未知, 正在向中心核实, 请勿重复收费',
    'The outcome is unknown and is being settled by query',
    '用 operationId 查询结果; 系统按 RULES 3.5 自动核实',
    'ask',
  ),
  OPERATION_RUNNING: entry('正在处理, 请稍候查询', 'Still running', '用 operationId 查询结果', 'ask'),

  OPERATION_QUEUED: entry(
    '中心暂时连不上, 已排队, 恢复后自动办理',
    'The center cannot be reached; this waits and is sent when it is back',
    '尚未发出; 用 operationId 查询结果, 编号一直有效',
    'ask',
  ),
  QUEUE_REFUSED: entry(
    '中心暂时连不上, 且不能排队',
    'The center cannot be reached, and this cannot wait for it',
    '排队的笔数和金额有上限, 见配置 orders.queue; 恢复后重新发起',
    'later',
  ),
  QUEUE_EXPIRED: entry('排队太久, 已放弃', 'It waited too long and was given up', '未发出; 核实订单后重新发起', 'fix'),
  NOTHING_TO_RESOLVE: entry(
    '该订单没有待人工处理的事项',
    'Nothing about this order needs a person',
    '先查询 /v1/attention; 可能已自动恢复或已由他人处理',
    'never',
  ),

  OPERATION_INTERRUPTED: entry(
    '操作因程序退出而中断, 请重新操作',
    'The agent ended while this ran; nothing is known to have come of it',
    '仅用于扫码解码; 涉及资金的操作由系统自动核实',
    'later',
  ),
  NOT_CANCELLABLE: entry(
    '该操作不能取消',
    'This operation cannot be cancelled',
    '只有进行中的扫码解码可以取消',
    'never',
  ),
  REPORT_TOO_LARGE: entry(
    '当日订单过多, 无法一次生成日报',
    'The day has too many orders for one report',
    '上限见 data.atMostOrders; 请改用各工作站自己的日报',
    'never',
  ),
  TOO_MANY_WAITS: entry('等待结果的请求过多', 'Too many calls wait', '不带 wait 查询, 或稍后再试', 'later'),
  TOO_MANY_STREAMS: entry('事件订阅过多', 'Too many event streams', '关闭不用的 /v1/events 连接', 'later'),

  DECODE_CANCELLED: entry('已取消扫码', 'The scan was cancelled', '患者或操作员取消, 不是故障', 'later'),
  DECODE_REFUSED: entry('医保码解析未通过', 'The voucher was refused', '动态库返回的原文见 data.library', 'fix'),
  DECODE_TIMEOUT: entry(
    '解码超时, 动态库没有响应',
    'The library did not answer in time',
    '检查电子凭证前置机和扫码设备; 解码进程已重启',
    'later',
  ),
  DECODE_BUSY: entry('扫码排队已满, 请稍候', 'Too many decodes are waiting', '上一位患者的扫码还未结束', 'later'),
  DECODER_CRASHED: entry(
    '动态库异常退出, 已自动恢复, 请重新扫码',
    'The library crashed and was restarted',
    '联系动态库厂商, 附 data.library',
    'later',
  ),
  DECODER_UNAVAILABLE: entry(
    '动态库无法加载',
    'The library cannot be loaded',
    '原因见 data.library: 位数、依赖文件、路径或函数名',
    'fix',
  ),
  DECODER_OUTPUT_INVALID: entry(
    '动态库返回内容无法识别',
    'The library returned something unreadable',
    '版本或字符集不符, 见 data.library',
    'fix',
  ),
  SCANNER_UNAVAILABLE: entry(
    '扫码枪未连接',
    'The scanner is not connected',
    '检查 USB/串口线和 scanner.path; 恢复后自动重连',
    'later',
  ),
  SCAN_TIMEOUT: entry('等待扫码超时', 'No scan arrived in time', '请患者出示医保码后重新扫码', 'later'),

  JOURNAL_NOT_SQLITE: entry(
    '账本文件已损坏或不是账本',
    'The journal file is not a journal',
    '勿删除; 改名保留后从备份恢复',
    'never',
  ),
  JOURNAL_UNWRITABLE: entry('账本无法写入, 已停止收费', 'The journal cannot be written', '检查磁盘空间和权限', 'later'),
  JOURNAL_DAMAGED: entry(
    '账本文件有损坏, 已停止收费',
    'A part of the journal file cannot be read',
    '勿删除; 停止助手, 从备份恢复, 见 docs/journal.zh-CN.md',
    'never',
  ),
  JOURNAL_BROKEN: entry(
    '账本校验不通过, 已停止收费',
    'The chain of the journal does not hold: it was changed from outside',
    '用 npm run journal -- verify 查看, 见 docs/journal.zh-CN.md; 查询不受影响',
    'never',
  ),
  JOURNAL_GONE: entry(
    '账本文件不见了或被替换, 已停止收费',
    'The journal file was deleted or replaced',
    '勿重启助手; 把原文件放回原处, 或从备份恢复, 见 docs/journal.zh-CN.md',
    'never',
  ),
  ORDER_QUARANTINED: entry(
    '这笔订单的账本记录有损坏, 不能办理资金操作',
    'A record of this order is damaged; nothing that moves money is done with it',
    '与中心和 HIS 核对后人工处理; 用 npm run journal -- quarantine 查看',
    'never',
  ),
  JOURNAL_TOO_NEW: entry('账本由更新的版本创建', 'The journal was made by a newer version', '请升级本程序', 'never'),
  JOURNAL_KEY_LOST: entry(
    '账本密钥缺失或不符',
    'The journal key is missing or wrong',
    '恢复数据目录中的密钥文件',
    'never',
  ),
  DATA_FOLDER_IN_USE: entry(
    '数据目录已被另一个程序占用',
    'Another agent uses the data folder',
    '同一台电脑只能运行一个助手',
    'fix',
  ),
  DATA_FOLDER_OTHER_ENVIRONMENT: entry(
    '数据目录属于另一个环境',
    'The data folder belongs to another environment',
    '沙箱、测试、生产须各用自己的数据目录',
    'fix',
  ),
  CONFIG_MISSING: entry(
    '缺少配置',
    'The configuration is missing',
    '用 --config 指定配置文件, 或用 --sandbox 试用',
    'fix',
  ),
  CONFIG_INVALID: entry(
    '配置有误',
    'The configuration is invalid',
    '按列出的各项修改, 见 docs/configuration.md',
    'fix',
  ),
  PORT_IN_USE: entry('端口已被占用', 'The port is in use', '换一个端口 (--port), 或结束占用的程序', 'fix'),
  NODE_TOO_OLD: entry('Node.js 版本过低', 'Node.js is too old', '需要 Node.js 24 或以上', 'fix'),
  INTERNAL: entry('助手内部错误', 'Internal error', '附 requestId 联系技术支持', 'ask'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable
