// Owns the agent as a program without Electron: its flags, its first words, its end. The work is compose.ts.
import '../forbid-debugger.ts'
import { parseArgs } from 'node:util'
import { commandNames, commandsUsage, runCommand } from './agent-commands.ts'
import { startAgent } from '../../wiring/compose.ts'
import type { AgentSettings } from '../../wiring/settings.ts'
import { startConfiguredAgent } from '../../wiring/configured-agent.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { explainError } from '../explain-error.ts'
import { headlessProtection } from '../../journal/keys/windows-protection.ts'
import { logLevels, type LogLevel } from '../../../contract/log-line.ts'
import { processLog } from '../../../core/log/create-log.ts'
import { headlessSealer } from '../../wiring/secret-commands.ts'
import { sandboxStaffPin, startSandbox, type Sandbox } from '../../wiring/sandbox-settings.ts'
import { settingDefaults } from '../../config/schema/setting-defaults.ts'
import { forbidCoreDumps } from '../core-dumps.ts'
import { version } from '../../wiring/machine/version.ts'

const maxPort = 65_535

const usage = `医保移动支付助手 mip-agent ${version}

  --config FILE     配置文件 (见 docs/configuration.md)         configuration file
  --sandbox         连同模拟中心一起启动, 不需要配置            with a simulated center, no configuration
  --data-dir DIR    数据目录 (账本)                             data folder (the journal)
  --port N          端口, 默认 ${settingDefaults.api.port}; 0 取空闲端口             port; 0 takes a free one
  --scanner PATH    仅沙箱: 由助手驱动的串口扫码枪              sandbox only: serial scanner
  --log-level L     标准错误输出: ${logLevels.join('、')}; 默认 warn (the log on stderr)
  --json            就绪时输出一行 JSON                         one JSON line when listening
`

type Flags = {
  readonly config?: string
  readonly sandbox?: boolean
  readonly 'data-dir'?: string
  readonly port?: string
  readonly scanner?: string
  readonly 'log-level'?: string
  readonly json?: boolean
  readonly help?: boolean
}

const readFlags = (): Flags => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    config: text,
    sandbox: flag,
    'data-dir': text,
    port: text,
    scanner: text,
    'log-level': text,
    json: flag,
    help: flag,
  }
  try {
    return parseArgs({ options, strict: true, allowPositionals: process.argv.includes('--help') }).values
  } catch (error) {
    throw new AgentError('CONFIG_INVALID', { addition: (error as Error).message, cause: error })
  }
}

const portOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= maxPort) return port
  throw new AgentError('CONFIG_INVALID', { addition: `--port 应为 0 到 ${maxPort}` })
}

const levelOf = (text: string | undefined): LogLevel => {
  const level = logLevels.find((name) => name === (text ?? 'warn'))
  if (level === undefined) throw new AgentError('CONFIG_INVALID', { addition: '--log-level' })
  return level
}

const announceReady = (flags: Flags, url: string, sandbox: Sandbox | undefined, dataDir: string): void => {
  const { token, kioskToken, sandboxUrl, hisUrl } = sandbox ?? {}
  const secrets = sandbox === undefined ? {} : { token, kioskToken, sandboxUrl, hisUrl }
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ url, ...secrets, dataDir })}\n`)
    return
  }
  const lines = [`医保移动支付助手 ${version} 已就绪 (ready): ${url}`, `数据目录 (data): ${dataDir}`]
  if (sandbox !== undefined) {
    lines.push(
      '环境: 沙箱, 中心和患者都是模拟的 (sandbox: simulated center, invented patients)',
      `模拟中心 (simulated center): ${sandbox.sandboxUrl}`,
      `访问令牌 (token): ${sandbox.token}`,
      `自助机令牌 (kiosk token): ${sandbox.kioskToken}, 管理密码 (staff PIN): ${sandboxStaffPin}`,
      `模拟 HIS 的账单 (bills of the simulated HIS): ${sandbox.hisUrl}/_his/bills`,
      '',
      `控制台 (console): npm run agent -- console --data-dir ${dataDir}; 自助机 (kiosk): 再加 --page kiosk`,
      `试一试 (try):  curl -H "Authorization: Bearer ${sandbox.token}" ${url}/v1/status`,
    )
  }
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** How this system keeps the journal's key where no desktop does. */
const addKeyProtection = (settings: AgentSettings): Promise<AgentSettings> =>
  Promise.resolve({ ...settings, keyProtection: headlessProtection(process.platform).protection })

const run = async (): Promise<void> => {
  if (commandNames.includes(process.argv[2] ?? '') && !process.argv.includes('--help')) {
    await runCommand(process.argv.slice(2))
    return
  }
  const flags = readFlags()
  if (flags.help === true) {
    process.stdout.write(`${usage}${commandsUsage}`)
    return
  }
  forbidCoreDumps()
  const log = processLog(levelOf(flags['log-level']))
  const port = portOf(flags.port)
  const dataDir = flags['data-dir']
  let sandbox: Sandbox | undefined
  if (flags.sandbox === true) {
    if (flags.config !== undefined) {
      throw new AgentError('CONFIG_INVALID', { addition: '--sandbox 与 --config 不能同时使用' })
    }
    sandbox = await startSandbox({
      dataDir,
      port: port ?? settingDefaults.api.port,
      version,
      scannerPath: flags.scanner,
    })
  } else if (flags.config === undefined) {
    throw new AgentError('CONFIG_MISSING', { addition: '未指定 --config' })
  }
  try {
    const agent =
      sandbox === undefined
        ? await startConfiguredAgent({
            file: flags.config ?? '',
            dataDir,
            port,
            log,
            sealer: headlessSealer(),
            onFailed: fail,
            complete: addKeyProtection,
          })
        : { ...(await startAgent(sandbox.settings, log)), dataDir: sandbox.settings.dataDir }
    await sandbox?.connectPhone(agent.url)
    let ending = false
    const end = (): void => {
      if (ending) return
      ending = true
      void agent.close().finally(() => {
        sandbox?.close()
        process.exit(0)
      })
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
    announceReady(flags, agent.url, sandbox, agent.dataDir)
  } catch (error) {
    sandbox?.close()
    throw error
  }
}

const fail = (error: unknown): void => {
  process.stderr.write(`${explainError(error).join('\n')}\n`)
  process.exit(1)
}

try {
  await run()
} catch (error) {
  fail(error)
}
