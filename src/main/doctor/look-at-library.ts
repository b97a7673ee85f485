// Owns what the facts about library, host and scanner mean for doctor. Gathering them is the adapters' business.
import type { AgentError } from '../../core/domain/errors/errors.ts'
import { find, type Finding, type FindingOf } from './tables/check-table.ts'
import { describeHolder, type Holder } from './find-holder.ts'

export type LibraryFacts = {
  readonly path: string
  /** Why the file is no usable library; "" when it is one. */
  readonly fileFault: string
  readonly isMissing: boolean
  /** Why no host here can load it; "" when one can. */
  readonly machineFault: string
  /** For example `Linux 64 位`. */
  readonly machine: string
  readonly dependencies: { readonly found: number; readonly missing: readonly string[] } | undefined
}

/** How many places or names a line lists. */
const shown = 5
const list = (all: readonly string[]): string =>
  all.length > shown ? `${all.slice(0, shown).join('; ')} 等 ${all.length} 处` : all.join('; ')

export const judgeLibrary = (facts: LibraryFacts): readonly Finding[] => {
  const { path, fileFault, isMissing, machineFault, machine, dependencies } = facts
  if (isMissing) return [find('libraryFile', 'missing', path)]
  if (fileFault !== '') return [find('libraryFile', 'notLibrary', `${path}: ${fileFault}`)]
  const file = find('libraryFile', 'ok', path)
  if (machineFault !== '') return [file, find('libraryMachine', 'unfit', machineFault)]
  const fits: Finding[] = [file, find('libraryMachine', 'ok', machine)]
  if (dependencies === undefined) return fits
  const { found, missing } = dependencies
  return [
    ...fits,
    missing.length === 0
      ? find('libraryDependencies', 'ok', `${found} 个都在`)
      : find('libraryDependencies', 'missing', list(missing)),
  ]
}

export const judgeRights = (open: readonly string[] | undefined): FindingOf<'libraryRights'> => {
  if (open === undefined) return find('libraryRights', 'unknown', '读不到目录权限')
  return open.length === 0
    ? find('libraryRights', 'ok', '普通用户不能写')
    : find('libraryRights', 'writable', `普通用户可写: ${list(open)}`)
}

export type ManifestFacts = {
  readonly state: 'same' | 'changed' | 'notYet'
  readonly changes: readonly string[]
  readonly fingerprint: string
}

export const judgeManifest = ({ state, changes, fingerprint }: ManifestFacts): FindingOf<'libraryManifest'> => {
  const short = `指纹 ${fingerprint.slice(0, 16)}`
  const finding = {
    same: find('libraryManifest', 'ok', `与登记一致, ${short}`),
    notYet: find('libraryManifest', 'notYet', `首次启动时登记, ${short}`),
    changed: find('libraryManifest', 'changed', `${list(changes)}; ${short}`),
  }[state]
  return { ...finding, fingerprint }
}

/** What a trial start told: undefined when the host got ready. */
export const judgeTrial = (fault: AgentError | undefined): readonly Finding[] => {
  if (fault === undefined) return [find('hostStart', 'ok', '动态库已加载'), find('librarySymbol', 'ok')]
  const { stage } = (fault.detail?.['library'] ?? {}) as { readonly stage?: string }
  if (stage === 'symbol') {
    return [find('hostStart', 'failed', fault.message), find('librarySymbol', 'missing', fault.message)]
  }
  return [find('hostStart', 'failed', fault.message)]
}

/** What the running agent says of its own host. */
export const judgeRunningHost = (state: string, reason: string): readonly Finding[] => {
  if (state === 'ready' || state === 'busy') return [find('hostStart', 'ok', '正在运行'), find('librarySymbol', 'ok')]
  if (state === 'starting') return [find('hostStart', 'skipped', '正在启动')]
  return [find('hostStart', 'failed', reason)]
}

/** `place`: its port, or the name of a USB scanner. */
export const judgeScanner = (
  place: string,
  probed: {
    readonly state: 'free' | 'missing' | 'held' | 'denied' | 'failed' | 'notAdmitted'
    readonly detail: string
  },
  holder?: Holder,
): FindingOf<'scannerPort'> => {
  const { state, detail } = probed
  const words = [place, detail].filter((word) => word !== '').join(': ')
  if (state === 'free') return find('scannerPort', 'ok', `${words} 空闲`)
  if (state === 'held' || holder !== undefined)
    return find('scannerPort', 'held', `${place}, ${describeHolder(holder)}`)
  return find('scannerPort', state, words)
}
