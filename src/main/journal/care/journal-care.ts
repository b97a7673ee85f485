// Owns what is done for the journal beside payments: the chain from the last checkpoint at the start, the whole chain in the
// background and daily, a checkpoint and a WAL checkpoint when nothing is going on. No payment waits for any of it.
import { basename } from 'node:path'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { Clock, Log } from '../../usecases/base/ports.ts'
import { createChainWalk, type ChainWalk, type Finding } from '../chain/walk-chain.ts'
import type { JournalGuard } from '../chain/journal-guard.ts'
import { wrapSqliteError } from '../base/open-database.ts'
import type { JournalStore } from '../store/open-store.ts'

/** A slice of background work, and the pause after it: payments see at most the one, and a quarter of one processor. */
const sliceMs = 4
const pauseMs = 12
const maxBodyBytes = 4 * 1024
const firstWalkAfterMs = 10_000
const walkEveryMs = 24 * 3_600_000
const idleTickMs = 10_000

export type CareTimes = { readonly firstWalkAfterMs: number; readonly walkEveryMs: number; readonly idleTickMs: number }
export const careTimes: CareTimes = { firstWalkAfterMs, walkEveryMs, idleTickMs }

export type JournalCare = {
  /** Bounded by the entries since the last checkpoint. What it finds is remembered, not thrown. */
  readonly verifyTail: () => void
  readonly start: () => void
  readonly stop: () => void
  readonly status: () => CareStatus
}

/** As GET /v1/status shows it; the status lights are made of what is named here. */
export type CareStatus = ReturnType<JournalGuard['status']> & {
  readonly backup: { readonly at: string; readonly file: string; readonly error: string }
  readonly quarantinedOrders: number
  readonly [more: string]: unknown
}

export type CareOptions = {
  readonly store: JournalStore
  readonly guard: JournalGuard
  readonly clock: Clock
  readonly log: Log
  readonly times: CareTimes
  readonly head: () => { readonly seq: number; readonly chain: Uint8Array }
  /** Puts an order that a later version wrote to on the list that needs a person. Throws nothing; again changes nothing. */
  readonly showNewer: (orderId: number) => void
  /** Signs where the chain stands, with a commit of its own, when that is not signed yet. */
  readonly writeCheckpoint: () => void
  /** Writes down where the newest entries are found, with a commit of its own, when that is not written yet. */
  readonly writePlaces: () => void
  /** Backs up after each whole walk that found nothing new; undefined: not configured. */
  readonly backUp: (() => Promise<string>) | undefined
}

export const createJournalCare = (options: CareOptions): JournalCare => {
  const { store, guard, clock, log, times, head } = options
  const { database, checkpoints, quarantine, seal } = store
  let timer: NodeJS.Timeout | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let walk: ChainWalk | undefined
  let verified: { readonly atMs: number; readonly entries: number } | undefined
  let backup: { readonly atMs: number; readonly file: string; readonly error: string } | undefined
  let isBackingUp = false
  let seqAtTick = -1
  let lastState = 'ok'

  const takeFindings = (findings: readonly Finding[]): void => {
    for (const finding of findings) guard.noteFinding(finding)
  }

  const after = (delayMs: number, run: () => void): NodeJS.Timeout => {
    const made = setTimeout(run, delayMs)
    made.unref()
    return made
  }

  const backUp = async (): Promise<void> => {
    if (options.backUp === undefined || isBackingUp || guard.status().state !== 'ok') return
    isBackingUp = true
    try {
      const file = await options.backUp()
      backup = { atMs: clock.wallMs(), file, error: '' }
      log('info', 'journal.backed-up', { file: basename(file) })
    } catch (error) {
      // Its disk, not the journal's: payments go on.
      backup = { atMs: clock.wallMs(), file: '', error: wrapSqliteError(error).message }
      log('error', 'journal.backup-failed', { error: backup.error })
    } finally {
      isBackingUp = false
    }
  }

  const slice = (): void => {
    // What is not committed yet may still be undone: the next slice sees it, or not.
    if (database.inTransaction) {
      timer = after(pauseMs, slice)
      return
    }
    walk ??= createChainWalk(database, checkpoints, { from: 'start', opens: seal, maxBodyBytes })
    let done = true
    try {
      done = walk.step(sliceMs)
    } catch (error) {
      log('error', 'journal.verify-failed', { error: guard.judgeError(error).code })
    }
    takeFindings(walk.findings)
    for (const orderId of walk.newerOrders) options.showNewer(orderId)
    if (!done) {
      timer = after(pauseMs, slice)
      return
    }
    verified = { atMs: clock.wallMs(), entries: walk.walked() }
    log('info', 'journal.verified', { entries: verified.entries, findings: walk.findings.length })
    walk = undefined
    void backUp()
    timer = after(times.walkEveryMs, slice)
  }

  const tick = (): void => {
    idleTimer = after(times.idleTickMs, tick)
    const { state, code } = guard.status()
    if (state !== lastState) log(state === 'ok' ? 'info' : 'error', 'journal.state', { state, code })
    lastState = state
    const { seq } = head()
    const isIdle = seq === seqAtTick && !database.inTransaction
    seqAtTick = seq
    if (!isIdle || state === 'gone') return
    try {
      options.writePlaces()
      options.writeCheckpoint()
      database.pragma('wal_checkpoint(PASSIVE)')
    } catch (error) {
      log('warn', 'journal.idle-failed', { error: guard.judgeError(error).code })
    }
  }

  return {
    verifyTail: () => {
      const tail = createChainWalk(database, checkpoints, { from: 'lastCheckpoint', opens: undefined })
      try {
        tail.step(Number.POSITIVE_INFINITY)
      } catch (error) {
        log('error', 'journal.verify-failed', { error: guard.judgeError(error).code })
      }
      takeFindings(tail.findings)
    },
    start: () => {
      timer = after(times.firstWalkAfterMs, slice)
      idleTimer = after(times.idleTickMs, tick)
    },
    stop: () => {
      clearTimeout(timer)
      clearTimeout(idleTimer)
    },
    status: () => {
      const { seq, chain } = head()
      const last = checkpoints.last()
      return {
        ...guard.status(),
        entries: seq,
        head: Buffer.from(chain).toString('hex'),
        checkpoint: { seq: last?.seq ?? 0, at: shanghaiIso(last?.at_ms) },
        verified: { entries: verified?.entries ?? 0, at: shanghaiIso(verified?.atMs), running: walk !== undefined },
        backup: { at: shanghaiIso(backup?.atMs), file: backup?.file ?? '', error: backup?.error ?? '' },
        quarantinedOrders: quarantine.orderCount(),
        findings: quarantine.list().length,
      }
    },
  }
}
