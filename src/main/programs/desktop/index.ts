// Owns the Electron entry: what must be said before anything else starts (no debugging, one desktop per user, no crash dumps, the
// app scheme), then the configuration. The desktop itself is desktop/run-desktop.ts.
import '../forbid-debugger.ts'
import { app, dialog, protocol } from 'electron'
import { existsSync } from 'node:fs'
import type { DesktopPart } from '../../config/schema/desktop-schema.ts'
import { loadDesktop } from '../../config/load-desktop.ts'
import { secretVariables, takeVariables } from '../../config/secret-places.ts'
import { lockDownApp } from '../../desktop/windows/lock-down.ts'
import { readDesktopArguments } from '../../desktop/read-arguments.ts'
import { debuggingText, findDebugging } from '../../desktop/refuse-debugging.ts'
import { runDesktop } from '../../desktop/run-desktop.ts'
import { explainError } from '../explain-error.ts'
import { version } from '../../wiring/machine/version.ts'

const stop = (title: string, text: string): void => {
  process.stderr.write(`${text}\n`)
  dialog.showErrorBox(title, text)
  app.exit(1)
}

const start = async (): Promise<void> => {
  const commandLine = readDesktopArguments(process.argv.slice(app.isPackaged ? 1 : 2), process.platform, process.env)
  const hasConfig = commandLine.isGiven || existsSync(commandLine.config)
  let part: DesktopPart
  let secrets: Readonly<Record<string, string>>
  try {
    part = hasConfig ? loadDesktop(commandLine.config) : {}
    secrets = hasConfig ? takeVariables(process.env, secretVariables(commandLine.config)) : {}
  } catch (error) {
    stop('配置有误', explainError(error).join('\n'))
    return
  }
  let openAgain = (): void => undefined
  app.on('second-instance', () => openAgain())
  await app.whenReady()
  openAgain = await runDesktop({ part, commandLine: commandLine, hasConfig, version, secrets })
}

const debugging = findDebugging([...process.argv.slice(1), ...process.execArgv], process.env, {
  isPackaged: app.isPackaged,
  platform: process.platform,
})
if (debugging.length > 0) stop('拒绝启动', debuggingText(debugging))
else if (app.requestSingleInstanceLock()) {
  // crashReporter is never started: a dump of this program holds patients' data. Chromium's own one stays off as well.
  app.commandLine.appendSwitch('disable-breakpad')
  app.commandLine.appendSwitch('disable-crash-reporter')
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
  lockDownApp(app)
  // Not awaited: Electron becomes ready only after this file has run to its end.
  start().catch((error: unknown) => stop('没有启动', explainError(error).join('\n')))
} else app.quit()
