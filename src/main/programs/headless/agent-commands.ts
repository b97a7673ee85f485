// Owns the commands for a running agent, of the same program: pair, console, tokens. What they do the agent does, through its
// owner-only channel (control/); here are their flags and what they say.
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type {
  LinkAnswer,
  PairingStarted,
  PairingState,
  RotatedAnswer,
  TokensAnswer,
} from '../../../contract/local-api/access.ts'
import { readDataDir } from '../../config/load-config.ts'
import { callAgent } from '../../control/call-agent.ts'
import { errorTable, type ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { beginTokensAnew } from '../../wiring/open-token-store.ts'
import { enterSecret, readStdin, sealSecrets } from '../../wiring/secret-commands.ts'

export const commandNames: readonly string[] = ['pair', 'console', 'tokens', 'secrets']

export const commandsUsage = `
对正在运行的助手 (commands for a running agent), 另加 --data-dir 目录 或 --config 文件:

  pair --name 名称 --scopes read,decode,pay [--origin 网页来源 | --application 程序]
       [--days 天数] [--charset gbk] [--fsi-names snake] [--replace]
                            发起配对, 显示六位配对码     shows a pairing code
  pair --cancel | --status  取消、查看配对               cancels, or shows, the pairing
  console [--page kiosk|display]
                            打开网页的一次性链接         a single-use link to a page
  console --settings        15 分钟内可以更改全部设置    may change every setting for 15 minutes
  tokens list               列出令牌                     lists the tokens
  tokens revoke 名称        吊销, 立即生效               revokes at once
  tokens rotate 名称 [--overlap 分钟] [--days 天数]
                            换令牌, 旧的默认再用 10 分钟 the old one works 10 minutes more
  tokens begin-anew --yes   先停助手: 令牌文件丢失或损坏后, 不带任何配对的令牌重新开始
                            (agent stopped) without any paired token, once the file is lost

密钥文件 (secret files), 用运行助手的系统用户执行, 加 --config 文件:

  secrets seal              密封配置所指的明文密钥文件   seals the plain files
  secrets enter 设置 [--new-key]
                            从标准输入重新填写一个密钥, 如 center.appSecret; secrets.key 确已
                            打不开时加 --new-key         enters a secret anew, from stdin
`

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  ...{ 'data-dir': text, config: text, name: text, scopes: text, origin: text, application: text, days: text },
  ...{
    charset: text,
    'fsi-names': text,
    overlap: text,
    page: text,
    replace: flag,
    settings: flag,
    cancel: flag,
    status: flag,
    json: flag,
    yes: flag,
    'new-key': flag,
  },
} as const

const usageError = (addition: string): AgentError => new AgentError('COMMAND_INVALID', { addition })

