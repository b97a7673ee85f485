// Owns the desktop's command line. Chromium takes switches of its own from the same line, so what is unknown is let be.
import { parseArgs } from 'node:util'

export type DesktopArguments = {
  readonly config: string
  /** Whether `config` was given, not guessed. */
  readonly isGiven: boolean
  readonly recoverFrom: string | undefined
  readonly writeRecoveryTo: string | undefined
}

/** Where the configuration is rolled out to, for the whole machine. */
export const machineConfig = (
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): string =>
  platform === 'win32'
    ? `${environment['ProgramData'] ?? 'C:\\ProgramData'}\\mip-agent\\agent.json`
    : '/etc/mip-agent/agent.json'

/** `argv`: without the program (and, while developing, without the script). */
export const readDesktopArguments = (
  argv: readonly string[],
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): DesktopArguments => {
  const text = { type: 'string' } as const
  const options = { config: text, 'recover-key': text, 'write-recovery-key': text }
  const { values } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true })
  const textOf = (name: keyof typeof options): string | undefined => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const config = textOf('config')
  return {
    config: config ?? machineConfig(platform, environment),
    isGiven: config !== undefined,
    recoverFrom: textOf('recover-key'),
    writeRecoveryTo: textOf('write-recovery-key'),
  }
}
