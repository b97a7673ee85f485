// Owns what the administrator's configuration says about one vendor library: defaults and limits.
// It does not read the configuration, and nothing here ever comes from a caller (I12).
import { isAbsolute } from 'node:path'
import { AgentError } from '../domain/errors.ts'
import type { ScannerOwner } from '../usecases/ports.ts'
import type { OutputCharset } from './decode-text.ts'
import type { InputCharset } from './encode-text.ts'

export type LibraryProfile = {
  /**
   * The library's file, absolute; absent for a host that simulates one. The host's working directory is its folder:
   * vendors keep ini files there.
   */
  readonly path?: string
  /** The exported function without decoration. */
  readonly symbol: string
  /** What it returns: a status text ("0000") or a number (0). The wrong one crashes the host or never succeeds. */
  readonly signature: 'pointer' | 'int'
  readonly scannerOwner: ScannerOwner
  /** The local voucher front end (地方电子凭证前置); printable ASCII. */
  readonly url: string
  readonly inputCharset: InputCharset
  readonly outputCharset: OutputCharset
  /** Size of the output buffer, bytes. The library is not told it, so it is generous. */
  readonly outputCapBytes: number
  /** How long one call may take, scanning by the patient included, milliseconds. */
  readonly deadlineMs: number
}

/** What must be said, and what may be. */
export type LibrarySettings = Pick<LibraryProfile, 'url' | 'scannerOwner'> & Partial<LibraryProfile>

const minOutputCapBytes = 64 * 1024
const maxOutputCapBytes = 4 * 1024 * 1024
const maxDeadlineMs = 10 * 60 * 1000

/**
 * Completes the settings: `NationEcTrans`, pointer, GBK in for a .dll and UTF-8 in elsewhere, strict UTF-8 else
 * GB18030 out, 64 KiB, 60 s.
 * @throws AgentError CONFIG_INVALID, with `detail.faults` naming each setting
 */
export const completeProfile = (settings: LibrarySettings): LibraryProfile => {
  const profile: LibraryProfile = {
    symbol: 'NationEcTrans',
    signature: 'pointer',
    // Windows vendors take the ANSI code page; on Linux the system's charset is UTF-8.
    inputCharset: settings.path?.toLowerCase().endsWith('.dll') ? 'gbk' : 'utf-8',
    outputCharset: 'auto',
    outputCapBytes: minOutputCapBytes,
    deadlineMs: 60_000,
    ...settings,
  }
  const faults = [
    profile.path === undefined || isAbsolute(profile.path) ? '' : 'path: 须为绝对路径',
    /^\w+$/.test(profile.symbol) ? '' : 'symbol: 须为函数名, 不带修饰',
    /^[!#-[\]-~]{1,2048}$/.test(profile.url) ? '' : 'url: 须为不含空格、引号的 ASCII 地址',
    within(profile.outputCapBytes, minOutputCapBytes, maxOutputCapBytes) ? '' : 'outputCapBytes: 64 KiB 至 4 MiB',
    within(profile.deadlineMs, 1, maxDeadlineMs) ? '' : 'deadlineMs: 1 毫秒至 10 分钟',
  ].filter((fault) => fault !== '')
  if (faults.length > 0) throw new AgentError('CONFIG_INVALID', { addition: faults.join('; '), detail: { faults } })
  return profile
}

const within = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