const readArguments = (commandLine: readonly string[]) => {
  try {
    return parseArgs({ args: [...commandLine], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw usageError((error as Error).message)
  }
}

type Values = ReturnType<typeof readArguments>['values']

const folderOf = ({ 'data-dir': dataDir, config }: Values): string => {
  const named = dataDir ?? (config === undefined ? undefined : readDataDir(config))
  if (named !== undefined) return resolve(named)
  throw usageError(
    config === undefined
      ? '请用 --data-dir 或 --config 指出是哪个助手 (启动时显示的数据目录)'
      : `${config} 中没有 dataDir, 请用 --data-dir`,
  )
}

const countOf = (value: string | undefined, name: string): number | undefined => {
  if (value === undefined) return undefined
  if (!/^\d{1,5}$/.test(value)) throw usageError(`${name} 应为整数`)
  return Number(value)
}

const needed = (value: string | undefined, name: string): string => {
  if (value === undefined || value === '') throw usageError(`缺少 ${name}`)
  return value
}

const without = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

type Said = { readonly lines: readonly string[]; readonly data: object }
type Ask = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Readonly<Record<string, unknown>>>

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code)

const askAt =
  (dataDir: string): Ask =>
  async (method, path, body) => {
    const { code, message, data } = await callAgent(dataDir, method, path, body)
    if (code === '0') return data
    // The agent's own text stands after the code's; what it adds to that is kept.
    const knownCode = isErrorCode(code) ? code : 'INTERNAL'
    const addition = message.startsWith(errorTable[knownCode].zh)
      ? message.slice(errorTable[knownCode].zh.length + 2)
      : message
    throw new AgentError(knownCode, { ...(addition === '' ? {} : { addition }), detail: data })
  }

const pairingStates: Readonly<Record<PairingState['state'], string>> = {
  none: '没有配对',
  open: '等待输入配对码',
  used: '已完成',
  expired: '已过期',
  dead: '错误次数过多, 已作废',
  cancelled: '已取消',
}

const pair = async (ask: Ask, values: Values): Promise<Said> => {
  if (values.cancel === true) {
    await ask('POST', '/v1/pairings/cancel', {})
    return { lines: ['已取消 (cancelled)'], data: {} }
  }
  if (values.status === true) {
    const state = (await ask('GET', '/v1/pairings')) as PairingState
    return { lines: [`${state.name} ${pairingStates[state.state]} (${state.state})`.trim()], data: state }
  }
  const body = without({
    name: needed(values.name, '--name'),
    scopes: needed(values.scopes, '--scopes, 如 read,decode,pay').split(','),
    origin: values.origin,
    application: values.application,
    charset: values.charset,
    fsiNames: values['fsi-names'],
    expiresInDays: countOf(values.days, '--days'),
    replace: values.replace,
  })
  const { code, expiresAt } = (await ask('POST', '/v1/pairings', body)) as PairingStarted
  const lines = [
    `配对码 (pairing code): ${code}`,
    `在 HIS 或网页中输入; 有效到 ${expiresAt}, 错 5 次作废`,
    '程序用 POST /v1/pairings/exchange {"code", "application"} 换取令牌 (docs/api.md)',
  ]
  return { lines, data: { code, expiresAt } }
}

const openPage = async (ask: Ask, { page, settings }: Values): Promise<Said> => {
  const { link, expiresAt } = (await ask('POST', '/v1/links', without({ page, settings }))) as LinkAnswer
  return { lines: [link, `一分钟内、在本机浏览器打开一次 (once, until ${expiresAt})`], data: { link, expiresAt } }
}

const listTokens = async (ask: Ask): Promise<Said> => {
  const { tokens } = (await ask('GET', '/v1/tokens')) as TokensAnswer
  const states = { valid: '有效', expired: '过期', revoked: '已吊销' }
  const sources = { config: '配置', store: '配对', session: '网页' }
  const lines = tokens.map((row) =>
    [
      row.name,
      states[row.state],
      sources[row.source],
      row.scopes.join(','),
      row.orgCodg,
      row.expiresAt === '' ? '长期' : `到 ${row.expiresAt}`,
      row.origin || row.application,
    ]
      .join('  ')
      .trimEnd(),
  )
  return { lines: lines.length === 0 ? ['没有令牌 (no tokens)'] : lines, data: { tokens } }
}

const manageTokens = async (ask: Ask, values: Values, [action, name]: readonly string[]): Promise<Said> => {
  if (action === 'list') return listTokens(ask)
  if (action !== 'revoke' && action !== 'rotate')
    throw usageError('tokens 后面应为 list、revoke 名称、rotate 名称 或 begin-anew')
  const path = `/v1/tokens/${encodeURIComponent(needed(name, '令牌名称'))}/${action}`
  if (action === 'revoke') {
    await ask('POST', path, {})
    return { lines: [`已吊销 (revoked): ${String(name)}`], data: {} }
  }
  const overlapMinutes = countOf(values.overlap, '--overlap')
  const body = without({ overlapMinutes, expiresInDays: countOf(values.days, '--days') })
  const { token, previousUntil } = (await ask('POST', path, body)) as RotatedAnswer
  const old = previousUntil === '' ? '旧令牌已失效 (the old one has ended)' : `旧令牌可用到 ${previousUntil}`
  return { lines: [`新令牌, 只显示这一次 (the token, shown only now): ${token}`, old], data: { token, previousUntil } }
}

const stampNow = (): string => new Date().toISOString().replaceAll(/\D/g, '')

const manageSecrets = (values: Values, [action, setting]: readonly string[]): Said => {
  const config = resolve(needed(values.config, '--config'))
  if (action === 'seal') return { lines: sealSecrets(config), data: {} }
  if (action !== 'enter') throw usageError('secrets 后面应为 seal 或 enter 设置')
  const entered = { setting: needed(setting, '设置, 如 center.appSecret'), text: readStdin() }
  const newKey = values['new-key'] === true ? { newKeyStamp: stampNow() } : {}
  return { lines: enterSecret(config, { ...entered, ...newKey }), data: {} }
}

/** Not the agent's work: it does not run while its tokens are in doubt. */
const beginAnew = (dataDir: string, { yes }: Values): Said => {
  if (yes !== true) {
    throw usageError('确认后加 --yes: 配对的令牌全部失效; 配置和预置文件中曾被吊销的令牌又会有效, 须先从中删去')
  }
  const aside = beginTokensAnew(dataDir, stampNow())
  const kept = aside === undefined ? [] : [`原文件在 (the file that was there): ${aside}`]
  return { lines: ['令牌文件已重新开始, 请启动助手后重新配对 (begun anew)', ...kept], data: {} }
}

const say = ({ lines, data }: Said, { json }: Values): void => {
  process.stdout.write(json === true ? `${JSON.stringify(data)}\n` : `${lines.join('\n')}\n`)
}

/** Runs the command of an argument list and says what came of it. Throws AgentError, also for what the agent refused. */
export const runCommand = async (commandLine: readonly string[]): Promise<void> => {
  const { values, positionals } = readArguments(commandLine)
  const [command = '', ...rest] = positionals
  if (command === 'secrets') {
    say(manageSecrets(values, rest), values)
    return
  }
  // `--scopes read decode` would otherwise pair with `read` alone.
  if (command !== 'tokens' && rest.length > 0)
    throw usageError(`多余的参数 ${rest.join(' ')} (多个权限用逗号隔开, 如 read,decode)`)
  const folder = folderOf(values)
  const ask = askAt(folder)
  const work: Readonly<Record<string, () => Promise<Said>>> = {
    pair: () => pair(ask, values),
    console: () => openPage(ask, values),
    tokens: () =>
      rest[0] === 'begin-anew' ? Promise.resolve(beginAnew(folder, values)) : manageTokens(ask, values, rest),
  }
  say(await (work[command] ?? (() => Promise.reject(usageError(command))))(), values)
}
