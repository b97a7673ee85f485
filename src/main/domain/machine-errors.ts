// Owns the errors of this machine: library, scanner, journal, configuration, start.
import { entry, type ErrorEntry } from './error-entry.ts'

export const machineErrors = {
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
  LIBRARY_CHANGED: entry(
    '动态库文件已变化, 已停止解码',
    'The files of the library have changed; decoding is stopped',
    '厂商可能已自动更新; 管理员向厂商核实 data.library.changes 后, 用 npm run doctor -- --accept-library 接受, 见 docs/doctor.zh-CN.md',
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
    '原因见 /v1/status 的 scanners; 检查 USB/串口线和配置 scanners; 恢复后自动重连',
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
  LIBRARY_FINGERPRINT_MISMATCH: entry(
    '动态库文件与所确认的不一致',
    'The files of the library are others than those that were looked at',
    '重新查看 GET /v1/doctor 的 libraryManifest, 核对后提交其中的 fingerprint',
    'fix',
  ),
  NODE_TOO_OLD: entry('Node.js 版本过低', 'Node.js is too old', '需要 Node.js 24 或以上', 'fix'),
  INTERNAL: entry('助手内部错误', 'Internal error', '附 requestId 联系技术支持', 'ask'),
  SCANNER_NOT_ADMITTED: entry(
    '扫码枪序列号与登记的不符, 已停用',
    'The scanner is not the one that is registered',
    '换回登记的扫码枪; 确已更换并在中心登记 (设备SN准入) 后, 修改配置 scanners 的 serialNumber',
    'fix',
  ),
} as const satisfies Record<string, ErrorEntry>
