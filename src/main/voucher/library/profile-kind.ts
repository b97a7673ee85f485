// Owns what a library profile must say: which functions a vendor library has, how a request becomes a call of one of
// them, and how its return reads. The profiles are profiles/*.ts, one file each; what the site configures is
// library-profile.ts.
import type { HostFunction } from '../../../contract/host/host-function.ts'
import type { ScannerOwner } from '../../usecases/base/ports.ts'
import type { OutputCharset } from '../charset/decode-text.ts'

/** What the use case asks for (table 1). A caller never chooses a library (I12). */
export type LibraryInput = {
  readonly orgId: string
  readonly transType: string
  readonly data: Readonly<Record<string, unknown>>
  /** The scanned code, when the agent drives the scanner. */
  readonly ecQrCode?: string
}

/** One call: a text (JSON or ASCII) or the size of an output buffer in bytes, for each of the function's parameters. */
export type LibraryCall = { readonly function: string; readonly arguments: readonly (string | number)[] }

/** What came back, as text: the returned value, and each output buffer up to its NUL. */
export type LibraryReturn = { readonly status: string; readonly outputs: readonly string[] }

/** What the domain reads: "0000" or "0" and `{code, message, data}` as JSON, else a refusal in words. */
export type PlainAnswer = { readonly status: string; readonly output: string }

/** The JSON that HeaSecReadInfo's `Init` takes, by the vendor's own keys. */
export type Initialization = Readonly<Record<string, string | number>>

/** What a profile may use of the site's settings. */
export type ProfileSettings = {
  /** The main function, without decoration. */
  readonly symbol: string
  readonly signature: 'pointer' | 'int'
  /** The local voucher front end (地方电子凭证前置); printable ASCII. */
  readonly url: string
  readonly scannerOwner: ScannerOwner
  readonly outputCapBytes: number
  readonly initialization?: Initialization
  readonly ecQrChannel?: string
}

export type ProfileKind = {
  /** Chinese, for the engineer. */
  readonly title: string
  readonly symbol: string
  readonly signature: 'pointer' | 'int'
  /** Who may drive the scanner; the first is the default. */
  readonly scannerOwners: readonly [ScannerOwner, ...ScannerOwner[]]
  readonly outputCharset: OutputCharset
  readonly outputCapBytes: number
  /** Where the host runs: vendors keep their ini files and logs in the library's folder, or do not care. */
  readonly workingFolder: 'library' | 'any'
  /** Runs a copy of the host from the library's folder, for vendors that look beside the program. Hosts in C only. */
  readonly hostBesideLibrary: boolean
  /** One call, scanning by the patient included, milliseconds. */
  readonly deadlineMs: number
  /** All functions that are called; the host finds them before it says that it is ready. */
  readonly functions: (settings: ProfileSettings) => readonly HostFunction[]
  /** What the settings lack, in Chinese, each beginning with the setting's name. */
  readonly findFaults?: (settings: ProfileSettings) => readonly string[]
  /** A call that must succeed once, before any other. */
  readonly open?: (settings: ProfileSettings) => LibraryCall
  /** @throws AgentError INVALID_FIELDS when the library has no such transaction or a field of it is missing */
  readonly plan: (input: LibraryInput, settings: ProfileSettings) => LibraryCall
  /** What the call gave, success and errors alike; `call` is the one that `plan` or `open` made. */
  readonly read: (returned: LibraryReturn, call: LibraryCall) => PlainAnswer
}
