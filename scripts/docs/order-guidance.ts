// Owns what a HIS program and a cashier do at every `next` and every ordStas, in Chinese, for docs/what-to-do-when.zh-CN.md.
// What follows from an order by itself is core/domain/order/order-state.ts.
import type { Next } from '../../src/core/domain/order/order-state.ts'

export type Guidance = {
  readonly meaning: string
  readonly program: string
  readonly cashier: string
}

const guide = (meaning: string, program: string, cashier: string): Guidance => ({ meaning, program, cashier })

export const nextGuidance: Readonly<Record<Next | 'query', Guidance>> = {
  upload: guide(
    '中心没有这笔费用: 没传过、被拒绝、没发出, 或已撤销',
    '上传 (6201), 单号不变; 被拒绝的先按 `faults` 或中心原文改好',
    '按提示改好后重新提交',
  ),
  authorize: guide(
    '已上传, 还没有支付授权码',
    '等患者授权; 拿到 `payAuthNo` 后随下单传入, 或先提交 `authorization`',
    '请患者在手机上打开医院的缴费页面, 完成医保授权',
  ),
  place: guide('已上传, 授权码已到', '下单 (6202), 或 6205, 或收银台, 三选一', '点收费'),
  payCash: guide(
    '已下单, 患者还有自费部分没付',
    '**不记账**; 显示 `cashDue`; 每隔几秒查订单, 或等事件',
    '请患者在手机上付清自费部分; 患者不付了就撤销, **不要另收现金**',
  ),
  wait: guide(
    '结果还没定, 助手正在向中心核实',
    '不换单号, 不改内容; 用 `operationId` 等结果, 或查订单; 把应答的 `message` 显示给收费员',
    '等待; 提示请患者看手机的, 请患者在手机上付清; **不要重收, 不要让患者另外付钱**',
  ),
  query: guide(
    '只在重复的请求和 `operation` 的应答里: 该操作办完时 `next` 为 `wait`, 订单此后不再等待; 其余字段是办完时的',
    '查订单 (6301), 按查到的 `next` 做; 不按这份应答的 `paid`、`ordStas` 记账或重收',
    '不需要做什么; **不要重收**',
  ),
  book: guide(
    '已结算 (`paid` 为 true; 没记账就退过一部分自费的为 false), HIS 还没有记账; 配置 `orders.callbackAck` 为 booked 时, 中心等 HIS 记账, 此时 `paid` 还是 false',
    '记账, 保存流水号, 然后 `booking` 回报成功或失败',
    '正常出票',
  ),
  refundCash: guide(
    '医保已退, 自费部分没退',
    '只退现金: 6203, `refdType` CASH, 新的 `appRefdSn`, 金额不超过 `refundableCash`; **不要再退 ALL**',
    '告诉患者自费部分还在退',
  ),
  none: guide('没有要做的事', '不需要做什么', '不需要做什么'),
  person: guide(
    '只有人能判断',
    '停下; 显示 `attention` 的原因和 `/v1/attention` 给的建议; 处理后 `resolve` 登记',
    '**不要重收, 不要重退**; 交给信息科或财务',
  ),
}

/** The center's statuses, in the words of its dictionary. Any other code is the last row. */
export const ordStasGuidance: Readonly<Record<string, Guidance>> = {
  '0': guide('已保存: 已上传, 没有扣钱', '看 `next`: `authorize` 或 `place`', '继续收费'),
  '1': guide('预结算完成, 没有扣钱', '同 0', '继续收费'),
  '2': guide('待支付或结算中', '不记账; 看 `next`: `payCash` 或 `wait`', '请患者付清自费部分, 或等待'),
  '3': guide('自费完成, 医保还没有: 只完成一半', '不记账, 不退费, 等待', '等待, 不要重收'),
  '4': guide('医保完成, 还没有全部结算', '不记账, 等待 (等 HIS 记账时 `next` 为 `book`)', '等待, 不要重收'),
  '5': guide('院内结算完成, 还没有全部结算', '不记账, 等待', '等待, 不要重收'),
  '6': guide('结算完成: **唯一的已收款**', '记账, 保存流水号, 回报 `booking`', '出票'),
  '7': guide('已全部退款', '在 HIS 冲销; 不是 HIS 退的, 会列入待处理', '告诉患者已全部退回'),
  '8': guide(
    '医保已全部退款',
    '没有自费部分: 已退完。有自费部分: 助手自动退一次现金 (`wait`), 否则 `refundCash`',
    '自费部分可能还在退, 不要另退现金',
  ),
  '9': guide(
    '仅自费全部退款',
    '没记账的先记账回报; 在 HIS 冲销自费部分; 医保部分可再退 HI。医保结算失败后退的自费 (16 之后): `next` 为 `none`, 不记账',
    '告诉患者自费部分已退回',
  ),
  '10': guide(
    '仅自费部分退款',
    '没记账的先记账回报; 在 HIS 冲销已退的部分; 还可退 `refundableCash`。医保结算失败的 (16 之后) 不记账: `refundCash`',
    '按退费单核对',
  ),
  '11': guide('医保全部退款, 自费部分退款', '还可退 `refundableCash`', '按退费单核对'),
  '12': guide('已撤销, 没有扣钱', '可用同一单号重新上传', '需要时重新收费'),
  '13': guide(
    '医保已撤销, 自费未撤销: 患者的钱还在',
    '停下, 交人工; 有退费权限的可用 6203 只退 CASH, 不超过 `refundableCash`',
    '不要重收; 交财务退还患者的自费部分',
  ),
  '14': guide('异常', '停下, 交人工', '不要重收; 交信息科联系中心'),
  '15': guide(
    '结算失败, 中心说自费已冲正',
    '不记账; 按中心原文处理后换单号重新上传',
    '请患者核对自费部分是否退回, 再重新收费',
  ),
  '16': guide(
    '医保结算失败, 自费冲正也失败: 患者的钱还在',
    '助手自动退一次自费部分 (配置 `orders.cashRefundOn16` 为 person 时不退); 仍是 16 的交人工, 有退费权限的可用 6203 只退 CASH',
    '不要重收; 交财务退还患者的自费部分',
  ),
  其他: guide('字典没有的代码', '停下, 交人工; 原样显示代码', '不要重收; 交信息科联系中心'),
}
