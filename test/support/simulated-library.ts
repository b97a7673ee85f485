// Opens the voucher library over each simulated host for tests, and builds the C library they share.
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { buildSimulatedLibrary } from '../../scripts/build-native.ts'
import { completeProfile, type LibrarySettings } from '../../src/main/voucher/library-profile.ts'
import { openVoucherLibrary, type SupervisorLimits } from '../../src/main/voucher/supervisor.ts'
import type { LibraryAnswer, VoucherLibrary } from '../../src/main/usecases/ports.ts'

const voucherFolder = join(import.meta.dirname, '../../src/main/voucher')

export const nodeHostEntry = join(voucherFolder, 'host-node.ts')
export const simulatedHostEntry = join(voucherFolder, 'host-simulated.ts')

/** Which host a test runs over: Node with the C library, or the one in plain JavaScript. */
export type HostKind = 'node' | 'simulated'

/** The C library's path, or why it cannot be built here: `{ skip: reason }` for node:test. */
export const compiledLibrary = (): { path: string; skip: false } | { path: undefined; skip: string } => {
  const build = buildSimulatedLibrary()
  return build.built ? { path: build.path, skip: false } : { path: undefined, skip: build.reason }
}

export type OpenLibrary = VoucherLibrary & {
  /** Calls with a scanned code, which also asks for the simulated behaviour. */
  readonly decode: (code: string, signal?: AbortSignal) => Promise<LibraryAnswer>
}

/** Opens a library that is closed when the test ends. */
export const openTestLibrary = (
  context: TestContext,
  kind: HostKind,
  options: {
    settings?: Partial<LibrarySettings>
    limits?: Partial<SupervisorLimits>
    environment?: Record<string, string>
  } = {},
): OpenLibrary => {
  const path = kind === 'node' ? compiledLibrary().path : undefined
  const library = openVoucherLibrary({
    profile: completeProfile({
      ...(path === undefined ? {} : { path }),
      url: 'http://127.0.0.1:9/localcfc/api/hsecfc/localQrCodeQuery',
      scannerOwner: 'agent',
      deadlineMs: 20_000,
      ...options.settings,
    }),
    execPath: process.execPath,
    hostEntry: kind === 'node' ? nodeHostEntry : simulatedHostEntry,
    simulated: true,
    limits: { backOffMs: 1, ...options.limits },
    environment: options.environment ?? {},
  })
  context.after(() => library.close())
  return {
    ...library,
    decode: (code, signal = new AbortController().signal) => library.call({ input: makeInput(code), signal }),
  }
}

const makeInput = (ecQrCode: string): object => ({
  orgId: 'H51010000001',
  transType: 'ec.query',
  data: {
    orgId: 'H51010000001',
    businessType: '01301',
    operatorId: '1001',
    operatorName: '收费员',
    officeId: '01',
    officeName: '门诊收费处',
  },
  ...(ecQrCode === '' ? {} : { ecQrCode }),
})
