// Owns what the administrator's configuration says about one vendor library: its profile, defaults and limits.
// It does not read the configuration, and nothing here ever comes from a caller (I12).
import { dirname, isAbsolute } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { OutputCharset } from '../charset/decode-text.ts'
import type { InputCharset } from '../charset/encode-text.ts'
import type { ProfileKind, ProfileSettings } from './profile-kind.ts'
import { profileKinds } from './profile-list.ts'

export type ProfileName = keyof typeof profileKinds
export const profileNames = Object.keys(profileKinds) as ProfileName[]

/** @throws AgentError CONFIG_INVALID when there is no such profile */
export const profileNameOf = (text: string): ProfileName => {
  const name = profileNames.find((candidate) => candidate === text)
  if (name !== undefined) return name
  const faults = [`voucher.profile: 取值应为 ${profileNames.join('、')}`]
  throw new AgentError('CONFIG_INVALID', { addition: faults.join(''), detail: { faults } })
}

export type LibraryProfile = ProfileSettings & {
  readonly kind: ProfileKind
  /** The library's file, absolute; absent for a host that simulates one. */
  readonly path?: string
  /** The host's working directory, absolute; as its profile has it unless configured. Absent: where the agent runs. */
  readonly folder?: string
  /** As its profile has it unless configured. */
  readonly hostBesideLibrary: boolean
  readonly inputCharset: InputCharset
  readonly outputCharset: OutputCharset
  /** How long one call may take, scanning by the patient included, milliseconds. */
  readonly deadlineMs: number
}

/** What must be said, and what may be. */
export type LibrarySettings = Pick<LibraryProfile, 'url'> &
  Partial<Omit<LibraryProfile, 'kind'>> & { readonly profile?: ProfileName }

const minOutputCapBytes = 64 * 1024
const maxOutputCapBytes = 4 * 1024 * 1024
const maxDeadlineMs = 10 * 60 * 1000

/**
 * Completes the settings from their profile (`nation-ec` when none is named); GBK in for a .dll and UTF-8 in elsewhere.
 * @throws AgentError CONFIG_INVALID, with `detail.faults` naming each setting
 */
export const completeProfile = ({ profile: name = 'nation-ec', ...settings }: LibrarySettings): LibraryProfile => {
  const kind: ProfileKind = profileKinds[name]
  const profile: LibraryProfile = {
    kind,
    symbol: kind.symbol,
    signature: kind.signature,
    scannerOwner: kind.scannerOwners[0],
    // Windows vendors take the ANSI code page; on Linux the system's charset is UTF-8.
    inputCharset: settings.path?.toLowerCase().endsWith('.dll') ? 'gbk' : 'utf-8',
    outputCharset: kind.outputCharset,
    outputCapBytes: kind.outputCapBytes,
    deadlineMs: kind.deadlineMs,
    hostBesideLibrary: kind.hostBesideLibrary,
    ...(kind.workingFolder === 'library' && settings.path !== undefined ? { folder: dirname(settings.path) } : {}),
    ...settings,
  }
  const faults = [
    isAbsolute(profile.path ?? '/') ? '' : 'path: 须为绝对路径',
    isAbsolute(profile.folder ?? '/') ? '' : 'folder: 须为绝对路径',
    /^\w{1,64}$/.test(profile.symbol) ? '' : 'symbol: 须为函数名, 不带修饰',
    /^[!#-[\]-~]{1,2048}$/.test(profile.url) ? '' : 'url: 须为不含空格、引号的 ASCII 地址',
    kind.scannerOwners.includes(profile.scannerOwner)
      ? ''
      : `scannerOwner: ${kind.title} 不支持 ${profile.scannerOwner}`,
    within(profile.outputCapBytes, minOutputCapBytes, maxOutputCapBytes) ? '' : 'outputCapBytes: 64 KiB 至 4 MiB',
    within(profile.deadlineMs, 1, maxDeadlineMs) ? '' : 'deadlineMs: 1 毫秒至 10 分钟',
    ...(kind.findFaults?.(profile) ?? []),
  ].filter((fault) => fault !== '')
  if (faults.length > 0) throw new AgentError('CONFIG_INVALID', { addition: faults.join('; '), detail: { faults } })
  return profile
}

const within = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
