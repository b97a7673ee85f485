// Owns collecting what is wrong with a configuration, and how far one may look when its shape is wrong in places.
// What is judged is load-config.ts.
import type { Fault } from '../../../contract/check/check.ts'

export type ConfigFaults = {
  /** The shape's first. */
  readonly list: readonly Fault[]
  readonly add: (path: string, problem: string) => void
  /** True when the value at `path` has its type, and so have all that hold it; its parts may not. */
  readonly isThere: (path: string) => boolean
  /** True when the value at `path` is there with all its parts. */
  readonly isWhole: (path: string) => boolean
  /** Runs `work`; what it throws is a fault at `path`. */
  readonly attempt: <Value>(path: string, work: () => Value) => Value | undefined
}

const isWithin = (path: string, outer: string): boolean =>
  outer === '' || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)

const reasons: Readonly<Record<string, string>> = {
  ENOENT: '文件不存在',
  ENOTDIR: '文件不存在, 路径中有一段不是文件夹',
  EISDIR: '这是文件夹, 不是文件',
  EACCES: '没有读取文件的权限',
  EPERM: '没有读取文件的权限',
  EBUSY: '文件被其他程序占用',
  ELOOP: '链接绕成了圈',
  ENOTREG: '这不是普通文件 (是设备、管道等)',
  EFBIG: '文件过大',
}

/** Why a file could not be read, with its name; `error` as the system raised it. */
export const fileProblem = (path: string, error: unknown): string => {
  const { code = '' } = error as NodeJS.ErrnoException
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : '无法读取文件'
  return `${reason}: ${path}${code === '' ? '' : ` (${code})`}`
}

export const createFaults = (shape: readonly Fault[]): ConfigFaults => {
  const list = [...shape]
  const add = (path: string, problem: string): void => {
    list.push({ path, name: '', problem })
  }
  const isThere = (path: string): boolean => !shape.some((fault) => isWithin(path, fault.path))
  return {
    list,
    add,
    isThere,
    isWhole: (path) => isThere(path) && !shape.some((fault) => isWithin(fault.path, path)),
    attempt: (path, work) => {
      try {
        return work()
      } catch (error) {
        // RangeErrors are our own; a foreign message could quote what it read.
        add(path, error instanceof RangeError ? error.message : '无法读取')
        return undefined
      }
    },
  }
}
