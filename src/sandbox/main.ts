// Owns the sandbox as a program. Without flags: one JSON line of options in on stdin, one JSON line out, and it ends
// when stdin ends: it dies with its parent, and no secret stands in argv or the environment. With flags: for people.
import { parseArgs } from 'node:util'
import { faultText } from '../contract/check/check.ts'
import { openChannelFolder } from './channel/channel-folder.ts'
import { startSandboxHis } from './his/his-server.ts'
import { checkProgramOptions, type ProgramOptions } from './options.ts'
import { startSandboxCenter } from './sandbox-center.ts'

// It would open Node's debugger, to every user of the machine.
process.on('SIGUSR1', () => undefined)

const maxLineBytes = 64 * 1024

const usage = `用法 Usage:
  node src/sandbox/main.ts                       从标准输入读一行 JSON 启动 (供程序使用)
                                                 started by a program: one JSON line on stdin
  node src/sandbox/main.ts --port N --keys DIR   供人试用, 密钥保存在 DIR
                                                 for people; the channel and keys are kept in DIR
      [--callback URL] [--callback-form FORM] [--json]
`

const fail = (message: string): never => {
  process.stderr.write(`沙箱中心无法启动: ${message}\nThe sandbox cannot start.\n`)
  process.exit(2)
}

const checkOptions = (options: unknown): ProgramOptions => {
  const { value, faults } = checkProgramOptions(options)
  return faults.length > 0 ? fail(faults.map(faultText).join('; ')) : value
}

const writeLine = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line) as unknown
  } catch {
    // The parser's own message may quote the secret.
    return fail('标准输入的第一行不是有效的 JSON')
  }
}

/** The first line of stdin. stdin keeps flowing after it, so that its end is noticed. */
const readFirstLine = (): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    const take = (part: string): void => {
      text += part
      const end = text.indexOf('\n')
      if (end < 0 && text.length > maxLineBytes) fail('标准输入的第一行过长')
      if (end < 0) return
      process.stdin.off('data', take)
      process.stdin.resume()
      resolve(text.slice(0, end))
    }
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', take)
    process.stdin.once('end', () => process.exit(0))
  })

/** The HIS stub; a bill of its that is meant to cost no cash is split so by the center. */
const startHis = async (token: string, centerUrl: string): Promise<string> => {
  const { url } = await startSandboxHis({
    token,
    onInvented: async ({ medOrgOrd, split }) => {
      if (split === undefined) return
      const headers = { 'content-type': 'application/json' }
      await fetch(`${centerUrl}/_sandbox/scripts`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ medOrgOrd, split }),
      })
    },
  })
  return url
}

const runForProgram = async (): Promise<void> => {
  const { his, ...options } = checkOptions(parseLine(await readFirstLine()))
  const center = await startSandboxCenter(options)
  const hisUrl = his === undefined ? {} : { hisUrl: await startHis(his.token, center.url) }
  writeLine({ url: center.url, publicKey: center.publicKey, ...hisUrl })
  setImmediate(center.precompute)
}

type Flags = {
  readonly port: string
  readonly keys: string
  readonly callback: string | undefined
  readonly form: string
  readonly json: boolean
}

const runForPerson = async ({ port, keys, callback, form, json }: Flags): Promise<void> => {
  const { channel, channelPath, centerPrivateKey } = openChannelFolder(keys)
  const { appId, appSecret, agentPublicKey, userId, orgCodg } = channel
  const target = callback === undefined ? {} : { callback: { url: callback, form } }
  const options = { appId, appSecret, agentPublicKey, userId, orgCodg, port: Number(port), ...target }
  const center = await startSandboxCenter(checkOptions(options), centerPrivateKey)
  if (json) writeLine({ url: center.url, publicKey: center.publicKey, channelFile: channelPath })
  else {
    process.stdout.write(`医保移动支付中心（沙箱）已启动: ${center.url}
在助手配置中填写:
  中心地址   ${center.url}
  机构编码   ${orgCodg}
  渠道       ${channelPath} 中的 appId、appSecret、userId
  助手私钥   同一文件的 agentPrivateKey
  中心公钥   同一文件的 centerPublicKey
支付授权码: 以 AUTH 开头的任意号码都可使用。账本: ${center.url}/_sandbox/ledger
所有金额、患者和密钥都是模拟的, 请勿用于真实业务。按 Ctrl+C 结束。

The simulated center listens at ${center.url}.
Configure the agent with this address, institution ${orgCodg}, and from ${channelPath}:
appId, appSecret, userId, agentPrivateKey (the agent's own key), centerPublicKey (to verify the center).
Any payAuthNo beginning with AUTH is taken. Ledger: ${center.url}/_sandbox/ledger. Ctrl+C ends it.
`)
  }
  setImmediate(center.precompute)
}

const readFlags = () => {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '17700' },
        keys: { type: 'string' },
        callback: { type: 'string' },
        'callback-form': { type: 'string', default: 'encrypted' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`)
  }
}

const run = async (): Promise<void> => {
  const flags = readFlags()
  if (flags.help || (process.argv.length === 2 && process.stdin.isTTY)) process.stdout.write(usage)
  else if (process.argv.length === 2) await runForProgram()
  else if (flags.keys === undefined) fail(`缺少 --keys\n${usage}`)
  else {
    const { port, keys, callback, json } = flags
    await runForPerson({ port, keys, callback, form: flags['callback-form'], json })
  }
}

await run().catch((error: unknown) => fail((error as Error).message))
