// Owns the checks of the computer itself: runtime, clock, core dumps, data folder, disk space.
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { logFolderOf } from '../../core/log/log-folder.ts'
import { find, type Finding, type FindingOf } from './tables/check-table.ts'

const leastNode = 24

export const lookAtRuntime = (version = process.versions.node): FindingOf<'runtime'> =>
  find('runtime', Number(version.split('.')[0]) < leastNode ? 'tooOld' : 'ok', `Node.js ${version}`)

/** Before the first release and long after the last nobody pays anything. */
const earliestMs = Date.parse('2025-01-01T00:00:00+08:00')
const latestMs = Date.parse('2100-01-01T00:00:00+08:00')
const shanghaiMinutes = -480

export const lookAtClock = (nowMs = Date.now()): FindingOf<'clock'> => {
  const offset = new Date(nowMs).getTimezoneOffset()
  const local = new Date(nowMs - offset * 60_000).toISOString().slice(0, 19).replace('T', ' ')
  const zone = `UTC${offset > 0 ? '-' : '+'}${Math.abs(offset) / 60}`
  if (nowMs < earliestMs || nowMs > latestMs) return find('clock', 'wrong', `${local}, ${zone}`)
  return find('clock', offset === shanghaiMinutes ? 'ok' : 'zone', `${local}, ${zone}`)
}

/** The soft limit of a process, bytes; undefined where there is no such thing. 1 keeps also what pipes dumps to a program away. */
const coreLimitOf = (pid: number | 'self'): string | undefined => {
  try {
    return /^Max core file size\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

const leaksOnFailure = /--(report|heapsnapshot|heap-prof|cpu-prof|inspect|abort-on)[\w-]*/g

/** `pid`: the agent's process, when it is another one. */
export const lookAtDumps = (
  pid: number | 'self' = 'self',
  options = [process.env['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' '),
): FindingOf<'coreDumps'> => {
  const leaking = [...new Set(options.match(leaksOnFailure) ?? [])]
  if (leaking.length > 0) return find('coreDumps', 'on', `Node.js 选项 ${leaking.join(' ')}`)
  const whose = pid === 'self' ? '本进程' : `助手 (进程 ${pid})`
  if (process.platform === 'win32') return find('coreDumps', 'ok', '助手和解码进程启动时关闭错误报告')
  const limit = coreLimitOf(pid)
  if (limit === undefined) return find('coreDumps', 'skipped', '看不到进程的限制')
  return find('coreDumps', limit === '0' || limit === '1' ? 'ok' : 'on', `${whose}的转储上限 ${limit} 字节`)
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

const mayWriteTo = (folder: string): string | undefined => {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

/** `exposed`: what is wrong with the rights of a folder that is there. */
export const lookAtDataFolder = (
  folder: string | undefined,
  exposed: (folder: string) => string | undefined = () => undefined,
): FindingOf<'dataFolder'> => {
  if (folder === undefined) return find('dataFolder', 'notGiven')
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) return find('dataFolder', 'absent', folder)
  if (!stats.isDirectory()) return find('dataFolder', 'notFolder', folder)
  const open = exposed(folder)
  if (open !== undefined) return find('dataFolder', 'exposed', open)
  const code = mayWriteTo(folder)
  return code === undefined ? find('dataFolder', 'ok', folder) : find('dataFolder', 'unwritable', `${folder} (${code})`)
}

/** `fault`: of a running agent, a code; "" when it writes. `exposed`: as of the data folder. */
export const lookAtLog = (
  dataDir: string | undefined,
  fault: string | undefined,
  exposed: (folder: string) => string | undefined,
): FindingOf<'log'> => {
  if (fault !== undefined && fault !== '') return find('log', 'unwritable', `[${fault}]`)
  const folder = dataDir === undefined ? undefined : logFolderOf(dataDir)
  if (folder === undefined || !existsSync(folder)) return find('log', 'skipped', '还没有日志')
  const open = exposed(folder)
  return open === undefined ? find('log', 'ok', folder) : find('log', 'unwritable', open)
}

export const lookAtHostFolder = (folder: string): FindingOf<'hostFolder'> => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return find('hostFolder', 'missing', folder)
  const code = mayWriteTo(folder)
  return code === undefined ? find('hostFolder', 'ok', folder) : find('hostFolder', 'unwritable', `${folder} (${code})`)
}

const mebibyte = 1024 * 1024
export const diskLimits = { lowBytes: 2_048 * mebibyte, fullBytes: 200 * mebibyte } as const

/** The folder itself, or the first above it that is there. */
const existing = (folder: string): string =>
  statSync(folder, { throwIfNoEntry: false }) === undefined && dirname(folder) !== folder
    ? existing(dirname(folder))
    : folder

export const lookAtDisk = async (folder: string | undefined, limits = diskLimits): Promise<readonly Finding[]> => {
  if (folder === undefined) return [find('diskSpace', 'skipped', '没有数据目录')]
  const { bavail, bsize } = await statfs(existing(folder))
  const free = bavail * bsize
  const detail = `${folder} 剩余 ${Math.floor(free / mebibyte)} MiB`
  return [find('diskSpace', free < limits.fullBytes ? 'full' : free < limits.lowBytes ? 'low' : 'ok', detail)]
}
