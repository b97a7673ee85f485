// Owns every way in which a library or its host fails, as the one error that crosses the border, with a Chinese remedy.
// It does not decide when to restart (restart-policy.ts) nor which call an error belongs to (supervisor.ts).
import type { HostFatal, HostFailed } from '../../../contract/host/host-protocol.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { readArchitecture, type Architecture } from './library-architecture.ts'
import type { LibraryProfile } from './library-profile.ts'

/** How a host process ended. */
export type HostExit = { readonly exitCode: number | null; readonly signal: string | null; readonly reason?: string }

const unavailable = (stage: string, addition: string, facts: object = {}): AgentError =>
  new AgentError('DECODER_UNAVAILABLE', { addition, detail: { library: { stage, ...facts } } })

/** For example `Windows 32 位`. */
export const describeMachine = ({ format, machine }: Pick<Architecture, 'format' | 'machine'>): string =>
  `${format === 'pe' ? 'Windows' : 'Linux'} ${machine === 'ia32' ? '32 位' : machine === 'x64' ? '64 位' : machine}`

/** The library is for a system or processor that no host here serves. */
export const faultOfArchitecture = (
  path: string,
  library: Architecture | undefined,
  hosts: readonly Pick<Architecture, 'format' | 'machine'>[],
): AgentError => {
  if (library === undefined) return unavailable('architecture', '没有可用的解码进程, 请重新安装本程序', { code: 193 })
  const usable = [...new Set(hosts.map(describeMachine))].join(' 或 ')
  const remedy = usable === '' ? '没有可用的解码进程, 请重新安装本程序' : `需要 ${usable} 的动态库, 请向厂商索取`
  const facts = { code: 193, library: describeMachine(library), usable }
  return unavailable('architecture', `${path} 是 ${describeMachine(library)} 的动态库; ${remedy}`, facts)
}

/** The library's header, or what is wrong with its file, seen before anything is started. */
export const inspectLibrary = (path: string): Architecture | AgentError => {
  let library: Architecture | undefined
  try {
    library = readArchitecture(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    if (code === 'ENOENT') return unavailable('file', `找不到文件 ${path}, 请核对配置的动态库路径`, { code: 126 })
    return unavailable('file', `无法读取 ${path} (${code}), 请检查文件权限`, { code: 126, system: code })
  }
  if (library?.shared === true) return library
  return unavailable('header', `${path} 不是动态库文件, 请重新取得厂商文件`, { code: 193 })
}

/** The host could not be copied beside the library. */
export const faultOfCopy = (folder: string, cause: unknown): AgentError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return unavailable('file', `无法把解码进程复制到 ${folder} (${code}), 请检查目录权限`, { code: 0, system: code })
}

/** The library would not open: its own `Init` refused. */
export const faultOfOpening = (status: string, message: string): AgentError =>
  unavailable('open', `初始化失败, 返回 ${status} ${message}`.trim().slice(0, 500), { code: 0, status })

/** Files of the library are others than those that were accepted. */
export const faultOfChange = (changes: readonly string[]): AgentError =>
  new AgentError('LIBRARY_CHANGED', {
    addition: changes.slice(0, 5).join(', '),
    detail: { library: { stage: 'manifest', changes } },
  })

const remedies: Readonly<Record<number, (words: string) => string>> = {
  126: () => '缺少它依赖的文件, 请把厂商的全部文件放在同一目录, Windows 另需安装 VC++ 运行库',
  127: (name) => `其中没有函数 ${name}, 请核对配置的函数名和动态库版本`,
  193: () => '位数或系统不符, 或文件已损坏, 请换用与解码进程相同位数的动态库',
}

/** The host said that it cannot serve. */
export const faultOfFatal = ({ stage, code, message }: HostFatal): AgentError => {
  const words = Buffer.from(message, 'base64').toString('utf8')
  return unavailable(stage, remedies[code]?.(words) ?? '解码进程无法启动, 请联系技术支持', { code, message: words })
}

/** The host was gone, or silent, before it said `ready`. Also when it exited with code 0. */
export const faultOfStart = (exit: HostExit): AgentError =>
  unavailable('start', '解码进程没有启动成功, 请检查安装是否完整、是否被杀毒软件拦截', { code: 0, ...exit })

/** The host ended while a call was open, or by itself. */
export const faultOfExit = (exit: HostExit): AgentError =>
  new AgentError('DECODER_CRASHED', { detail: { library: { stage: 'call', ...exit } } })

/** The library did not return in time. */
export const faultOfDeadline = (deadlineMs: number): AgentError =>
  new AgentError('DECODE_TIMEOUT', { detail: { library: { stage: 'call', deadlineMs } } })

/** The library wrote more than the output buffer holds, or forgot the NUL at its end. */
export const faultOfOutput = (kind: 'overrun' | 'unterminated', { outputCapBytes }: LibraryProfile): AgentError =>
  new AgentError('DECODER_OUTPUT_INVALID', {
    addition:
      kind === 'overrun'
        ? `返回内容超出 ${outputCapBytes} 字节的缓冲区, 请加大配置 outputCapBytes`
        : '返回内容没有结束符, 请联系动态库厂商',
    detail: { library: { stage: 'output', [kind]: true, outputCapBytes } },
  })

/** The host answered that the call has no usable answer. */
export const faultOfReply = ({ error }: HostFailed, profile: LibraryProfile): AgentError => {
  if (error === 'deadline') return faultOfDeadline(profile.deadlineMs)
  return faultOfOutput('overrun', profile)
}

/** The agent is closing, or the last host cannot be ended. */
export const faultOfClosing = (): AgentError => unavailable('closed', '助手正在退出')
export const faultOfStuckHost = (): AgentError =>
  unavailable('stuck', '上一个解码进程无法结束, 请重新插拔扫码设备或重启电脑')
