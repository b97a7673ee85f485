// Opens a voucher library over each host for tests, and builds the simulated libraries and hosts in C.
import { dirname } from 'node:path'
import type { TestContext } from 'node:test'
import {
  buildNative,
  type NativePart,
  type NativeSystem,
  type SimulatedLibrary,
} from '../../../scripts/build/build-native.ts'
import { entryPaths } from '../../../src/main/wiring/machine/entry-paths.ts'
import { nodeHost } from '../../../src/main/wiring/machine/host-programs.ts'
import type { LibraryAnswer, VoucherLibrary } from '../../../src/main/usecases/base/ports.ts'
import { completeProfile, type LibrarySettings } from '../../../src/main/voucher/library/library-profile.ts'
import type { HostProgram } from '../../../src/main/voucher/hosts/prepare-host.ts'
import { openVoucherLibrary, type VoucherLibraryOptions } from '../../../src/main/voucher/supervisor.ts'
import { narrowWineLacks, wineHost, wineLacks } from './wine.ts'

export const simulatedHost = nodeHost(entryPaths.hostSimulated)

/**
 * Node and koffi, C, C for 64-bit and 32-bit Windows under wine (all of them with the library in C), or the one in plain
 * JavaScript.
 */
export type HostKind = 'node' | 'c' | 'wine' | 'wine32' | 'simulated'

/** A built part's path, or why it cannot be built here: `{ skip: reason }` for node:test. */
export const built = (
  part: NativePart,
  system: NativeSystem = 'linux-x64',
): { path: string; skip: false } | { path: undefined; skip: string } => {
  const build = buildNative(part, system)
  return build.built ? { path: build.path, skip: false } : { path: undefined, skip: build.reason }
}

/** The C library's path, or why it cannot be built here. */
export const compiledLibrary = () => built('nation-ec')

const systemOf = (kind: HostKind): NativeSystem => {
  if (kind === 'wine32') return 'win32-ia32'
  return kind === 'wine' ? 'win32-x64' : 'linux-x64'
}

/** Why a kind of host cannot be tested here; false when it can. */
export const skipOf = (kind: HostKind): string | false => {
  if (kind === 'simulated') return false
  if (kind === 'wine' && wineLacks !== undefined) return wineLacks
  if (kind === 'wine32' && narrowWineLacks !== undefined) return narrowWineLacks
  return (kind === 'node' ? false : built('host', systemOf(kind)).skip) || built('nation-ec', systemOf(kind)).skip
}

/** The simulated vendor library that a kind of host loads; undefined for the host that needs none. */
export const libraryFor = (kind: HostKind, part: SimulatedLibrary = 'nation-ec'): string | undefined =>
  kind === 'simulated' ? undefined : built(part, systemOf(kind)).path

/** The host program of a kind. The test was skipped before when there is none. */
export const hostFor = (kind: HostKind): HostProgram => {
  if (kind === 'simulated') return simulatedHost
  if (kind === 'node') return nodeHost(entryPaths.hostNode)
  const program = built('host', systemOf(kind)).path ?? ''
  if (kind === 'wine') return wineHost(program, 'x64')
  if (kind === 'wine32') return wineHost(program, 'ia32')
  return { program, arguments: [], format: 'elf', machine: 'x64' }
}

export type OpenLibrary = VoucherLibrary & {
  /** Calls with a scanned code, which also asks for the simulated behaviour. */
  readonly decode: (code: string, signal?: AbortSignal) => Promise<LibraryAnswer>
  /** Any other transaction of the library. */
  readonly transact: (transType: string, data?: object) => Promise<LibraryAnswer>
}

export type TestLibraryOptions = Partial<
  Pick<VoucherLibraryOptions, 'limits' | 'environment' | 'manifest' | 'hosts'>
> & {
  readonly settings?: Partial<LibrarySettings>
}

/** Opens a library that is closed when the test ends. */
export const openTestLibrary = (
  context: TestContext,
  kind: HostKind,
  { settings, limits, hosts, ...options }: TestLibraryOptions = {},
): OpenLibrary => {
  const path = libraryFor(kind, settings?.profile)
  const library = openVoucherLibrary({
    profile: completeProfile({
      ...(path === undefined ? {} : { path }),
      url: 'http://127.0.0.1:9/localcfc/api/hsecfc/localQrCodeQuery',
      ...(settings?.profile === undefined ? { scannerOwner: 'agent' } : {}),
      deadlineMs: 20_000,
      // The simulated library reads and writes UTF-8 unless it is asked for something else.
      inputCharset: 'utf-8',
      ...settings,
    }),
    hosts: hosts ?? [hostFor(kind)],
    simulated: true,
    // On a busy machine wine takes its time.
    limits: { backOffMs: 1, ...(kind.startsWith('wine') ? { startMs: 60_000 } : {}), ...limits },
    ...options,
  })
  context.after(() => library.close())
  const transact = (transType: string, data: object, more: object, signal = new AbortController().signal) =>
    library.call({ input: { ...makeInput(data), transType, ...more }, signal })
  return {
    ...library,
    decode: (code, signal) => transact('ec.query', {}, code === '' ? {} : { ecQrCode: code }, signal),
    transact: (transType, data = {}) => transact(transType, data, {}),
  }
}

/** A path as the library's process sees it. */
export const pathSeenBy = (kind: HostKind, path: string): string =>
  kind.startsWith('wine') ? `Z:${path.replaceAll('/', '\\')}` : path

/** The folder in which a kind of host runs. */
export const folderOf = (kind: HostKind): string => {
  const path = libraryFor(kind)
  return pathSeenBy(kind, path === undefined ? process.cwd() : dirname(path))
}

const makeInput = (data: object): object => ({
  orgId: 'H51010000001',
  data: {
    orgId: 'H51010000001',
    businessType: '01301',
    operatorId: '1001',
    operatorName: '收费员',
    officeId: '01',
    officeName: '门诊收费处',
    ...data,
  },
})
