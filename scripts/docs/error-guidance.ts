// Owns what a HIS program and a cashier do at an error code, in Chinese, for docs/what-to-do-when.zh-CN.md. What a code means
// and where to look is the error table; a code that is not named here gets what its retry advice says.
import type { RetryAdvice } from '../../src/core/domain/errors/error-entry.ts'
import { errorTable, type ErrorCode } from '../../src/core/domain/errors/error-table.ts'

const programs: Readonly<Record<RetryAdvice, string>> = {
  never: '不重试',
  fix: '改正后再试',
  later: '稍后原样重试, 单号和内容都不变',
  ask: '先查询这一笔 (6301), 按 `next` 做',
}

const cashiers: Readonly<Record<RetryAdvice, string>> = {
  never: '不要再试, 找信息科',
  fix: '把提示告诉信息科',
  later: '稍候再试一次; 一直如此找信息科',
  ask: '**不要重收**, 先查这一笔',
}

const scanAgain = '请患者刷新医保码, 重新扫码'
const waitForIt = '等待; **不要重收, 不要让患者另外付钱**'
const stopCharging = '停止用本机收费, 换别的窗口, 马上找信息科'

const ownCashiers: Partial<Readonly<Record<ErrorCode, string>>> = {
  INVALID_FIELDS: '按提示补全或改正这张单子',
  KEY_CONFLICT: '**不要重收**; 先看这个单号的结果, 单子改过了找信息科',
  DUPLICATE_BILL: '**不要重收**; 先看提示里的另一单号是否已收',
  SECOND_WAY: '继续原来的支付方式, 或先撤销',
  PAY_AUTH_MISSING: '请患者在手机上完成医保授权, 再点收费',
  REFUND_AUTH_MISSING: '请患者重新扫码, 再退费',
  REFUND_OUT_OF_BOUNDS: '核对退费金额, 不超过提示的可退金额',
  REFUND_TOO_LATE: '请患者到医保窗口, 或由财务按人工渠道退费',
  REFUND_LIVE: '等上一笔退费的结果, **不要再退**',
  CENTER_DECLINED: '按中心的原文处理 (常见: 药品编码、参保状态、余额); 没有扣钱',
  CENTER_UNREACHABLE: '没有发出, 没有扣钱; 稍候再试, 一直如此走自费或人工渠道',
  CENTER_UNCLEAR: '显示的是以前的记录; 稍候再查',
  NOT_DONE: '中心那里没有看到; 同一单号 (同一退费号) 再点一次',
  OUTCOME_UNKNOWN: waitForIt,
  OPERATION_RUNNING: waitForIt,
  OPERATION_QUEUED: '已排队, 恢复后自动办理; 告诉患者稍后到账, 不要再做一次',
  QUEUE_REFUSED: '没有发出; 恢复后再做',
  QUEUE_EXPIRED: '没有发出; 核对这一笔后再做',
  QUEUE_WITHDRAWN: '已撤回, 没有发出; 需要时重新办理',
  OPERATION_INTERRUPTED: '重新扫码',
  DECODE_CANCELLED: '患者或操作员取消了, 需要时重新扫码',
  DECODE_REFUSED: scanAgain,
  DECODE_TIMEOUT: scanAgain,
  DECODE_BUSY: '等上一位患者扫完',
  DECODER_CRASHED: scanAgain,
  DECODE_NOT_FOUND: '重新扫码',
  SCAN_UNUSABLE: '扫码枪的设置被改过, 找信息科; 急用时换一个窗口',
  SCAN_TIMEOUT: '请患者出示医保码, 重新扫码',
  SCANNER_UNAVAILABLE: '检查扫码枪的线是否插好; 一直如此找信息科',
  JOURNAL_UNWRITABLE: stopCharging,
  JOURNAL_BUSY: '稍等再试; 一直如此请信息科看是哪个程序打开了账本文件',
  JOURNAL_DAMAGED: stopCharging,
  JOURNAL_BROKEN: stopCharging,
  JOURNAL_GONE: stopCharging,
  ORDER_QUARANTINED: '这一笔不要再动, 交财务和信息科',
  ORDER_OF_NEWER_VERSION: '这一笔不要再动, 也不要用别的单号重收; 请信息科升级助手',
  INTERNAL: '**不要重收**; 记下 `requestId` 找信息科',
}

const ownPrograms: Partial<Readonly<Record<ErrorCode, string>>> = {
  KEY_CONFLICT: '先查询这个单号的结果; 确实是另一张单子 (不是重复收费、重复退费) 才用新单号',
  OUTCOME_UNKNOWN: '不换单号, 不重发别的内容; 用 `operationId` 等结果',
  OPERATION_RUNNING: '用 `operationId` 等结果 (`wait` 20), 或原样再问一次',
  OPERATION_QUEUED: '保存 `operationId`, 过后再问结果',
  NOT_DONE: '原样重试; 退费用**同一个** `appRefdSn`',
  DECODE_CANCELLED: '不当作错误显示',
  CENTER_DECLINED: '按 `data.center` 改好, 同一单号再试; 退费被拒绝要换新的 `appRefdSn`',
}

/** The row of a code: what the HIS program does, then what the cashier does. */
export const guideError = (code: ErrorCode): { readonly program: string; readonly cashier: string } => {
  const { retry } = errorTable[code]
  return { program: ownPrograms[code] ?? programs[retry], cashier: ownCashiers[code] ?? cashiers[retry] }
}
