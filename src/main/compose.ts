// Owns the wiring: makes every adapter, gives them to the use cases, starts in order and stops in order. Runs under plain
// Node; the desktop wraps it. No decision about an order is taken here.
import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { listenForCallbacks, type CallbackSettings } from './callbacks/listener.ts'
import { createApi } from './api/app.ts'
import { createEventStreams } from './api/event-stream.ts'
import { createHandlers } from './api/handlers.ts'
import { listen } from './api/listen.ts'
import type { StoredToken } from './api/tokens.ts'
import { createCenter, type CenterSettings } from './center/create-center.ts'
import type { Environment } from './domain/environment.ts'
import { AgentError } from './domain/errors.ts'
import { precomputeBase } from './gm/sm2.ts'
import type { KeyProtection } from './journal/key-store.ts'
import { lockFolder } from './journal/lock-folder.ts'
import { openJournal } from './journal/open-journal.ts'
import { openSerialScanner, type SerialScannerOptions } from './scanner/serial-scanner.ts'
import type { Dependencies, OrderSettings } from './usecases/dependencies.ts'
import type { Clock, Log, Notification, Timers } from './usecases/ports.ts'
import { createNotificationReceiver } from './usecases/receive-notification.ts'
import { createRunningOperations } from './usecases/running-operations.ts'
import { createOrderWatch } from './usecases/watch-orders.ts'
import { openVoucherLibrary, type VoucherLibraryOptions } from './voucher/supervisor.ts'

export type AgentSettings = {
  readonly environment: Environment
  readonly version: string
  readonly dataDir: string
  /** Where the journal is backed up each day; undefined: not at all. */
  readonly backupDir?: string | undefined
  /** How the system keeps the journal's key; undefined: a file of its owner's. */
  readonly keyProtection?: KeyProtection | undefined
  readonly port: number
  readonly tokens: readonly StoredToken[]
  readonly origins: readonly string[]
  readonly center: CenterSettings
  readonly voucher: VoucherLibraryOptions
  readonly scanner: Omit<SerialScannerOptions, 'onUnclaimedScan'> | undefined
  readonly orders: OrderSettings
  /** The listener for the center's notices; undefined: off, the agent lives from 6301 alone. */
  readonly callbacks: (CallbackSettings & { readonly orgCodg: string }) | undefined
}

export type Agent = {
  readonly port: number
  readonly url: string
  /** The callback listener's port; undefined when it is off. */
  readonly callbackPort: number | undefined
  /** Stops taking calls, lets what runs end, closes everything. */
  readonly close: () => Promise<void>
}

export const systemClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }

const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}

const prepareFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // Also when somebody made it before with wider rights.
    if (process.platform !== 'win32') chmodSync(folder, 0o700)
  } catch (error) {
    throw new AgentError('JOURNAL_UNWRITABLE', { addition: folder, cause: error })
  }
}

/** Starts everything; local recovery ends before the port opens. Throws AgentError and leaves nothing running. */
export const startAgent = async (settings: AgentSettings, log: Log): Promise<Agent> => {
  const closers: (() => unknown)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close()
  }
  try {
    prepareFolder(settings.dataDir)
    closers.push(lockFolder(settings.dataDir))
    const journal = openJournal(settings.dataDir, settings.environment, systemClock, {
      log,
      backupDir: settings.backupDir,
      ...(settings.keyProtection === undefined ? {} : { protection: settings.keyProtection }),
    })
    closers.push(journal.close)
    const center = createCenter(settings.center, systemClock, log)
    closers.push(center.close)
    const streams = createEventStreams()
    closers.push(streams.close)
    const voucher = openVoucherLibrary(settings.voucher)
    closers.push(voucher.close)
    const { scanner: scannerSettings } = settings
    const scanner =
      scannerSettings === undefined
        ? undefined
        : openSerialScanner({
            ...scannerSettings,
            onUnclaimedScan: (masked) => {
              streams.announce({ type: 'scan', scanner: scannerSettings.name, masked })
            },
          })
    if (scanner !== undefined) closers.push(scanner.close)

    const running = createRunningOperations()
    const orderWatch = createOrderWatch(() => dependencies)
    const dependencies: Dependencies = {
      journal,
      center,
      voucher,
      scanner,
      clock: systemClock,
      timers: systemTimers,
      newId: () => randomUUID().replaceAll('-', ''),
      announce: streams.announce,
      log,
      running,
      watch: orderWatch.watch,
      settings: settings.orders,
    }
    closers.push(orderWatch.close, running.drain)
    orderWatch.recover()
    await journal.durable()

    const startedMs = systemClock.monotonicMs()
    const status = (): Readonly<Record<string, unknown>> => ({
      version: settings.version,
      uptimeS: Math.floor((systemClock.monotonicMs() - startedMs) / 1000),
      voucher: { ...voucher.status(), scannerOwner: voucher.scannerOwner },
      scanner: scanner === undefined ? { state: 'none' } : { name: scanner.name, ...scanner.status() },
      center: {
        secure: !center.confirmsByQuery,
        certificateEndsAt: ((endsMs) => (endsMs === undefined ? '' : new Date(endsMs).toISOString()))(
          center.certificateEndsMs(),
        ),
      },
      openOrders: journal.openOrderCount(),
      journal: journal.care.status(),
    })
    const { tokens, origins, environment, version } = settings
    const handlers = createHandlers(dependencies)
    const api = createApi({
      handlers,
      streams,
      tokens,
      origins,
      environment,
      version,
      clock: systemClock,
      log,
      status,
      durable: journal.durable,
    })
    const listening = await listen(api, settings.port, log)
    // Streams never end by themselves, so they go before the servers are waited for.
    closers.push(listening.close, streams.close)

    const { callbacks } = settings
    let callbackPort: number | undefined
    if (callbacks !== undefined) {
      const receive = createNotificationReceiver(() => dependencies)
      const judge = (notification: Notification) => receive(callbacks.orgCodg, notification)
      const listener = await listenForCallbacks(callbacks, settings.center.keys, judge, log)
      closers.push(listener.close)
      callbackPort = listener.port
    }

    journal.care.start()
    // Tables for SM2 cost some 300 ms; calls work without them, so they wait until the port is open.
    const precompute = setImmediate(() => {
      precomputeBase()
      center.precompute()
    })
    closers.push(() => {
      clearImmediate(precompute)
    })
    return { port: listening.port, url: `http://127.0.0.1:${listening.port}`, callbackPort, close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Random bytes for SM2, passed to gm/ which owns no source of randomness. */
export const systemRandom = (length: number): Uint8Array => randomBytes(length)
