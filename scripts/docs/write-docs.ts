// Owns what is made from tables: the list of library profiles in src/main/voucher/library/profile-list.ts, and the documents docs/errors.md, docs/configuration.md, docs/what-to-do-when.zh-CN.md,
// docs/his-kiosk.openapi.json, NOTICE, and the tables of docs/security.md and docs/doctor.zh-CN.md. Also a command, `npm run docs`; a
// test compares the files with what this makes.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { httpStatus } from '../../src/main/api/answers/http-status.ts'
import { callCodes, routeOf } from '../../src/main/api/old-clients/calls.ts'
import { routes } from '../../src/main/api/endpoints.ts'
import { scopes, type ScopeRule } from '../../src/main/api/callers/tokens.ts'
import { Config } from '../../src/main/config/schema/config-schema.ts'
import type { CheckRow } from '../../src/main/doctor/tables/check-row.ts'
import { checkTable } from '../../src/main/doctor/tables/check-table.ts'
import type { RetryAdvice } from '../../src/core/domain/errors/error-entry.ts'
import { errorTable, type ErrorCode } from '../../src/core/domain/errors/error-table.ts'
import { makeHisOpenApi } from './his-openapi.ts'
import { makeNotice } from './notice.ts'
import { whatToDoWhen } from './what-to-do-when.ts'

const root = join(import.meta.dirname, '../..')

const retryTexts: Readonly<Record<RetryAdvice, string>> = {
  never: '不要重试 (never)',
  fix: '修改后再试 (fix first)',
  later: '稍后原样重试 (later)',
  ask: '先查询再决定 (ask first)',
}

const errorsDocument = (): string => {
  const rows = Object.entries(errorTable).map(
    ([code, { zh, en, hint, retry }]) =>
      `| \`${code}\` | ${httpStatus[code as ErrorCode]} | ${zh}<br>${en} | ${hint} | ${retryTexts[retry]} |`,
  )
  return [
    '# 错误码 (errors)',
    '',
    '`code` 为 `"0"` 表示成功, 否则是下表之一。`message` 是给收费员看的中文; `data.hint` 给工程师; 错误码不会改名。',
    'Made from `src/core/domain/errors/error-table.ts` by `npm run docs`.',
    '',
    '| 错误码 code | HTTP | 含义 meaning | 排查 hint | 重试 retry |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

type Node = {
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly type?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
}

const kindOf = (node: Node): string => {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join('、')
  if (node.minimum !== undefined && node.maximum !== undefined) return `整数 ${node.minimum} 到 ${node.maximum}`
  return (
    { string: '文本', boolean: 'true/false', array: '列表', object: '对象', integer: '整数' }[node.type ?? ''] ?? ''
  )
}

/** As it would be written in the file. */
const defaultOf = ({ default: value }: Node): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``)

const settingRows = (node: Node, prefix: string): string[] =>
  Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const required = node.required?.includes(name) === true ? '是' : ''
    const own = `| \`${path}\` | ${field.title ?? ''} | ${kindOf(field)} | ${required} | ${defaultOf(field)} | ${field.description ?? ''} |`
    const isSecret = field.properties !== undefined && 'env' in field.properties
    const inside = isSecret
      ? []
      : settingRows(field.items ?? field, field.items === undefined ? `${path}.` : `${path}[].`)
    return [own, ...inside]
  })

const configurationDocument = (): string =>
  [
    '# 配置文件 (configuration)',
    '',
    '一个 JSON 文件 (UTF-8), 启动时用 `--config` 指定。整份检查, 一次列出全部问题; 不认识的键一律拒绝。',
    '密钥不写在文件里: 用 `{"file": "路径"}` (相对路径以配置文件所在目录为准) 或 `{"env": "环境变量名"}` 指出来源。',
    'Made from `src/main/config/schema/config-schema.ts` and `setting-defaults.ts` by `npm run docs`; an example is `examples/config.example.json`.',
    '',
    '| 设置 setting | 名称 | 取值 | 必填 | 默认 | 说明 |',
    '| --- | --- | --- | --- | --- | --- |',
    ...settingRows(Config as unknown as Node, ''),
    '',
    '`npm run keys -- 目录` 生成本机构 SM2 密钥对, 私钥密封, 并导出公钥 (docs/security.md); `npm run token -- 名称 权限...` 生成访问令牌, 配置里只放摘要。',
    '',
  ].join('\n')

