// Owns the totals of each day, kept up with the journal, so that a chart of a month reads no order of that month. Every order
// that changed is taken out as it was and put in as it is, so the sums are exact whatever day an entry belongs to.
import { movementsOf, readableTime, type DayRow } from '../../../core/domain/reports/day-report.ts'
import type { OrderEntry } from '../../../core/domain/order/entries.ts'
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import { combineTotals, noTotals, totalsOf, type Totals } from '../../../core/domain/reports/totals.ts'
import type { Clock, Journal, Log, OrderKey, Timers } from '../base/ports.ts'

export type DayTotals = {
  /** Counts what it has not seen yet: a step at least, and no new one after so long. */
  readonly catchUp: (budgetMs: number) => Promise<void>
  readonly read: (orgCodg: string, date: string) => Totals
  /** How much of the journal is counted, 0 to 1. */
  readonly progress: () => number
  readonly start: () => void
  readonly close: () => Promise<void>
}

export type DayTotalsPorts = {
  readonly journal: Journal
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
}

type Kept = { readonly seq: number; readonly days: Readonly<Record<string, Totals>> }

// Another number when the same entries give other movements: everything is counted anew.
const markName = 'day-totals-2'
const entriesPerStep = 200
/** Between two turns of the event loop: a payment sees at most this. */
const sliceMs = 8
const everyMs = 30_000
const backgroundBudgetMs = 5_000
/** What was counted since is counted again after a crash: cheaper than writing the sums of a year every half minute. */
const writtenEveryMs = 600_000
/** Older days are forgotten: no chart goes back so far. */
const atMostDays = 400

const nameOf = (orgCodg: string, date: string): string => `${orgCodg} ${date}`
const dayOf = ({ atMs }: DayRow): string => readableTime(atMs).slice(0, 10)

const read = (text: string | undefined): Kept =>
  text === undefined ? { seq: 0, days: {} } : (JSON.parse(text) as Kept)

export const createDayTotals = ({ journal, clock, timers, log }: DayTotalsPorts): DayTotals => {
  let kept: Kept | undefined
  let working: Promise<void> = Promise.resolve()
  let cancelTimer: (() => void) | undefined
  let isClosed = false
  let writtenSeq = -1
  let writtenMs = Number.NEGATIVE_INFINITY

  const state = (): Kept => (kept ??= read(journal.readMark(markName)))

  const movedIn = (days: Map<string, Totals>, key: OrderKey, entries: readonly OrderEntry[], sign: 1 | -1): void => {
    for (const row of movementsOf(foldOrder(key.orgCodg, key.medOrgOrd, entries))) {
      const name = nameOf(key.orgCodg, dayOf(row))
      days.set(name, combineTotals(days.get(name) ?? noTotals, totalsOf([row]), sign))
    }
  }

  /** A step as a whole or not at all: what ends in between is counted again. */
  const step = async (untilSeq: number): Promise<void> => {
    const { seq, days } = state()
    const changed = new Map<string, Totals>()
    let sliceEndMs = clock.monotonicMs() + sliceMs
    for (const key of journal.readOrdersChanged(seq, untilSeq)) {
      if (clock.monotonicMs() >= sliceEndMs) {
        await new Promise<void>((resolve) => timers.after(0, resolve))
        sliceEndMs = clock.monotonicMs() + sliceMs
      }
      const entries = journal.readEntries(key)
      const before = entries.filter((entry) => entry.seq <= seq)
      if (before.length > 0) movedIn(changed, key, before, -1)
      movedIn(
        changed,
        key,
        entries.filter((entry) => entry.seq <= untilSeq),
        1,
      )
    }
    const next = { ...days }
    for (const [name, totals] of changed) next[name] = combineTotals(next[name] ?? noTotals, totals, 1)
    kept = { seq: untilSeq, days: next }
  }

  const write = (): void => {
    const { seq, days } = state()
    if (seq === writtenSeq) return
    const names = Object.keys(days).toSorted((one, other) => (one.slice(-10) < other.slice(-10) ? 1 : -1))
    const newest = Object.fromEntries(names.slice(0, atMostDays).map((name) => [name, days[name] ?? noTotals]))
    journal.writeMark(markName, JSON.stringify({ seq, days: newest }))
    writtenSeq = seq
    writtenMs = clock.monotonicMs()
  }

  const work = async (budgetMs: number): Promise<void> => {
    const endMs = clock.monotonicMs() + budgetMs
    const { seq: headSeq } = journal.readHead()
    if (headSeq <= state().seq) return
    // What is not on the disk yet may never have happened.
    await journal.durable()
    // A step at least: a disk that is slow must not keep it where it is.
    do await step(Math.min(state().seq + entriesPerStep, headSeq))
    while (state().seq < headSeq && !isClosed && clock.monotonicMs() < endMs)
    if (clock.monotonicMs() - writtenMs >= writtenEveryMs) write()
  }

  const catchUp = (budgetMs: number): Promise<void> => {
    // One at a time: two would count the same entries.
    working = working.then(() => work(budgetMs))
    const result = working
    working = working.catch(() => undefined)
    return result
  }

  const tick = (): void => {
    cancelTimer = timers.after(everyMs, () => {
      void catchUp(backgroundBudgetMs)
        .catch((error: unknown) => {
          log('warn', 'day-totals.failed', { error: error instanceof Error ? error.name : 'unknown' })
        })
        .finally(() => {
          if (!isClosed) tick()
        })
    })
  }

  return {
    catchUp,
    read: (orgCodg, date) => state().days[nameOf(orgCodg, date)] ?? noTotals,
    progress: () => {
      const { seq } = journal.readHead()
      return seq === 0 ? 1 : Math.min(1, state().seq / seq)
    },
    start: tick,
    close: async () => {
      isClosed = true
      cancelTimer?.()
      await working
      try {
        if (kept !== undefined) write()
      } catch (error) {
        log('warn', 'day-totals.unwritten', { error: error instanceof Error ? error.name : 'unknown' })
      }
    },
  }
}
