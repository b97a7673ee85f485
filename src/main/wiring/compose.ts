// Owns the wiring: makes every adapter, gives them to the use cases, starts in order and stops in order. Runs under plain
// Node; the desktop wraps it. No decision about an order is taken here.
import { createApi } from '../api/app.ts'
import { createEventStreams } from '../api/event-stream.ts'
import { listen } from '../api/listen.ts'
import { settingDefaults } from '../config/schema/setting-defaults.ts'
import { createOperationWaits, tellOfEnds } from '../api/requests/operation-waits.ts'
import { createAccessTools } from '../api/access/tools.ts'
import { createPairings } from '../api/tokens/pairings.ts'
import { openTokenBook } from '../api/tokens/token-book.ts'
import { createPeerOf, systemReadPeer } from '../api/callers/peers.ts'
import { createReach } from '../api/callers/reach.ts'
import { createTools } from '../api/endpoint/tools.ts'
import { openControlChannel } from '../control/control-channel.ts'
import { openTokenStore } from './open-token-store.ts'
import { createOrderMark } from '../journal/keys/order-mark.ts'
import { openLog } from '../../core/log/open-log.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { logEntries } from '../journal/log-entries.ts'
import type { AgentSettings } from './settings.ts'
import type { PortWraps } from './port-wraps.ts'
import { prepareFolder } from './machine/prepare-folder.ts'
import { createCenter } from '../center/create-center.ts'
import { describeForms } from '../center/signature-forms.ts'
import { openCallbacks, type Callbacks } from './compose-callbacks.ts'
import { createPaymentsCore } from './payments-core.ts'
import { createRunningDoctor } from './compose-running-doctor.ts'
import { createStatus } from './compose-status.ts'
import { precomputeBase } from '../../core/gm/sm2.ts'
import { createHisClient } from '../his/his-client.ts'
import { lockFolder } from '../journal/base/lock-folder.ts'
import { claimFolder } from '../journal/store/claim-folder.ts'
import { openJournal } from '../journal/open-journal.ts'
import { openScanner } from '../scanner/open-scanner.ts'
import type { Clock, Log } from '../usecases/base/ports.ts'
import { newOperationId } from './machine/operation-ids.ts'
import { systemTimers } from './machine/system-timers.ts'
import { createDayTotals } from '../usecases/reading/day-totals.ts'
import { createKeptNumbers } from '../usecases/order/kept-numbers.ts'
import { openVoucherLibrary } from '../voucher/supervisor.ts'

/** How long a call waits while another program holds the journal, milliseconds. */
const freeWithinMs = 5_000

export type Agent = {
  readonly port: number
  readonly url: string
  /** The callback listener's port; undefined when it is off. */
  readonly callbackPort: number | undefined
  /** Stops taking calls, lets what runs end, closes everything. */
  readonly close: () => Promise<void>
}

export const systemClock: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }

/**
 * Starts everything; local recovery ends before the port opens. Throws AgentError and leaves nothing running. `processLog` gets
 * every line of the log beside its files.
 */
