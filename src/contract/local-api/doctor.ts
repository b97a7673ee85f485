// Owns the shape of doctor's report: what `GET /v1/doctor` and `npm run doctor -- --json` give, and what pages show of it.

export type DoctorState = 'ok' | 'warning' | 'fault' | 'skipped'

export type DoctorCheck = {
  /** Stable, for example `libraryFile`; docs/doctor.zh-CN.md lists them. */
  readonly id: string
  readonly title: string
  readonly titleEn: string
  readonly state: DoctorState
  /** Which of the check's results it is, for example `missing`; stable within the check. */
  readonly result: string
  /** What was seen, Chinese; never a secret, never patient data. "" when there is nothing to add. */
  readonly detail: string
  /** What to do, Chinese and English; both "" when nothing is. */
  readonly remedy: string
  readonly remedyEn: string
  /** Whom to call, Chinese: 信息科, 动态库厂商, ...; "" when nobody. */
  readonly call: string
  /** Of `libraryManifest`: what `POST /v1/doctor/accept-library` takes as `fingerprint`. */
  readonly fingerprint?: string
}

export type DoctorReport = {
  readonly checks: readonly DoctorCheck[]
  /** The worst of all checks; `skipped` counts for nothing. */
  readonly worst: 'ok' | 'warning' | 'fault'
  /** When the checks began, ISO 8601, +08:00. */
  readonly at: string
  /** The product's version. */
  readonly version: string
  /** sandbox, test or production; "" when the configuration does not say. */
  readonly environment: string
  /** The machine, for example `linux x64, Node v24.1.0`. */
  readonly platform: string
}

/** What accepting a library answers. */
export type AcceptedLibrary = {
  readonly fingerprint: string
  /** What was other than before, one line each; empty when nothing was. */
  readonly changes: readonly string[]
}
