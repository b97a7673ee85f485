// Owns the agent as a child of the desktop: the same agent from the same configuration as headless.ts, with the desktop's
// tokens, its key protection and the hosts in C. It speaks over a port; whose port that is, agent-process.ts knows.
import { readFileSync, statSync } from 'node:fs'
import type { AgentMessage, DesktopMessage, DesktopTokens } from '../../../contract/desktop/desktop-agent.ts'
import { desktopOrigin, pageNames } from '../../../contract/desktop/desktop-bridge.ts'
import { createToken, scopes, type Scope, type StoredToken } from '../../api/callers/tokens.ts'
import type { AgentSettings } from '../../wiring/settings.ts'
import { loadConfig } from '../../config/load-config.ts'
import { startConfiguredAgent, type ConfiguredAgent } from '../../wiring/configured-agent.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { explainError } from '../explain-error.ts'
import { listHostPrograms } from '../../wiring/machine/host-programs.ts'
import type { KeyProtection } from '../../journal/keys/key-store.ts'
import { lockFolder } from '../../journal/base/lock-folder.ts'
import { prepareProtection, type DistantProtection } from '../../journal/keys/prepare-protection.ts'
import { recoverKey, writeRecoveryKey } from '../../journal/care/recovery-key.ts'
import { prepareFolder } from '../../wiring/machine/prepare-folder.ts'
import { prepareSecretSealer } from '../../wiring/secret-sealer.ts'
import type { Log } from '../../usecases/base/ports.ts'

export type AgentPort = {
  readonly send: (message: AgentMessage) => void
  readonly onMessage: (listener: (message: DesktopMessage) => void) => void
}

/** What each may do: nobody at a kiosk refunds or reads what others pay, a patient's display only shows. */
const scopesOf: Readonly<Record<keyof DesktopTokens, readonly Scope[]>> = {
  console: scopes,
  kiosk: ['decode', 'pay'],
  display: ['read'],
  desktop: ['read'],
  owner: scopes,
}

const tokenNameOf = (page: keyof DesktopTokens): string => `desktop:${page}`

/** Fresh for each start: one that another program caught while the agent was down opens nothing afterwards. */
const makeTokens = (orgCodg: string): { readonly stored: readonly StoredToken[]; readonly tokens: DesktopTokens } => {
  const made = [...pageNames, 'desktop' as const, 'owner' as const].map((name) => ({ name, ...createToken() }))
  return {
    stored: made.map(({ name, hash }) => ({
      name: tokenNameOf(name),
      hash,
      scopes: scopesOf[name],
      orgCodg,
      expiresAtMs: undefined,
      ...(name === 'owner' ? { isOwner: true } : {}),
    })),
    tokens: Object.fromEntries(made.map(({ name, token }) => [name, token])) as DesktopTokens,
  }
}

const maxRecoveryBytes = 4096
const readRecoveryText = (file: string): string => {
  try {
    if (statSync(file).size > maxRecoveryBytes) throw new RangeError('too large')
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new AgentError('JOURNAL_KEY_LOST', { addition: `恢复密钥文件无法读取: ${file}`, cause: error })
  }
}

const putKeyBack = (dataDir: string, file: string): void => {
  const unlock = lockFolder(dataDir)
  try {
    recoverKey(dataDir, readRecoveryText(file))
  } finally {
    unlock()
  }
}

const takeKeyOut = (dataDir: string, file: string, protection: KeyProtection): void => {
  try {
    writeRecoveryKey(dataDir, file, protection)
  } catch (error) {
    if (error instanceof AgentError) throw error
    throw new AgentError('CONFIG_INVALID', { addition: `恢复密钥无法写入 ${file}`, cause: error })
  }
}

type Question = { readonly answer: (bytes: Uint8Array) => void; readonly refuse: (reason: Error) => void }

/** Runs the agent until it is told to end; `exit` then ends the process. Never rejects. */
export const runForDesktop = (port: AgentPort, log: Log, exit: (code: number) => void): void => {
  const questions = new Map<number, Question>()
  let agent: ConfiguredAgent | undefined
  let lastId = 0

  const ask = (verb: 'protect' | 'unprotect', bytes: Uint8Array): Promise<Uint8Array> =>
    new Promise((answer, refuse) => {
      const id = ++lastId
      questions.set(id, { answer, refuse })
      port.send({ kind: 'key', id, verb, bytes })
    })
  const safeStorage: DistantProtection = {
    name: 'safeStorage',
    protect: (plain) => ask('protect', plain),
    unprotect: (sealed) => ask('unprotect', sealed),
  }

  const start = async (order: Extract<DesktopMessage, { kind: 'start' }>): Promise<void> => {
    const sealer = await prepareSecretSealer(order.configFile, safeStorage)
    const { stored, tokens } = makeTokens(loadConfig(order.configFile, sealer).config.orgCodg)
    let isFirst = true
    let afterStart = (): void => undefined
    const complete = async (settings: AgentSettings): Promise<AgentSettings> => {
      const { dataDir, kiosk } = settings
      prepareFolder(dataDir)
      if (isFirst && order.recoverFrom !== undefined) putKeyBack(dataDir, order.recoverFrom)
      const keyProtection = await prepareProtection(dataDir, safeStorage)
      isFirst = false
      afterStart = () => {
        if (order.writeRecoveryTo !== undefined) takeKeyOut(dataDir, order.writeRecoveryTo, keyProtection)
      }
      return {
        ...settings,
        keyProtection,
        // The kiosk's page speaks with the token it gets here, not with the configured one.
        kiosk: kiosk === undefined ? undefined : { ...kiosk, tokenName: tokenNameOf('kiosk') },
        tokens: [...settings.tokens, ...stored],
        origins: [...settings.origins, desktopOrigin],
      }
    }
    const hosts = listHostPrograms(order.resources)
    const target = { file: order.configFile, dataDir: undefined, port: undefined }
    agent = await startConfiguredAgent({ ...target, log, sealer, hosts, complete, onFailed: fail })
    afterStart()
    port.send({ kind: 'ready', url: agent.url, environment: agent.environment, tokens })
  }

  // It does not end by itself: the message might end with it. The main process answers `end`.
  const fail = (error: unknown): void => {
    const code = error instanceof AgentError ? error.code : 'INTERNAL'
    port.send({ kind: 'failed', code, lines: explainError(error) })
  }

  const settle = (id: number, how: (question: Question) => void): void => {
    const question = questions.get(id)
    questions.delete(id)
    if (question !== undefined) how(question)
  }

  port.onMessage((message) => {
    switch (message.kind) {
      case 'start':
        start(message).catch(fail)
        return
      case 'keyAnswer':
        settle(message.id, ({ answer }) => answer(message.bytes))
        return
      case 'keyRefused':
        settle(message.id, ({ refuse }) => refuse(new Error(message.reason)))
        return
      case 'end':
        void (agent?.close() ?? Promise.resolve()).finally(() => exit(0))
    }
  })
}
