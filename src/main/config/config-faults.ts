// Owns collecting what is wrong with a configuration, and how far one may look when its shape is wrong in places.
// What is judged is load-config.ts.
import type { Fault } from '../../contract/check.ts'

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

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '无法读取'

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
        add(path, error instanceof RangeError ? error.message : codeOf(error))
        return undefined
      }
    },
  }
}
