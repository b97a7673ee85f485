// Owns the folder with a whole Debian 11 (glibc 2.31, gcc 10), in which binaries for old systems are compiled and tried: how it is made,
// and how a program runs in it. It needs root, debootstrap and util-linux; nothing outside build/ is changed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const work = join(root, 'build/old-glibc')
const packages = ['gcc', 'g++', 'libc6-dev', 'libusb-1.0-0']
const neededBytes = 2 * 1024 ** 3
/** Some 110 MB are fetched and 500 MB unpacked. */
const makeDeadlineMs = 30 * 60_000

/** The Debian folder, seen from outside; `project` and `out` are folders in it. */
export const debianFolder = join(work, 'bullseye')
/** Inside: this project, read-only. */
export const projectInside = '/srv/project'
/** Inside: what is compiled. */
export const outInside = '/srv/out'
export const outOutside = join(debianFolder, outInside)

// Mounts of its own and a process tree of its own: whatever ends it takes every child and mount along.
const runIsolated = (command: readonly string[], env: NodeJS.ProcessEnv, deadlineMs: number): void => {
  const { status, signal, error } = spawnSync('unshare', ['--mount', '--pid', '--fork', '--kill-child', ...command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  })
  if (status === 0) return
  throw new Error(`${command.join(' ')}: ${error?.message ?? `ended with ${signal ?? status}`}`)
}

/** Makes the folder unless it is there. `mirror`: the address of a Debian mirror that has bullseye; undefined for debootstrap's own. */
export const makeDebianFolder = (mirror: string | undefined): void => {
  if (existsSync(debianFolder)) {
    console.log(`Debian 11 已有 (is there): ${debianFolder}`)
    return
  }
  const cache = join(work, 'packages')
  const partial = `${debianFolder}.partial`
  mkdirSync(cache, { recursive: true })
  const { bavail, bsize } = statfsSync(work)
  if (bavail * bsize < neededBytes) throw new Error(`${work}: less than ${neededBytes} bytes are free`)
  console.log(`生成 Debian 11, 约下载 110 MB (fetching Debian 11, about 110 MB): ${debianFolder}`)
  rmSync(partial, { recursive: true, force: true })
  const options = ['--force-check-gpg', '--variant=minbase', `--include=${packages.join()}`, `--cache-dir=${cache}`]
  const source = mirror === undefined ? [] : [mirror]
  runIsolated(
    ['debootstrap', ...options, 'bullseye', partial, ...source],
    { ...process.env, LC_ALL: 'C' },
    makeDeadlineMs,
  )
  for (const folder of [projectInside, outInside]) mkdirSync(join(partial, folder), { recursive: true })
  renameSync(partial, debianFolder)
}

// $1 the project, $2 the folder, then pairs of files to lay over the project's, "--", the command.
const enter = `
project=$1; folder=$2; shift 2
mount --bind -o ro "$project" "$folder${projectInside}"
while [ "$1" != -- ]; do mount --bind "$folder$1" "$folder${projectInside}/$2"; shift 2; done
shift
mount -t proc proc "$folder/proc"
cd "$folder${projectInside}"
exec chroot "$folder" sh -c 'cd ${projectInside} && exec "$@"' sh "$@"
`

type Inside = {
  readonly deadlineMs: number
  /** Files of the folder that stand in the place of the project's (relative to it) for this run. */
  readonly inPlaceOf?: Readonly<Record<string, string>>
}

/**
 * Runs a command in the folder, in the project's place there, without a network; its output is shown.
 * @throws Error when it fails or the deadline passes
 */
export const runInside = (command: readonly string[], { deadlineMs, inPlaceOf = {} }: Inside): void => {
  const over = Object.entries(inPlaceOf).flatMap(([theirs, ours]) => [ours, theirs])
  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', LC_ALL: 'C' }
  const arguments_ = [root, debianFolder, ...over, '--', ...command]
  runIsolated(['--net', 'sh', '-euc', enter, 'sh', ...arguments_], environment, deadlineMs)
}
