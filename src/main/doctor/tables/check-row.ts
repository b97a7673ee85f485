// Owns how a row of doctor's table is written down.
import type { DoctorState } from '../../../contract/local-api/doctor.ts'

/** One possible result: how bad it is, and what to do. */
export type ResultRow = {
  readonly state: DoctorState
  readonly remedy: string
  readonly remedyEn: string
  /** Somebody else than the check's own `call`. */
  readonly call?: string
}

export type CheckRow = {
  readonly title: string
  readonly titleEn: string
  /** What is looked at, for the hospital's page. */
  readonly meaning: string
  readonly call: string
  readonly results: Readonly<Record<string, ResultRow>>
}

export const ok: ResultRow = { state: 'ok', remedy: '', remedyEn: '' }

/** Not looked at, because it cannot be or need not be; the detail says why. */
export const skipped: ResultRow = { state: 'skipped', remedy: '', remedyEn: '' }

export const warning = (remedy: string, remedyEn: string, call?: string): ResultRow => ({
  state: 'warning',
  remedy,
  remedyEn,
  ...(call === undefined ? {} : { call }),
})

export const fault = (remedy: string, remedyEn: string, call?: string): ResultRow => ({
  ...warning(remedy, remedyEn, call),
  state: 'fault',
})
