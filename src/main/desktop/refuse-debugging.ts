// Owns refusing to run under a debugger or with foreign code in production: what can look into the agent can read patients'
// data and move money. The fuses of the package (electron-builder.yml) switch the same off; this says so to whoever tried.

/** Switches of Node and Chromium that open a way in, or take the walls down. */
const switches = [
  'inspect',
  'inspect-brk',
  'inspect-port',
  'inspect-wait',
  'inspect-publish-uid',
  'debug-port',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'js-flags',
  'require',
  'import',
  'load-extension',
  'no-sandbox',
  'disable-web-security',
  'user-data-dir',
  'enable-logging',
  'log-net-log',
  'ssl-key-log-file',
]

const variables = [
  'NODE_OPTIONS',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_ENABLE_LOGGING',
  'ELECTRON_LOG_FILE',
  'SSLKEYLOGFILE',
]

const nameOf = (argument: string): string | undefined => /^--?([a-z][a-z-]*)(=|$)/.exec(argument.toLowerCase())?.[1]

/**
 * The switches and variables that are refused, by name; none while developing (`isPackaged` false). `argv`: with what Node
 * took for itself (execArgv).
 */
export const findDebugging = (
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  isPackaged: boolean,
): readonly string[] => {
  if (!isPackaged) return []
  const given = argv.map(nameOf).filter((name) => name !== undefined && switches.includes(name))
  const set = variables.filter((name) => (environment[name] ?? '') !== '')
  return [...given.map((name) => `--${name}`), ...set]
}

/** For the dialog and stderr. */
export const debuggingText = (found: readonly string[]): string =>
  `[DEBUGGING_REFUSED] 生产环境不允许调试参数或环境变量: ${found.join('、')}。请去掉后重新启动。\n` +
  'Debug switches and variables are refused in production; start again without them.'