const scopeRow = (endpoint: string, { scope, also, own, owner }: ScopeRule, enough = '可以'): string => {
  const cells = scopes.map((column) => {
    if (owner === true) return column === scope ? '所有者' : ''
    if (also !== undefined) return column === scope || column === also ? '须同时有' : ''
    if (scope === undefined) return '公开'
    return column === scope ? enough : own?.includes(column) === true ? '自己的' : ''
  })
  return `| \`${endpoint}\` | ${cells.join(' | ')} |`
}

const scopeTable = (): string =>
  [
    `| 端点 endpoint | ${scopes.join(' | ')} |`,
    `| --- |${' --- |'.repeat(scopes.length)}`,
    ...routes.map((route) => {
      const endpoint = `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`
      return scopeRow(endpoint, route, route.kioskOnly === true ? '自助机' : '可以')
    }),
    ...callCodes.map((code) => scopeRow(`POST /call/${code}`, routeOf(code))),
    scopeRow('POST /call/ticket', { scope: 'read' }),
  ].join('\n')

const doctorStates = { ok: '正常', warning: '警告', fault: '故障', skipped: '未查' } as const

const checkSection = ([id, row]: readonly [string, CheckRow]): string => {
  const wrong = Object.entries(row.results).filter(([, { remedy }]) => remedy !== '')
  return [
    `### ${row.title} (\`${id}\`)`,
    '',
    row.meaning,
    '',
    '| 结果 result | 状态 | 怎么办 | 联系 |',
    '| --- | --- | --- | --- |',
    ...wrong.map(
      ([result, { state, remedy, call }]) =>
        `| \`${result}\` | ${doctorStates[state]} | ${remedy} | ${call ?? row.call} |`,
    ),
  ].join('\n')
}

const checkTableMarks = /(<!-- checks -->\n)[\s\S]*(<!-- end of checks -->)/

/** Written by hand but for its checks. */
const doctorDocument = (): string => {
  const text = readFileSync(join(root, 'docs/doctor.zh-CN.md'), 'utf8')
  if (!checkTableMarks.test(text)) throw new Error('docs/doctor.zh-CN.md has lost the marks of its checks')
  const sections = Object.entries(checkTable).map(checkSection).join('\n\n')
  return text.replace(checkTableMarks, (_all, before: string, after: string) => `${before}\n${sections}\n\n${after}`)
}

const tableMarks = /(<!-- scopes -->\n)[\s\S]*(<!-- end of scopes -->)/

/** Written by hand but for its table. */
const securityDocument = (): string => {
  const text = readFileSync(join(root, 'docs/security.md'), 'utf8')
  if (!tableMarks.test(text)) throw new Error('docs/security.md has lost the marks of its table')
  return text.replace(tableMarks, (_all, before: string, after: string) => `${before}\n${scopeTable()}\n\n${after}`)
}

/** Names every file of profiles/, which exports its profile under its own name: `hea-sec.ts` exports `heaSec`. */
const profileList = (): string => {
  const names = readdirSync(join(root, 'src/main/voucher/profiles'))
    .map((file) => basename(file, '.ts'))
    .toSorted()
  const exportOf = (name: string): string => name.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())
  return [
    '// The library profiles by name. Made from the files of profiles/ by `npm run docs`.',
    "import type { ProfileKind } from './profile-kind.ts'",
    ...names.map((name) => `import { ${exportOf(name)} } from '../profiles/${name}.ts'`),
    '',
    'export const profileKinds = {',
    ...names.map((name) => `  '${name}': ${exportOf(name)},`),
    '} as const satisfies Readonly<Record<string, ProfileKind>>',
    '',
  ].join('\n')
}

/** File name -> its text. */
export const makeDocuments = (): Readonly<Record<string, string>> => ({
  'src/main/voucher/library/profile-list.ts': profileList(),
  'docs/errors.md': errorsDocument(),
  'docs/configuration.md': configurationDocument(),
  'docs/security.md': securityDocument(),
  'docs/what-to-do-when.zh-CN.md': whatToDoWhen(),
  'docs/doctor.zh-CN.md': doctorDocument(),
  'docs/his-kiosk.openapi.json': makeHisOpenApi(),
  NOTICE: makeNotice(),
})

if (import.meta.main) {
  for (const [name, text] of Object.entries(makeDocuments())) writeFileSync(join(root, name), text)
}
