// Owns whether new payments may be written: not when the file is gone, damaged, or its chain is broken. Reading goes on as
// far as it can. What was found is quarantine.ts; how it is found, walk-chain.ts and every read.
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Log } from '../../usecases/base/ports.ts'
import { wrapSqliteError } from '../base/open-database.ts'
import type { Quarantine } from './quarantine.ts'
import type { Finding } from './walk-chain.ts'

export type JournalState = 'ok' | 'broken' | 'damaged' | 'gone' | 'unwritable' | 'busy'

export type JournalGuard = {
  /** Throws JOURNAL_GONE. */
  readonly assertWritable: () => void
  /** Throws JOURNAL_GONE, JOURNAL_DAMAGED or JOURNAL_BROKEN. */
  readonly assertMayBegin: () => void
  /** Remembers, writes down and logs a finding that is new. */
  readonly noteFinding: (finding: Finding) => void
  /** SQLite's error as ours; damage and failed writes are remembered. */
  readonly judgeError: (error: unknown) => AgentError
  readonly noteCommitted: () => void
  /** Another program let the file go. */
  readonly noteFree: () => void
  readonly status: () => { readonly state: JournalState; readonly code: ErrorCode | ''; readonly message: string }
}

export type GuardOptions = {
  readonly quarantine: Quarantine
  /** Throws JOURNAL_GONE. */
  readonly checkFiles: () => void
  /** Writes the finding in a transaction; may throw. */
  readonly write: (finding: Finding) => void
  readonly wallMs: () => number
  readonly log: Log
}

const damagedFile = { seq: 0, reason: 'damaged', orderId: undefined, evidence: Buffer.alloc(0) } as const

const stateOfCode: Readonly<Partial<Record<ErrorCode, JournalState>>> = {
  JOURNAL_BROKEN: 'broken',
  JOURNAL_DAMAGED: 'damaged',
  JOURNAL_GONE: 'gone',
  JOURNAL_BUSY: 'busy',
}

export const createJournalGuard = ({ quarantine, checkFiles, write, wallMs, log }: GuardOptions): JournalGuard => {
  let failedWrite: AgentError | undefined
  const noteFinding = (finding: Finding): void => {
    if (!quarantine.add(finding, wallMs())) return
    const { seq, reason } = finding
    log('error', 'journal.finding', { seq, reason })
    try {
      write(finding)
    } catch (error) {
      // A disk that takes nothing: it is remembered for this run, and the next one finds it again.
      log('warn', 'journal.finding-not-written', { seq, error: wrapSqliteError(error).code })
    }
  }
  const assertMayBegin = (): void => {
    checkFiles()
    const found = quarantine.openBreak()
    if (found === undefined) return
    if (found.reason === 'damaged') throw new AgentError('JOURNAL_DAMAGED')
    throw new AgentError('JOURNAL_BROKEN', { detail: { seq: found.seq, reason: found.reason } })
  }
  return {
    assertWritable: checkFiles,
    assertMayBegin,
    noteFinding,
    judgeError: (error) => {
      const judged = wrapSqliteError(error)
      if (judged.code === 'JOURNAL_DAMAGED') noteFinding(damagedFile)
      if (judged.code === 'JOURNAL_UNWRITABLE' || judged.code === 'JOURNAL_BUSY') failedWrite = judged
      return judged
    },
    noteCommitted: () => {
      failedWrite = undefined
    },
    noteFree: () => {
      if (failedWrite?.code === 'JOURNAL_BUSY') failedWrite = undefined
    },
    status: () => {
      try {
        assertMayBegin()
      } catch (error) {
        const { code, message } = wrapSqliteError(error)
        return { state: stateOfCode[code] ?? 'unwritable', code, message }
      }
      if (failedWrite === undefined) return { state: 'ok', code: '', message: '' }
      return {
        state: stateOfCode[failedWrite.code] ?? 'unwritable',
        code: failedWrite.code,
        message: failedWrite.message,
      }
    },
  }
}
