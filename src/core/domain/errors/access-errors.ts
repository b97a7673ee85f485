// Owns the errors of tokens, pairing, links and repeated requests: whether somebody may come in.
import { entry, type ErrorEntry } from './error-entry.ts'

export const accessErrors = {
  TOKEN_REVOKED: entry('访问令牌已被吊销', 'The access token was revoked', '由管理员重新配对或签发', 'fix'),
  TOKEN_NAME_TAKEN: entry(
    '令牌名称已被使用',
    'The name belongs to another token',
    '换一个名称; 同一工作站重新配对加 replace (--replace), 只换令牌用 rotate',
    'fix',
  ),
  TOKEN_NOT_FOUND: entry('没有这个令牌', 'No such token', '名称见 GET /v1/tokens (agent tokens list)', 'fix'),
  TOKEN_FIXED: entry(
    '配置文件里的令牌和网页会话不能更换',
    'A token of the configuration, or of a page, cannot be rotated',
    '修改配置 api.tokens 后重启; 需要立即停用时可以吊销',
    'never',
  ),
  TOO_MANY_TOKENS: entry('令牌过多', 'Too many tokens', '最多 500 个 (含已吊销); 重新使用旧名称请加 replace', 'never'),
  PAIRING_OPEN: entry(
    '已有一个配对在等待',
    'A pairing is open already',
    '同时只能有一个; 等它完成 (最多两分钟), 或先取消',
    'later',
  ),
  PAIRING_NONE: entry('没有可取消的配对', 'There is no open pairing of yours', '状态见 GET /v1/pairings', 'never'),
  PAIRING_CODE_INVALID: entry(
    '配对码不正确或已失效',
    'The pairing code is wrong or no longer valid',
    '核对配对码; 来源或程序名称与发起时不同也会被拒绝; 错 5 次作废, 须由管理员重新发起',
    'fix',
  ),
  LINK_INVALID: entry(
    '链接无效、已用过或已过期',
    'The link is not valid, was used or has expired',
    '用 agent console 重新取得; 一分钟内使用一次',
    'fix',
  ),
  OWNER_ONLY: entry(
    '只有本机的所有者能做, 管理员令牌不能',
    'Only the owner of this machine may do this, no token of an administrator',
    '它决定运行什么程序、连到哪里、文件在哪里、谁有权限 (涉及的设置见 data.paths)。请到这台电脑上, 以运行助手的系统用户执行 agent console --settings, 或在助手桌面的设置页点“在本机确认”',
    'never',
  ),
  OTHER_INSTITUTION: entry(
    '本机的设置属于另一机构',
    'The settings of this machine belong to another institution',
    '用本机机构 (配置 orgCodg) 的管理员令牌',
    'never',
  ),
  NONCE_INVALID: entry(
    '请求的随机数或时间不完整',
    'The nonce or the time stamp is missing or misshapen',
    'X-Mip-Nonce 为 16 到 64 个字母、数字、_、-; X-Mip-Timestamp 为 10 位 Unix 秒; 两个须同时有',
    'fix',
  ),
  NONCE_STALE: entry(
    '请求的时间不在允许范围内',
    'The time stamp is outside the window',
    '须为 60 秒以内; 助手的时间见 data.agentTimeS; 刚启动的一两秒内请重发',
    'fix',
  ),
  NONCE_USED: entry(
    '重复的请求, 已拒绝',
    'The same request was received before',
    '这个随机数已用过; 查询结果, 或换新的随机数和时间重发 (同一单号不会重复办理)',
    'ask',
  ),
} as const satisfies Record<string, ErrorEntry>
