// Owns what a configured library file must be before the agent takes the configuration. A file that is not there is no
// fault of the configuration: vendors install late, and the agent has payments to follow meanwhile.
import { existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { readArchitecture } from './library-architecture.ts'
import { findOpenOnPosix } from './library-rights.ts'

/** The one fault that concerns rights, not the file. */
export const openFault = '文件、所在目录或上级目录普通用户 (或其他组) 可写, 请收回写权限'

/** What is wrong with the file, in Chinese. Throws nothing; what cannot be read is a fault. */
export const findFileFaults = (path: string): readonly string[] => {
  if (!existsSync(path)) return []
  try {
    const file = statSync(path)
    if (file.isDirectory()) return ['是目录, 须填动态库文件本身']
    if (file.size === 0) return ['是空文件 (0 字节), 请重新取得厂商文件']
    if (readArchitecture(path)?.shared !== true) return ['不是动态库文件 (PE 或 ELF), 请核对文件名']
    const folder = realpathSync(dirname(path))
    if (!realpathSync(path).startsWith(folder + sep)) return ['是指向其他目录的符号链接, 请填写真实文件']
    if (findOpenOnPosix(path).length > 0) return [openFault]
    return []
  } catch (error) {
    return [`无法读取 (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`]
  }
}
