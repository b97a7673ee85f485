// Owns what goes into the diagnostic archive, and that nothing else does: each part is rebuilt from what is known to be harmless,
// and known secrets are taken out of the whole once more. The journal, dumps and vendors' own logs never go in.
import { isObject } from '../../contract/check/json-text.ts'
import { freemem, release, totalmem, type as systemType } from 'node:os'
import type { DoctorReport } from '../../contract/local-api/doctor.ts'
import { renderReport } from './render-report.ts'
import { packTexts } from './write-tar.ts'

export type BundleParts = {
  readonly report: DoctorReport
  /** Already without secrets; undefined when there is none. */
  readonly configuration: unknown
  /** Texts of our own files; "" when there is none. */
  readonly manifest: string
  readonly acceptances: string
  /** Of the log: file -> its lines, which hold nothing but what the contract allows. */
  readonly log: Readonly<Record<string, readonly object[]>>
  /** Whatever must not be in it, wherever it may have got to. */
  readonly secrets: readonly string[]
}

const contents = `医保移动支付助手 诊断包 (diagnostic archive)

doctor.txt, doctor.json   体检结果
configuration.json        配置, 密钥、令牌和其他文本已去除
versions.json             系统和运行环境的版本
library-manifest.json     动态库清单 (文件名和 SHA-256)
library-accepted.jsonl    接受动态库变化的记录, 不含操作员
log/agent.log, agent.1.log …  助手的日志, 新的在 agent.log; 只有事件、代码、数字

不含: 账本、患者信息、密钥、令牌、内存转储、厂商动态库的日志。
解码进程没有日志: 厂商可能打印患者信息, 其输出一律丢弃; 它为何不能启动见 doctor.txt。
`

const parse = (text: string): Record<string, unknown> => {
  try {
    const value = JSON.parse(text) as unknown
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const onlyHashes = (text: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(parse(text)).filter(([, hash]) => /^[0-9a-f]{64}$/i.test(String(hash))))

const linesOf = (text: string): readonly Record<string, unknown>[] =>
  text.split('\n').flatMap((line) => {
    const fields = parse(line)
    return Object.keys(fields).length === 0 ? [] : [fields]
  })

const jsonLines = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

const shortestSecret = 6

const scrub = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= shortestSecret)
    .reduce((clean, secret) => clean.replaceAll(secret, '(已去除)'), text)
    // Id numbers, wherever they came from.
    .replaceAll(/(?<!\w)\d{17}[\dXx](?!\w)/g, '(已去除)')

/** The archive, a .tar.gz. */
export const makeBundle = ({ secrets, ...parts }: BundleParts, atMs: number): Buffer => {
  const { report, configuration, manifest, acceptances, log } = parts
  const versions = {
    ...process.versions,
    system: `${systemType()} ${release()}`,
    totalmem: totalmem(),
    freemem: freemem(),
  }
  const accepted = linesOf(acceptances).map(({ at, fingerprint, changes }) => ({ at, fingerprint, changes }))
  const files = {
    'README.txt': contents,
    'doctor.txt': renderReport(report),
    'doctor.json': toJson(report),
    'versions.json': toJson(versions),
    ...(configuration === undefined ? {} : { 'configuration.json': toJson(configuration) }),
    ...(manifest === '' ? {} : { 'library-manifest.json': toJson(onlyHashes(manifest)) }),
    ...(acceptances === '' ? {} : { 'library-accepted.jsonl': jsonLines(accepted) }),
    ...Object.fromEntries(Object.entries(log).map(([name, lines]) => [`log/${name}`, jsonLines(lines)])),
  }
  const clean = Object.entries(files).map(([name, text]) => [name, scrub(text, secrets)] as const)
  return packTexts(Object.fromEntries(clean), atMs)
}
