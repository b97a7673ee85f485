// Owns refusing to run under a debugger or with foreign code in production: what can look into the agent can read patients'
// data and move money. The fuses of the package (electron-builder.yml) switch the same off; this says so to whoever tried.

/** The desktop's own arguments that have a value (read-arguments.ts). Everything else may be a switch of Chromium or Node. */
const withValue: ReadonlySet<string> = new Set(['--config', '--recover-key', '--write-recovery-key'])
/** What our own installer starts the new version with. */
const alone: ReadonlySet<string> = new Set(['--updated'])

const variables = [
  'NODE_OPTIONS',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_ENABLE_LOGGING',
  'ELECTRON_LOG_FILE',
  'SSLKEYLOGFILE',
]

const shownLength = 40
const nameOf = (argument: string): string => (argument.split('=')[0] ?? '').slice(0, shownLength)

/** Chromium takes `--x` and `-x` everywhere, `/x` on Windows, and there looks past blanks. */
const isSwitch = (argument: string, platform: NodeJS.Platform): boolean =>
  platform === 'win32' ? /^\s*[-/]/.test(argument) : argument.startsWith('-')

/** The arguments that are not the desktop's own, by name. A value that reads like a switch is one to Chromium. */
const findForeign = (argv: readonly string[], platform: NodeJS.Platform): readonly string[] => {
  const foreign: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? ''
    const isOwn = argument.includes('=') ? withValue.has(nameOf(argument)) : alone.has(argument)
    if (isOwn || argument === '') continue
    const value = argv[at + 1]
    if (!withValue.has(argument) || value === undefined) foreign.push(nameOf(argument))
    else if (!isSwitch(value, platform)) at++
  }
  return foreign
}

/**
 * The arguments and variables that are refused, by name; none while developing (`isPackaged` false). `argv`: with what Node
 * took for itself (execArgv).
 */
export const findDebugging = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { isPackaged, platform }: { readonly isPackaged: boolean; readonly platform: NodeJS.Platform },
): readonly string[] => {
  if (!isPackaged) return []
  const set = variables.filter((name) => (environment[name] ?? '') !== '')
  return [...findForeign(argv, platform), ...set]
}

/** For the dialog and stderr. */
export const debuggingText = (found: readonly string[]): string =>
  `[DEBUGGING_REFUSED] 生产环境只接受 --config、--recover-key、--write-recovery-key, 不允许其他参数或调试环境变量: ${found.join('、')}。` +
  '请去掉后重新启动。\nOnly its own arguments are taken in production, and no debug variables; start again without these.'
