// Owns running checks side by side, each with a deadline, and making the report of what they found. What is checked is said by
// whoever calls (compose-doctor.ts).
import type { DoctorCheck, DoctorReport, DoctorState } from '../../contract/local-api/doctor.ts'
import type { CheckRow } from './tables/check-row.ts'
import { checkTable, type CheckId, type Finding } from './tables/check-table.ts'

/** Some checks that are looked at together, since one look tells all of them. */
export type CheckRun = {
  readonly ids: readonly CheckId[]
  /** Milliseconds. */
  readonly withinMs: number
  /** A check of `ids` that it does not find anything about is skipped. */
  readonly look: () => Promise<readonly Finding[]> | readonly Finding[]
}

const weight: Readonly<Record<DoctorState, number>> = { skipped: 0, ok: 0, warning: 1, fault: 2 }

const present = (id: CheckId, finding: Finding | undefined, why: string): DoctorCheck => {
  const row: CheckRow = checkTable[id]
  const result = finding?.result ?? 'skipped'
  const { state, remedy, remedyEn, call } = row.results[result] ?? { state: 'skipped', remedy: '', remedyEn: '' }
  return {
    id,
    title: row.title,
    titleEn: row.titleEn,
    state,
    result,
    detail: finding?.detail ?? why,
    remedy,
    remedyEn,
    call: remedy === '' ? '' : (call ?? row.call),
    ...(finding?.fingerprint === undefined ? {} : { fingerprint: finding.fingerprint }),
  }
}

const lookWithin = async ({ ids, withinMs, look }: CheckRun): Promise<readonly DoctorCheck[]> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve(`${withinMs / 1_000} 秒内没有结果`)
    }, withinMs)
  })
  try {
    const found = await Promise.race([Promise.resolve().then(look), late])
    if (typeof found === 'string') return ids.map((id) => present(id, undefined, found))
    return ids.map((id) =>
      present(
        id,
        found.find((finding) => finding.id === id),
        '前面的检查未通过',
      ),
    )
  } catch (error) {
    // A check that breaks is a fault of ours, never a reason to give the engineer nothing.
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return ids.map((id) => present(id, undefined, `检查本身出错 (${code})`))
  } finally {
    clearTimeout(timer)
  }
}

const worstOf = (checks: readonly DoctorCheck[]): DoctorReport['worst'] => {
  const worst = Math.max(0, ...checks.map(({ state }) => weight[state]))
  return worst === 2 ? 'fault' : worst === 1 ? 'warning' : 'ok'
}

const shanghaiOffsetMs = 8 * 3_600_000

/** Runs everything at once and puts it into the order of the table. Never rejects. */
export const runChecks = async (
  runs: readonly CheckRun[],
  about: Pick<DoctorReport, 'version' | 'environment'>,
): Promise<DoctorReport> => {
  const at = new Date(Date.now() + shanghaiOffsetMs).toISOString().replace('Z', '+08:00')
  const found = (await Promise.all(runs.map(lookWithin))).flat()
  const order = Object.keys(checkTable)
  const checks = found.toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id))
  const platform = `${process.platform} ${process.arch}, Node ${process.version}`
  return { checks, worst: worstOf(checks), at, ...about, platform }
}
