// Owns the wiring of the desktop: takes Electron's parts, gives them to the files beside it, and starts in order. No decision is
// taken here; each is a function of its own file, tested without Electron.
import { settingDefaults } from '../config/schema/setting-defaults.ts'
import { app, dialog, ipcMain, Menu, powerMonitor, safeStorage, session, utilityProcess } from 'electron'
import { join } from 'node:path'
import type { DesktopPart } from '../config/schema/desktop-schema.ts'
import { childEnvironment } from '../../core/domain/machine/child-environment.ts'
import { createAgentKeeper, type AgentState } from './agent-keeper.ts'
import { setAutostart } from './autostart.ts'
import { showTray } from './tray/desktop-tray.ts'
import { createWindows } from './windows/desktop-windows.ts'
import { planInstall, runInstall, targetOf } from './update/install-update.ts'
import { createUpdates, type ReadyUpdate } from './update/keep-updated.ts'
import { lockDownSession } from './windows/lock-down.ts'
import { createPageHandler } from './windows/page-files.ts'
import { createReceiptPrinter } from './windows/print-receipt.ts'
import type { DesktopArguments } from './read-arguments.ts'
import { readHealth, readStatus, type AgentStatus } from './read-health.ts'
import { defaultRestartRule } from './restart-rule.ts'
import { createKeySealer } from './safe-storage.ts'
import { serveBridge } from './session-bridge.ts'
import { createStaffKeyCheck } from './staff-key.ts'
import { languageOf, quitRefusal } from './tray/tray-menu.ts'
import { partition } from './windows/window-options.ts'

const startWithinMs = 120_000
const endWithinMs = 40_000

const folder = import.meta.dirname

const tellStderr = (line: string): void => void process.stderr.write(`${line}\n`)

export type DesktopOptions = {
  readonly part: DesktopPart
  readonly commandLine: DesktopArguments
  /** False where there is no configuration: then the desktop is a client of whatever agent runs here. */
  readonly hasConfig: boolean
  readonly version: string
  /** The variables that the configuration's secrets are in, for the agent's process alone. */
  readonly secrets: Readonly<Record<string, string>>
}

