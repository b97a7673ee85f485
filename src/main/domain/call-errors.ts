// Owns the errors of calls: what is wrong with a request, an order, or the way to the center.
import { entry, type ErrorEntry } from './error-entry.ts'

export const callErrors = {
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
  NOT_DONE: entry(
    '已向中心核实: 该操作没有发生, 可以原样重新发起',
    'The center was asked: this did not happen, and may be asked for again as it was',
    '退费须用同一个 appRefdSn (RULES 2.3), 换号可能退两次',
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
  TOO_MANY_STREAMS: entry('事件订阅过多', 'Too many event streams', '关闭不用的 /v1/events 连接', 'later'),
} as const satisfies Record<string, ErrorEntry>
