// Owns doctor inside a running agent: what the agent has open already takes the place of looking from outside.
import { copyNameOf, examine, type DoctorSubject } from './compose-doctor.ts'
import { find, type FindingOf } from '../doctor/tables/check-table.ts'
import { doctorQuestion } from '../doctor/look-at-keys.ts'
import { judgeRunningHost } from '../doctor/look-at-library.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { JournalCare } from '../journal/care/journal-care.ts'
import type { Center, Clock, Doctor, Scanner } from '../usecases/base/ports.ts'
import { acceptLibrary } from '../voucher/library/library-manifest.ts'
import type { SupervisedLibrary } from '../voucher/supervisor.ts'

export type RunningParts = {
  readonly subject: Omit<DoctorSubject, 'configuration' | 'proofs' | 'running' | 'askCenter'> & {
    readonly library: NonNullable<DoctorSubject['library']>
  }
  readonly orgCodg: string
  /** The agent's own way to the center, so that its lights learn of the answer too. */
  readonly send: Center['send']
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly voucher: SupervisedLibrary
  readonly care: JournalCare
  readonly scanners: readonly Scanner[]
  /** Which forms of a signature fit the center, in Chinese; "" while nothing told them apart. */
  readonly signatureForm: () => string
  /** Why the callback listener does not listen, or should not be trusted, in Chinese; "" when all is well. */
  readonly callbackFault: () => string
  /** Why the log cannot be written, a code; "" when it can. */
  readonly logFault: () => string
  /** The port that is listened on, once it is. */
  readonly port: () => number
}

const findingOfJournal = (care: JournalCare): FindingOf<'journal'> => {
  const { state, code, entries, findings, quarantinedOrders, verified } = care.status()
  const { at } = verified as { readonly at: string }
  const when = at === '' ? '启动时已校验最近部分, 全部校验在后台进行' : `最近一次全部校验 ${at}`
  if (state === 'ok' && findings === 0) return find('journal', 'ok', `${String(entries)} 条, ${when}`)
  const why = state === 'ok' ? '' : ` [${code}]`
  const detail = `${String(findings)} 处校验不通过, ${String(quarantinedOrders)} 笔订单待人工处理${why}`
  return find('journal', 'findings', detail)
}

/** However often the page is reloaded, the center is asked so often at most; meanwhile its last answer is judged. */
const askEveryMs = 30_000

const seldom = <Answer>(ask: () => Promise<Answer>, clock: Pick<Clock, 'monotonicMs'>): (() => Promise<Answer>) => {
  let last: { readonly atMs: number; readonly answer: Promise<Answer> } | undefined
  return () => {
    const nowMs = clock.monotonicMs()
    if (last === undefined || nowMs - last.atMs >= askEveryMs) last = { atMs: nowMs, answer: ask() }
    return last.answer
  }
}

/** One examination at a time: whoever asks meanwhile gets the same report. */
export const createRunningDoctor = (parts: RunningParts): Doctor => {
  const { subject, voucher, care, scanners, signatureForm, callbackFault, logFault, port, send, orgCodg, clock } = parts
  const askCenter = seldom(() => send('6301', doctorQuestion(orgCodg)), clock)
  let current: ReturnType<Doctor['examine']> | undefined
  const look = (): ReturnType<Doctor['examine']> =>
    examine({
      ...subject,
      configuration: find('configuration', 'ok', '助手按它启动'),
      proofs: [],
      askCenter,
      running: {
        port: port(),
        host: () => {
          const { state, reason = '' } = voucher.status()
          return judgeRunningHost(state, reason)
        },
        journal: () => findingOfJournal(care),
        signatureForm,
        callbackFault,
        logFault,
        hasScanner: (name) => scanners.some((scanner) => scanner.name === name && scanner.status().state === 'open'),
      },
    })
  return {
    orgCodg,
    examine: () => {
      current ??= look().finally(() => {
        current = undefined
      })
      return current
    },
    acceptLibrary: async ({ operator, fingerprint }) => {
      const { profile, hosts, manifest } = subject.library
      if (profile.path === undefined || manifest === undefined) {
        throw new AgentError('LIBRARY_FINGERPRINT_MISMATCH', { addition: '没有动态库清单' })
      }
      const { changes } = await acceptLibrary(profile.path, manifest, copyNameOf(hosts), { operator, fingerprint })
      voucher.renew()
      return { fingerprint, changes }
    },
  }
}
