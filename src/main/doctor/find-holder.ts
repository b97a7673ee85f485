// Owns which process holds a port or a device: /proc on Linux, netstat and tasklist on Windows. Without the rights to look at
// other users' processes nobody is found.
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { promisify } from 'node:util'
import { childEnvironment } from '../../core/domain/machine/child-environment.ts'
import { windowsProgram } from '../../core/domain/machine/windows-program.ts'

export type Holder = {
  readonly pid: number
  /** The program's short name; never its arguments, which may hold secrets. */
  readonly name: string
}

/** The output of a program of Windows, "" when it cannot be run. */
export type RunCommand = (program: string, parameters: readonly string[]) => Promise<string>

const withinMs = 5_000
const runCommand: RunCommand = async (program, parameters) => {
  const options = { timeout: withinMs, windowsHide: true, env: childEnvironment(process.env) }
  return promisify(execFile)(windowsProgram(program, process.env), [...parameters], options).then(
    ({ stdout }) => stdout,
    () => '',
  )
}

const orEmpty = <Value>(read: () => readonly Value[]): readonly Value[] => {
  try {
    return read()
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return []
  }
}

const linkOf = (path: string): readonly string[] => orEmpty(() => [readlinkSync(path)])

const findInProc = (isTarget: (link: string) => boolean): Holder | undefined => {
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const files = orEmpty(() => readdirSync(`/proc/${pid}/fd`))
    if (!files.some((file) => linkOf(`/proc/${pid}/fd/${file}`).some(isTarget))) continue
    const [name = ''] = orEmpty(() => [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()])
    return { pid, name }
  }
  return undefined
}

const listening = '0A'

const inodesOf = (port: number): readonly string[] =>
  ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    orEmpty(() => readFileSync(file, 'utf8').trim().split('\n').slice(1)).flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      return state === listening && Number.parseInt(local.split(':')[1] ?? '', 16) === port ? [inode] : []
    }),
  )

/** Whoever listens on the port, by the tables of Windows; they show `0.0.0.0:0` as the other end of a listener in every language. */
export const findInNetstat = async (port: number, run: RunCommand): Promise<Holder | undefined> => {
  const lines = (await run('netstat.exe', ['-ano'])).split(/\r?\n/)
  for (const line of lines) {
    const [protocol, local = '', other = '', ...rest] = line.trim().split(/\s+/)
    const isListener = protocol === 'TCP' && (other === '0.0.0.0:0' || other === '[::]:0')
    if (!isListener || !local.endsWith(`:${port}`)) continue
    const pid = Number(rest.at(-1))
    const task = await run('tasklist.exe', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
    return { pid, name: /^"([^"]+)"/.exec(task.trim())?.[1] ?? '' }
  }
  return undefined
}

/** The process that listens on a TCP port of this machine, if it can be known. */
export const findPortHolder = async (port: number): Promise<Holder | undefined> => {
  if (process.platform === 'win32') return findInNetstat(port, runCommand)
  const inodes = new Set(inodesOf(port).map((inode) => `socket:[${inode}]`))
  return inodes.size === 0 ? undefined : findInProc((link) => inodes.has(link))
}

/** The process that has a device open, if it can be known; Windows has no tool of its own that tells. */
export const findDeviceHolder = (path: string): Holder | undefined => {
  if (process.platform === 'win32') return undefined
  return orEmpty(() => [realpathSync(path)])
    .map((device) => findInProc((link) => link === device))
    .at(0)
}

export const describeHolder = (holder: Holder | undefined): string =>
  holder === undefined ? '占用者未知, 用管理员身份再运行一次可以看到' : `占用者 ${holder.name} (进程 ${holder.pid})`
