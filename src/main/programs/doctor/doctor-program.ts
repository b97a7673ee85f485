// Owns `doctor` as a program: its flags, the order of what it does, its exit code. What is checked is compose-doctor.ts.
import '../forbid-debugger.ts'
import { existsSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { copyNameOf, examine, type DoctorSubject } from '../../wiring/compose-doctor.ts'
import { redactConfig } from '../../config/redact-config.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { forbidCoreDumps } from '../core-dumps.ts'
import { makeBundle } from '../../doctor/make-bundle.ts'
import { renderReport } from '../../doctor/render-report.ts'
import { logFolderOf } from '../../../core/log/log-folder.ts'
import { readLogFiles } from '../../../core/log/read-log.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { subjectOfConfig } from '../../wiring/subject-of-config.ts'
import { version } from '../../wiring/machine/version.ts'
import { acceptanceRecord, acceptLibrary } from '../../voucher/library/library-manifest.ts'

const usage = `医保移动支付助手 mip-agent ${version} 体检 (doctor)

  --config FILE       配置文件; 没有也能运行                       configuration file
  --data-dir DIR      数据目录, 默认按配置                         data folder
  --json              输出 JSON                                    the report as JSON
  --bundle FILE       写诊断包 (.tar.gz), 连同日志, 不含患者信息和密钥  diagnostic archive
  --accept-library    接受目前的动态库文件, 须同时写 --operator    accept the library as it is now
  --operator ID       管理员工号, 记入接受记录                     recorded with the acceptance

退出码 (exit): 0 正常, 1 有故障或用法错误, 2 只有警告
`

const exitCodes = { ok: 0, fault: 1, warning: 2 } as const

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  ...{ config: text, 'data-dir': text, bundle: text, operator: text },
  ...{ json: flag, 'accept-library': flag, help: flag },
} as const

const say = (line: string): void => {
  // Synchronous: all of it is out when the program ends, also into a pipe.
  const bytes = Buffer.from(`${line}\n`)
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

/** What was asked cannot be done so; the text says why. */
const usageError = (message: string): Error => Object.assign(new Error(message), { name: 'UsageError' })

const accept = async ({ library }: DoctorSubject, operator: string | undefined): Promise<void> => {
  if (operator === undefined || !/^\P{Cc}{1,40}$/u.test(operator)) throw usageError('缺少 --operator 管理员工号')
  const path = library?.profile.path
  const manifest = library?.manifest
  if (path === undefined || manifest === undefined) {
    throw usageError('没有可接受的动态库: 需要 --config, 以及数据目录或 voucher.manifest')
  }
  const { changes, fingerprint } = await acceptLibrary(path, manifest, copyNameOf(library?.hosts ?? []), {
    operator,
    fingerprint: undefined,
  })
  // Not among the report's lines: with --json stdout is one JSON text.
  process.stderr.write(`已接受动态库 (accepted): 指纹 ${fingerprint.slice(0, 16)}, 操作员 ${operator}\n`)
  for (const change of changes) process.stderr.write(`  - ${change}\n`)
  process.stderr.write('正在运行的助手下一次启动解码进程时生效 (the next start of a host uses it)\n')
}

const readIfThere = (file: string | undefined): string =>
  file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : ''

const secretsOf = (loaded: LoadedConfig | undefined): readonly string[] => {
  if (loaded === undefined) return []
  const { appSecret, privateKey, callbackSecret, libraryKeys, config } = loaded
  const key = Buffer.from(privateKey)
  return [
    ...[appSecret, callbackSecret, libraryKeys.accessKey, libraryKeys.secretKey],
    ...[key.toString('base64'), key.toString('hex'), config.center.appId],
    ...config.api.tokens.map(({ hash }) => hash),
  ]
}

const run = async (): Promise<number> => {
  const { values } = parseArgs({ args: process.argv.slice(3), options, strict: true })
  if (values.help === true) {
    say(usage)
    return 0
  }
  forbidCoreDumps()
  const { subject, loaded } = subjectOfConfig({ config: values.config, dataDir: values['data-dir'] })
  if (values['accept-library'] === true) await accept(subject, values.operator)
  const report = await examine(subject)
  say(values.json === true ? JSON.stringify(report, null, 2) : renderReport(report))
  if (values.bundle !== undefined) {
    const manifest = subject.library?.manifest
    const bundle = makeBundle(
      {
        report,
        configuration: redactConfig(readIfThere(values.config)),
        manifest: readIfThere(manifest),
        acceptances: readIfThere(manifest === undefined ? undefined : acceptanceRecord(manifest)),
        log: subject.dataDir === undefined ? {} : await readLogFiles(logFolderOf(subject.dataDir)),
        secrets: secretsOf(loaded),
      },
      Date.now(),
    )
    // Never over a file that is there: a slip of the hand must not cost a journal.
    writeFileSync(values.bundle, bundle, { flag: 'wx', mode: 0o600 })
    process.stderr.write(`诊断包 (archive): ${resolve(values.bundle)}\n`)
  }
  return exitCodes[report.worst]
}

const explain = (error: unknown): string => {
  if (error instanceof AgentError) return `[${error.code}] ${error.message}`
  if (!(error instanceof Error)) return String(error)
  const isPlain = error.name === 'UsageError' || 'code' in error
  return isPlain ? `${error.message}\n用法见 (usage): --help` : (error.stack ?? error.message)
}

try {
  // A look-up of a name, or a library's thread, may outlive its deadline; it keeps nobody waiting.
  process.exit(await run())
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exit(1)
}
