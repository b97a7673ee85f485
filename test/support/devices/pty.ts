// A scanner's serial line for tests: a pseudo-terminal pair made by socat, which can be unplugged and plugged in again.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** False, or why tests of a serial line cannot run here; for `{ skip }` of node:test. */
export const skipWithoutSocat: string | false =
  spawnSync('socat', ['-V']).error === undefined
    ? false
    : '没有 socat, 请安装 (socat is missing: apt-get install socat)'

export type Pty = {
  /** The end that the agent opens. */
  readonly path: string
  /** Sends bytes as the scanner does. */
  readonly type: (text: string) => void
  /** The next bytes that were sent to the scanner. */
  readonly read: (length: number) => Promise<Buffer>
  readonly unplug: () => Promise<void>
  readonly plugIn: () => Promise<void>
}

/** A plugged-in line; taken away when the test ends. */
export const openPty = async (context: TestContext): Promise<Pty> => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-pty-'))
  const path = join(folder, 'scanner')
  let socat: ChildProcess | undefined

  const unplug = async (): Promise<void> => {
    if (socat?.exitCode !== null || socat.signalCode !== null) return
    socat.kill('SIGKILL')
    await once(socat, 'exit')
  }
  const plugIn = async (): Promise<void> => {
    await unplug()
    rmSync(path, { force: true })
    const started = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${path}`, 'stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    socat = started
    let said = ''
    for await (const part of started.stderr) {
      said += String(part)
      if (said.includes('starting data transfer loop')) break
    }
  }
  context.after(async () => {
    await unplug()
    rmSync(folder, { recursive: true, force: true })
  })
  await plugIn()
  const read = async (length: number): Promise<Buffer> => {
    const output = socat?.stdout
    for (;;) {
      const bytes = output?.read(length) as Buffer | null
      if (bytes !== null) return bytes
      await once(output as NonNullable<typeof output>, 'readable')
    }
  }
  return { path, type: (text) => void socat?.stdin?.write(text, 'latin1'), read, unplug, plugIn }
}