/** After `ready`. Returns what a second start of the program does. */
export const runDesktop = async (options: DesktopOptions): Promise<() => void> => {
  const { part, commandLine, hasConfig, version, secrets } = options
  const { desktop = {}, port = settingDefaults.api.port } = part
  const url = `http://127.0.0.1:${port}`
  const { isPackaged } = app
  const language = languageOf(app.getLocale())
  const hasKiosk = desktop.kiosk !== undefined
  const printer = desktop.kiosk?.printer
  let isEnding = false
  let refreshTray = (): void => undefined

  const isAnswering = async (): Promise<boolean> => (await readHealth(url)).running
  const keeper = createAgentKeeper({
    mayStart: hasConfig && desktop.startAgent !== false,
    fork: () =>
      utilityProcess.fork(join(folder, 'agent-process.js'), [], {
        serviceName: 'mip-agent',
        stdio: 'inherit',
        env: childEnvironment(process.env, secrets),
      }),
    start: {
      kind: 'start',
      configFile: commandLine.config,
      resources: isPackaged ? process.resourcesPath : join(folder, '../build'),
      ...(commandLine.recoverFrom === undefined ? {} : { recoverFrom: commandLine.recoverFrom }),
      ...(commandLine.writeRecoveryTo === undefined ? {} : { writeRecoveryTo: commandLine.writeRecoveryTo }),
    },
    isAnswering,
    sealer: createKeySealer(safeStorage, process.platform),
    rule: defaultRestartRule,
    monotonicMs: () => performance.now(),
    startWithinMs,
    endWithinMs,
    onState: (state) => {
      refreshTray()
      // Before a patient no dialog: the kiosk's page says that it is out of order, the tray what is wrong.
      if (state.kind === 'failed' && !hasKiosk) tellFailure(state)
    },
  })

  const tellFailure = ({ lines }: Extract<AgentState, { kind: 'failed' }>): void => {
    dialog
      .showMessageBox({ type: 'error', message: '助手没有启动', detail: lines.join('\n'), buttons: ['重试', '关闭'] })
      .then(({ response }) => (response === 0 ? keeper.retry() : undefined))
      .catch(() => undefined)
  }

  const readOwnStatus = async (): Promise<AgentStatus | undefined> => {
    const state = keeper.state()
    return state.kind === 'own' ? readStatus(url, state.tokens.desktop) : undefined
  }

  const pages = session.fromPartition(partition, { cache: false })
  lockDownSession(pages, url, !isPackaged)
  pages.protocol.handle('app', createPageHandler(join(folder, 'renderer'), url))
  Menu.setApplicationMenu(null)

  const windows = createWindows({ desktop, preload: join(folder, 'preload.cjs'), isPackaged, isEnding: () => isEnding })
  const checkStaffKey =
    desktop.kiosk === undefined ? undefined : createStaffKeyCheck(desktop.kiosk.staffKey, () => performance.now())
  serveBridge(ipcMain, {
    url,
    opened: windows.opened,
    settled: keeper.settled,
    confirmOwner: async () => {
      const { response } = await dialog.showMessageBox({
        type: 'warning',
        message: '允许控制台更改本机的设置吗?',
        detail: '包括程序文件、中心地址、密钥和访问令牌。只有您本人正在更改设置时才点“允许”。',
        buttons: ['允许', '不允许'],
        ...{ defaultId: 1, cancelId: 1 },
      })
      return response === 0
    },
    leaveKiosk: async (staffKey) => {
      const answer = await checkStaffKey?.(staffKey)
      if (answer !== 'right') return answer ?? 'wrong'
      windows.close('kiosk')
      return 'left'
    },
    printReceipt:
      printer === undefined ? undefined : createReceiptPrinter(printer, () => windows.contentsOf('kiosk'), tellStderr),
  })

  const end = async (): Promise<void> => {
    isEnding = true
    await keeper.end()
    app.quit()
  }
  const tryQuit = async (): Promise<void> => {
    const refusal = quitRefusal({ status: await readOwnStatus(), kioskIsOpen: windows.isOpen('kiosk') }, language)
    if (refusal === undefined) await end()
    else if (!windows.isOpen('kiosk')) await dialog.showMessageBox({ type: 'warning', message: refusal })
  }
  app.on('before-quit', (event) => {
    if (isEnding) return
    event.preventDefault()
    void tryQuit()
  })
  // The tray stays.
  app.on('window-all-closed', () => undefined)
  powerMonitor.on('shutdown', () => void end())

  let ready: ReadyUpdate | undefined
  const { update } = desktop
  const appImage = process.env['APPIMAGE']
  const target = targetOf(process.platform, appImage)
  const updates =
    update === undefined || !isPackaged
      ? undefined
      : createUpdates({
          ...{ manifestUrl: update.manifestUrl, publicKey: update.publicKey, version, target },
          folder: app.getPath('userData'),
          readStatus: readOwnStatus,
          install: async (file) => {
            const step = planInstall({ target, file, resources: process.resourcesPath, appImage })
            isEnding = true
            await keeper.end()
            try {
              await runInstall(step)
            } finally {
              // Also when it failed: the version that is there serves on.
              const startsAgain = step.kind === 'run' && step.startsAgain
              // The next start of this program needs what was taken out for the agent.
              Object.assign(process.env, secrets)
              if (!startsAgain) app.relaunch(appImage === undefined ? {} : { execPath: appImage })
              app.quit()
            }
          },
        })
  const installUpdate = async (): Promise<void> => {
    try {
      if ((await updates?.install()) === false && !hasKiosk) {
        await dialog.showMessageBox({ type: 'info', message: '还有未了结的订单, 暂不安装更新。' })
      }
    } catch (error) {
      dialog.showErrorBox('更新未安装', error instanceof Error ? error.message : String(error))
    }
  }
  const lookForUpdate = async (): Promise<void> => {
    try {
      ready = await updates?.look()
      refreshTray()
      // Nobody sits at a kiosk to click.
      if (ready !== undefined && hasKiosk) await installUpdate()
    } catch (error) {
      tellStderr(`update: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  refreshTray = showTray({
    ...{ language, hasKiosk, state: keeper.state, readStatus: readOwnStatus, isAnswering },
    readyVersion: () => ready?.version,
    actions: {
      open: windows.open,
      retry: () => void keeper.retry(),
      update: () => void installUpdate(),
      about: () => {
        void dialog.showMessageBox({
          message: `医保移动支付助手 mip-agent ${version}`,
          detail: `${url}\nElectron ${process.versions.electron}, Node ${process.versions.node}\nApache-2.0`,
        })
      },
      quit: () => void tryQuit(),
    },
  })
  if (desktop.autostart !== undefined && isPackaged) {
    setAutostart(desktop.autostart, app, {
      platform: process.platform,
      program: appImage ?? process.execPath,
      arguments: commandLine.isGiven ? ['--config', commandLine.config] : [],
      configFolder: app.getPath('appData'),
    })
  }
  windows.openConfigured()
  await keeper.begin()
  if (updates !== undefined) {
    setInterval(() => void lookForUpdate(), update?.everyMs ?? settingDefaults.desktop.update.everyMs)
    void lookForUpdate()
  }
  return () => windows.open(hasKiosk ? 'kiosk' : 'console')
}