export const startAgent = async (settings: AgentSettings, processLog: Log, wraps: PortWraps = {}): Promise<Agent> => {
  let log = processLog
  let inFiles: Log = () => undefined
  const closers: (() => unknown)[] = []
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close()
  }
  try {
    prepareFolder(settings.dataDir)
    closers.push(lockFolder(settings.dataDir))
    // Behind the lock: two agents would rotate each other's files away.
    const ownLog = openLog({ dataDir: settings.dataDir, prepareFolder, process: processLog, timers: systemTimers })
    closers.push(ownLog.close)
    log = ownLog.log
    inFiles = ownLog.inFiles
    const openedJournal = openJournal(settings.dataDir, settings.environment, systemClock, {
      log,
      backupDir: settings.backupDir,
      prepareBackups: prepareFolder,
      ...(settings.keyProtection === undefined ? {} : { protection: settings.keyProtection }),
    })
    closers.push(openedJournal.close)
    claimFolder(openedJournal, settings.orgCodg, log)
    const waits = createOperationWaits(systemTimers)
    ownLog.markOrders(createOrderMark(openedJournal.macOf))
    const journal = logEntries(tellOfEnds(wraps.journal?.(openedJournal) ?? openedJournal, waits), log)
    const connection = createCenter(settings.center, systemClock, log)
    closers.push(connection.close)
    const reach = createReach(journal, settings.kiosk?.tokenName)
    const streams = createEventStreams(
      {
        ofDecode: (operationId) => {
          const intent = journal.readOperation(operationId)?.intent
          return intent?.verb === 'decode' ? intent.facts : undefined
        },
        mayReach: reach.mayReach,
      },
      settings.atMostStreams,
    )
    closers.push(streams.close)
    const voucher = openVoucherLibrary(settings.voucher)
    closers.push(voucher.close)
    const scanners = settings.scanners.map((scanner) => {
      const { name, role = '' } = scanner
      const onUnclaimedScan = (masked: string): void => {
        streams.announce({ type: 'scan', scanner: name, role, masked })
      }
      return openScanner(scanner, { onUnclaimedScan, log }, wraps.devices)
    })
    closers.push(() => Promise.all(scanners.map((scanner) => scanner.close())))

    let apiPort = settings.port
    const { profile, hosts, manifest } = settings.voucher
    const { baseUrl, ca, replyWindowMs } = settings.center
    let callbacks: Callbacks | undefined = undefined
    const { extraFields } = settings.orders
    const his = settings.kiosk === undefined ? undefined : createHisClient(settings.kiosk.his, extraFields, log)
    if (his !== undefined) closers.push(his.close)
    const dayTotals = createDayTotals({ journal, clock: systemClock, timers: systemTimers, log })
    const {
      dependencies,
      receive,
      recover,
      start,
      closers: ends,
    } = createPaymentsCore({
      journal,
      center: wraps.center?.(connection) ?? connection,
      doctor: (center) =>
        createRunningDoctor({
          subject: {
            version: settings.version,
            environment: settings.environment,
            configFile: settings.configFile,
            dataDir: settings.dataDir,
            port: settings.port,
            library: { profile, hosts, manifest },
            center: { baseUrl, ca, replyWindowMs },
            listener: settings.callbacks,
            listenerCertificate: settings.callbacks?.tls,
            scanners: settings.scanners,
          },
          orgCodg: settings.orgCodg,
          send: center.send,
          clock: systemClock,
          voucher,
          care: openedJournal.care,
          scanners,
          signatureForm: () => describeForms(connection.fittingForms()),
          callbackFault: () => callbacks?.fault() ?? '',
          logFault: ownLog.fault,
          port: () => apiPort,
        }),
      voucher,
      scanners,
      clock: systemClock,
      timers: systemTimers,
      newId: newOperationId,
      announce: streams.announce,
      log,
      kiosk:
        settings.kiosk === undefined || his === undefined
          ? undefined
          : { settings: settings.kiosk, bills: wraps.bills?.(his) ?? his },
      settings: settings.orders,
    })
    closers.push(...ends, dayTotals.close)
    await recover()
    start()
    dayTotals.start()

    const status = createStatus({
      callbackFault: () => callbacks?.fault() ?? '',
      logFault: ownLog.fault,
      ...{
        version: settings.version,
        clock: systemClock,
        voucher,
        scanners,
        link: dependencies.link,
        connection,
        journal,
      },
      care: openedJournal.care,
      openOrderCount: openedJournal.openOrderCount,
      runningCount: dependencies.running.count,
    })
    const { tokens, origins, jsonp, environment, version, orgCodg } = settings
    const book = openTokenBook({
      fixed: tokens,
      store: openTokenStore(settings.dataDir, journal, log),
      rolledOut: settings.rolledOut ?? [],
      orgCodg,
      kioskToken: settings.kiosk?.tokenName,
      nowMs: systemClock.wallMs(),
      log,
    })
    book.onEnded(streams.endUnwelcome)
    const api = createApi({
      tools: createTools(dependencies, reach, { waits, dayTotals, administration: settings.administration, ownLog }),
      access: createAccessTools({
        book,
        pairings: createPairings(book, systemClock),
        clock: systemClock,
        kiosk: settings.kiosk === undefined ? undefined : { token: settings.kiosk.tokenName, orgCodg },
      }),
      guards: { reach, kept: createKeptNumbers(journal), lengthUnit: settings.orders.lengthUnit, extraFields },
      streams,
      peerOf: createPeerOf(wraps.readPeer ?? systemReadPeer()),
      orgCodg,
      origins,
      jsonp,
      pagesDir: settings.pagesDir,
      limits: settings.limits ?? settingDefaults.api.limits,
      environment,
      version,
      clock: systemClock,
      log,
      status,
      durable: journal.durable,
      free: () => journal.free(freeWithinMs),
    })
    const listening = await listen(api, settings.port, log)
    apiPort = listening.port
    // Streams never end by themselves, so they go before the servers are waited for.
    closers.push(listening.close, streams.close)
    const control = await openControlChannel(
      settings.dataDir,
      api.ownerServer(() => listening.port),
      { url: `http://127.0.0.1:${listening.port}`, log },
    )
    closers.push(control.close)

    callbacks =
      settings.callbacks === undefined
        ? undefined
        : await openCallbacks(settings.callbacks, settings.center.keys, { dependencies, receive }, log)
    if (callbacks !== undefined) closers.push(callbacks.close)

    openedJournal.care.start()
    // Tables for SM2 cost some 300 ms; calls work without them, so they wait until the port is open.
    const precompute = setImmediate(() => {
      precomputeBase()
      connection.precompute()
    })
    closers.push(() => {
      clearImmediate(precompute)
    })
    const { version: of, environment: kind } = settings
    log('info', 'agent.started', { version: of, environment: kind, port: listening.port })
    closers.push(() => {
      log('info', 'agent.ends')
    })
    return {
      port: listening.port,
      url: `http://127.0.0.1:${listening.port}`,
      get callbackPort() {
        return callbacks?.port()
      },
      close: closeAll,
    }
  } catch (error) {
    inFiles('error', 'agent.not-started', { error: error instanceof AgentError ? error.code : (error as Error).name })
    await closeAll()
    throw error
  }
}
