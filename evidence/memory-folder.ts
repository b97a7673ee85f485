// Owns where a run keeps its journals that shows nothing of a disk: in memory, where the system has a folder of that kind.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const ofLinux = '/dev/shm'

export const memoryFolder: string = existsSync(ofLinux) ? ofLinux : tmpdir()
