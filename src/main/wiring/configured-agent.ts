// Owns an agent that runs from a configuration file: its start, its restart in the same process with what the file says by then,
// and what an administrator may do with the file meanwhile.
import type { SettingsAnswer } from '../../contract/local-api/settings.ts'
import { settingDefaults } from '../config/schema/setting-defaults.ts'
import { settingsOfConfig } from './settings-of-config.ts'
import { tryUserIds } from '../center/try-user-ids.ts'
import { startAgent, systemClock } from './compose.ts'
import type { AgentSettings } from './settings.ts'
import { systemRandom } from './machine/system-random.ts'
import { makeKeyFiles } from '../config/key-files.ts'
import { loadConfig, type LoadedConfig } from '../config/load-config.ts'
import { openSettings } from '../config/open-settings.ts'
import type { SecretSealer } from '../config/secrets/sealed-secret.ts'
import { createSettingsStore } from '../config/settings-store.ts'
import { readPublicKey } from '../config/secrets/sm2-keys.ts'
import { switchToProduction } from '../config/switch-environment.ts'
import type { Environment } from '../../core/domain/machine/environment.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { invalidFields } from '../../core/domain/errors/invalid-fields.ts'
import { shanghaiIso } from '../../core/domain/time/shanghai-time.ts'
import { derivePublicKey } from '../../core/gm/sm2.ts'
import { writeDurably } from '../journal/base/durable-file.ts'
import type { Administration } from '../usecases/base/administration.ts'
import type { Log } from '../usecases/base/ports.ts'
import { version } from './machine/version.ts'
import type { HostProgram } from '../voucher/hosts/prepare-host.ts'

/** What leaves the agent before it ends: the answer that says so. */
const answerLeavesMs = 200

export type ConfiguredOptions = {
  readonly file: string
  /** Of the command line; they go before the file. */
  readonly dataDir: string | undefined
  readonly port: number | undefined
  readonly log: Log
  /** Opens and seals the secrets of the file. */
  readonly sealer: SecretSealer
  /** The decoder hosts; those of this installation when left out. */
  readonly hosts?: readonly HostProgram[]
  /** What the program around the agent adds to the settings of the file, each time it starts. */
  readonly complete: (settings: AgentSettings) => Promise<AgentSettings>
  /** Neither the new configuration nor the old one starts any more. */
  readonly onFailed: (error: unknown) => void
}

export type ConfiguredAgent = {
  readonly url: string
  readonly environment: Environment
  readonly dataDir: string
  readonly close: () => Promise<void>
}

const messageOf = (error: unknown): string => {
  if (!(error instanceof AgentError)) return '助手内部错误'
  const faults = (error.detail?.['faults'] ?? []) as readonly string[]
  return [error.message, ...faults].join('; ')
}

/** Throws as `loadConfig` and `startAgent`. */
export const startConfiguredAgent = async (options: ConfiguredOptions): Promise<ConfiguredAgent> => {
  const { file, log, sealer } = options
  const store = createSettingsStore(file, writeDurably, sealer)

  const settingsOf = (loaded: LoadedConfig, port = options.port): AgentSettings => {
    const dataDir = options.dataDir ?? loaded.config.dataDir
    if (dataDir === undefined) throw new AgentError('CONFIG_INVALID', { addition: '缺少 dataDir (或 --data-dir)' })
    const { hosts } = options
    return {
      ...settingsOfConfig(loaded, { dataDir, port, version, ...(hosts === undefined ? {} : { hosts }) }),
      administration,
      configFile: file,
    }
  }

  let restarting: Promise<void> | undefined
  let isEnding = false
  let lastRestart: SettingsAnswer['lastRestart'] = null

  const startNext = async (next: {
    readonly loaded: LoadedConfig
    readonly settings: AgentSettings
  }): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, answerLeavesMs))
    const { port } = running.agent
    await running.agent.close()
    if (isEnding) return
    const at = shanghaiIso(systemClock.wallMs())
    try {
      running = { ...next, agent: await startAgent(await options.complete(next.settings), log) }
      store.noteStarted()
      lastRestart = { at, ok: true, message: '' }
    } catch (error) {
      log('error', 'restart.failed', { code: error instanceof AgentError ? error.code : 'INTERNAL' })
      lastRestart = { at, ok: false, message: `${messageOf(error)}; 仍按原配置运行` }
      running = { ...running, agent: await startAgent(await options.complete({ ...running.settings, port }), log) }
    }
  }

  const administration: Administration = {
    orgCodg: () => running.loaded.config.orgCodg,
    openSettings,
    read: () => ({ ...store.read(), lastRestart }),
    ownersChanges: store.ownersChanges,
    ownersChangesOfRestart: store.ownersChangesOfRestart,
    check: store.check,
    save: store.save,
    makeKeys: (profile, overwrite) =>
      makeKeyFiles(file, { profile, overwrite, nowMs: systemClock.wallMs() }, writeDurably, sealer, systemRandom),
    tryUserIds: async (reply, candidates, centerPublicKey) => {
      const { config, appSecret, privateKey, centerPublicKey: configured } = running.loaded
      const { appId, userId } = config.center
      const { charset, successCodes } = running.settings.center
      const { userId: usualUserId } = settingDefaults.center
      const usual = [userId ?? usualUserId, usualUserId, appId, '', config.orgCodg]
      let publicKey = configured
      try {
        if (centerPublicKey !== '') publicKey = readPublicKey(centerPublicKey)
      } catch (error) {
        throw invalidFields([{ path: 'centerPublicKey', name: '中心公钥', problem: (error as Error).message }])
      }
      const ownPublicKey = derivePublicKey(privateKey)
      const keys = { appId, appSecret, centerPublicKey: publicKey, ownPublicKey }
      const trial = { ...keys, candidates: [...candidates, ...usual], charset, successCodes }
      return tryUserIds(reply, trial)
    },
    switchToProduction: (confirm, openOrders) => {
      const hasDataFlag = options.dataDir !== undefined
      return switchToProduction(
        file,
        { running: running.loaded, hasDataFlag, confirm, openOrders },
        writeDurably,
        sealer,
      )
    },
    restart: () => {
      if (restarting !== undefined) throw new AgentError('RESTART_REFUSED', { addition: '正在重启' })
      const loaded = loadConfig(file, sealer)
      // A free port that was taken stays: whoever asked for the restart finds the agent again.
      const settings = settingsOf(loaded, options.port === 0 ? running.agent.port : options.port)
      restarting = startNext({ loaded, settings })
        .catch(options.onFailed)
        .finally(() => {
          restarting = undefined
        })
    },
  }

  const first = loadConfig(file, sealer)
  const settings = settingsOf(first)
  let running = { loaded: first, settings, agent: await startAgent(await options.complete(settings), log) }
  return {
    url: running.agent.url,
    environment: settings.environment,
    dataDir: settings.dataDir,
    close: async () => {
      isEnding = true
      await restarting
      await running.agent.close()
    },
  }
}
