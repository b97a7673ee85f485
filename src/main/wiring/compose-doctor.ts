// Owns doctor's wiring: which checks are run on what, from outside or inside a running agent. What a finding means is doctor/.
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { DoctorReport } from '../../contract/local-api/doctor.ts'
import { probeStages } from '../center/probe-stages.ts'
import { ownUser, strangersAt } from '../files/strangers.ts'
import { plainFiles, secretFiles } from '../config/secret-places.ts'
import { find, type Finding, type FindingOf } from '../doctor/tables/check-table.ts'
import { findDeviceHolder } from '../doctor/find-holder.ts'
import { addressOf, judgeListener, judgeListening, type ListenerCertificate } from '../doctor/look-at-callbacks.ts'
import { judgeCenter } from '../doctor/look-at-center.ts'
import { lookAtCodePage } from '../doctor/look-at-code-page.ts'
import { judgeKeys } from '../doctor/look-at-keys.ts'
import { judgeLibrary, judgeManifest, judgeRights, judgeScanner, judgeTrial } from '../doctor/look-at-library.ts'
import {
  lookAtClock,
  lookAtDataFolder,
  lookAtDisk,
  lookAtDumps,
  lookAtHostFolder,
  lookAtLog,
  lookAtRuntime,
} from '../doctor/look-at-machine.ts'
import { lookAtPort, tryListening, type ExpectProof } from '../doctor/look-at-port.ts'
import { lookAtSecrets } from '../doctor/look-at-secrets.ts'
import { runChecks, type CheckRun } from '../doctor/run-checks.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { listenError } from '../../core/domain/errors/listen-error.ts'
import { isFolderLocked, probeJournal } from '../journal/care/probe-journal.ts'
import { headlessProtection } from '../journal/keys/windows-protection.ts'
import { faultOfFolder } from './machine/prepare-folder.ts'
import { loadNodeHid } from '../scanner/hid-library.ts'
import { probeHid } from '../scanner/probe-hid.ts'
import { probePort } from '../scanner/probe-port.ts'
import { examineLibrary } from '../voucher/examine-library.ts'
import { reviewLibrary } from '../voucher/library/library-manifest.ts'
import type { LibraryProfile } from '../voucher/library/library-profile.ts'
import { findOpenPlaces, findReaders } from '../voucher/library/library-rights.ts'
import { nameOfCopy, type HostProgram } from '../voucher/hosts/prepare-host.ts'
import type { CenterAnswer } from '../usecases/base/ports.ts'
import { isSimulatedLibrary } from '../voucher/simulated-mark.ts'
import { tryHost } from '../voucher/trial-start.ts'

/** What a running agent knows already, in place of looking from outside. */
export type RunningAgent = {
  readonly port: number
  readonly host: () => readonly Finding[]
  readonly journal: () => FindingOf<'journal'>
  /** True while the agent itself has the scanner of this name open. */
  readonly hasScanner: (name: string) => boolean
  /** In Chinese; "" while nothing told forms apart. */
  readonly signatureForm: () => string
  /** Of its callback listener, in Chinese; "" when all is well. */
  readonly callbackFault: () => string
  /** Of its log, a code; "" when all is well. */
  readonly logFault: () => string
}

/** What of a configured scanner says which device it is. */
export type DoctorScanner = {
  readonly name: string
  readonly kind: 'serial' | 'hid'
  readonly path?: string
  readonly vendorId?: string | undefined
  readonly productId?: string | undefined
  readonly serialNumber?: string | undefined
}

export type DoctorSubject = {
  readonly version: string
  readonly environment: string
  /** Whose files with secrets are looked at. */
  readonly configFile: string | undefined
  readonly configuration: FindingOf<'configuration'>
  readonly dataDir: string | undefined
  readonly port: number
  readonly proofs: readonly ExpectProof[]
  readonly library:
    | {
        readonly profile: LibraryProfile
        readonly hosts: readonly HostProgram[]
        /** undefined: the files are not held to a manifest. */
        readonly manifest: string | undefined
      }
    | undefined
  readonly center:
    { readonly baseUrl: string; readonly ca: string | undefined; readonly replyWindowMs: number } | undefined
  /** Sends `doctorQuestion` as the configuration signs it; undefined: it cannot be sent. */
  readonly askCenter: (() => Promise<CenterAnswer<'6301'>>) | undefined
  /** Where the center's notices are to come in; undefined: none are expected. */
  readonly listener: { readonly host: string; readonly port: number } | undefined
  /** Of the callback listener; undefined: it has none. */
  readonly listenerCertificate: ListenerCertificate | undefined
  readonly scanners: readonly DoctorScanner[]
  readonly running?: RunningAgent
}

const [shortMs, startMs, centerMs, journalMs] = [10_000, 15_000, 16_000, 12_000]
const stageMs = 3_500
const noLibrary = '没有配置动态库'

const skipAll = (ids: CheckRun['ids'], why: string): readonly Finding[] =>
  ids.map((id) => find(id, 'skipped', why) as Finding)

/** The name of our own copy of the host, which is no file of the vendor's. */
export const copyNameOf = (hosts: readonly HostProgram[]): string => nameOfCopy(hosts[0]?.program ?? '')

const lookAtManifest = async (library: NonNullable<DoctorSubject['library']>): Promise<readonly Finding[]> => {
  const { profile, hosts, manifest } = library
  if (manifest === undefined) return [find('libraryManifest', 'skipped', '没有数据目录, 也没有配置清单')]
  if (profile.path === undefined || !existsSync(profile.path)) return []
  try {
    return [judgeManifest(await reviewLibrary(profile.path, manifest, copyNameOf(hosts)))]
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '内容无效'
    return [find('libraryManifest', 'unreadable', `${manifest} (${code})`)]
  }
}

const lookAtScanner = async (
  { name, kind, path = '', ...usb }: DoctorScanner,
  running: RunningAgent | undefined,
): Promise<FindingOf<'scannerPort'>> => {
  if (running?.hasScanner(name) === true) return find('scannerPort', 'own', `${name}, 本助手正在使用`)
  if (kind === 'hid') return judgeScanner(name, await probeHid(usb, loadNodeHid))
  const holder = findDeviceHolder(path)
  const probed = holder === undefined ? await probePort(path) : { state: 'held' as const, detail: '' }
  return judgeScanner(path, probed, holder)
}

/** One line for all of them: what is wrong with the first that has something wrong. */
const lookAtScanners = async ({ scanners, running }: DoctorSubject): Promise<readonly Finding[]> => {
  const found = await Promise.all(scanners.map((scanner) => lookAtScanner(scanner, running)))
  const [first] = found
  if (first === undefined) return skipAll(['scannerPort'], '没有配置由助手驱动的扫码枪')
  const { result } = found.find((seen) => seen.result !== 'ok' && seen.result !== 'own') ?? first
  return [find('scannerPort', result, found.map(({ detail }) => detail).join('; '))]
}

const lookAtJournal = async (dataDir: string | undefined): Promise<readonly Finding[]> => {
  if (dataDir === undefined || !existsSync(dataDir)) return [find('journal', 'skipped', '没有数据目录')]
  const probed = await probeJournal(dataDir, journalMs - 3_000, headlessProtection(process.platform).protection)
  switch (probed.state) {
    case 'absent':
      return [find('journal', 'absent', '首次启动时建立')]
    case 'unopenable':
      return [find('journal', 'unopenable', `[${probed.fault.code}] ${probed.fault.message}`)]
    case 'otherAccount':
      return [find('journal', 'otherAccount', `密钥由 ${probed.by} 保管, 这个系统用户打不开`)]
    case 'broken':
      return [find('journal', 'findings', `${probed.entries} 条中有 ${probed.findings} 处校验不通过`)]
    case 'holds':
      return probed.isWhole
        ? [find('journal', 'ok', `${probed.entries} 条, 校验通过`)]
        : [find('journal', 'partly', `前 ${probed.entries} 条校验通过; 其余由助手在后台校验`)]
  }
}

const lookAtLock = (dataDir: string | undefined, isOwn: boolean): FindingOf<'otherAgent'> => {
  if (dataDir === undefined || !existsSync(dataDir)) return find('otherAgent', 'skipped', '没有数据目录')
  try {
    if (!isFolderLocked(dataDir)) return find('otherAgent', 'ok', '没有助手在运行')
    return isOwn ? find('otherAgent', 'running', '本助手正在运行') : find('otherAgent', 'held', dataDir)
  } catch {
    return find('otherAgent', 'unknown', dataDir)
  }
}

/** The port, the folder's lock, and whose dumps are judged, which depend on whether an agent answers. */
const lookAtAgent = async ({ running, port, proofs, dataDir }: DoctorSubject): Promise<readonly Finding[]> => {
  if (running !== undefined) {
    return [
      find('apiPort', 'own', `端口 ${running.port}, 本助手`),
      find('otherAgent', 'running', '本助手正在运行'),
      lookAtDumps(),
    ]
  }
  const { finding, agentPid } = await lookAtPort(port, proofs)
  return [finding, lookAtLock(dataDir, finding.result === 'own'), lookAtDumps(agentPid)]
}

const answerMs = 14_000

const lookAtKeys = async ({ askCenter }: DoctorSubject): Promise<readonly Finding[]> => {
  if (askCenter === undefined) return skipAll(['centerKeys'], '配置有误, 没有发送')
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, answerMs, undefined)
  })
  const answer = await Promise.race([askCenter(), late])
  clearTimeout(timer)
  return [judgeKeys(answer)]
}

/** Only a running agent has had replies to learn from. */
const lookAtForms = (running: RunningAgent | undefined): FindingOf<'centerForms'> => {
  const form = running?.signatureForm() ?? ''
  if (form !== '') return find('centerForms', 'ok', form)
  return find('centerForms', 'skipped', running === undefined ? '助手没有运行' : '还没有能分辨写法的应答')
}

const lookAtListener = async (subject: DoctorSubject): Promise<FindingOf<'callbackListener'>> => {
  const { listener, running, dataDir } = subject
  if (listener === undefined) return find('callbackListener', 'skipped', '没有配置 callbacks')
  if (running !== undefined) return judgeListening(running.callbackFault(), listener)
  if (dataDir !== undefined && existsSync(dataDir) && lookAtLock(dataDir, true).result === 'running') {
    return find('callbackListener', 'skipped', '助手正在运行, 由它占用; 用 GET /v1/doctor 查看')
  }
  const error = listenError({ code: await tryListening(listener.port, listener.host) }, addressOf(listener))
  return judgeListening(error instanceof AgentError ? error.message : '', listener)
}

const lookAtHost = async ({ library, running, dataDir }: DoctorSubject): Promise<readonly Finding[]> => {
  if (running !== undefined) return running.host()
  if (library === undefined) return skipAll(['hostStart', 'librarySymbol'], noLibrary)
  if (dataDir !== undefined && existsSync(dataDir) && lookAtLock(dataDir, true).result === 'running') {
    const why = '助手正在运行, 不打扰它的动态库; 用 GET /v1/doctor 查看, 或停止助手后再试'
    return [find('hostStart', 'skipped', why), find('librarySymbol', 'skipped', why)]
  }
  return judgeTrial(await tryHost(library.profile, library.hosts, startMs - 2_000))
}

/** An administrator looks at folders of other users; anybody else at his own. */
export const ownerToBe = (): number | null => (ownUser() === 0 ? null : ownUser())

const findReplaceable = async (file: string, isWindows: boolean): Promise<readonly string[]> =>
  isWindows ? ((await findOpenPlaces(file)) ?? []) : strangersAt(file, ownerToBe())

const lookAtSecretFiles = async ({ configFile, dataDir }: DoctorSubject): Promise<readonly Finding[]> => {
  const own = dataDir === undefined ? [] : ['journal.key', 'tokens.json'].map((name) => join(dataDir, name))
  const files = [...(configFile === undefined ? [] : secretFiles(configFile)), ...own]
  const plain = configFile === undefined ? [] : plainFiles(configFile)
  const isWindows = process.platform === 'win32'
  const deciding = configFile === undefined ? [] : [resolve(configFile), ...(isWindows ? [] : files)]
  const replaceable = await Promise.all(deciding.map((file) => findReplaceable(file, isWindows)))
  return [await lookAtSecrets(files, isWindows ? findReaders : undefined, plain, [...new Set(replaceable.flat())])]
}

const lookAtGenuine = (path: string, environment: string): Finding => {
  if (!isSimulatedLibrary(path)) return find('libraryGenuine', 'ok')
  const isProduction = environment === 'production'
  return find('libraryGenuine', isProduction ? 'simulated' : 'trial', '模拟动态库: 患者是编造的')
}

const runsOf = (subject: DoctorSubject): readonly CheckRun[] => {
  const { configuration, dataDir, library, center, running } = subject
  const run = (ids: CheckRun['ids'], look: CheckRun['look'], withinMs = shortMs): CheckRun => ({ ids, withinMs, look })
  const path = library?.profile.path
  const ofLibrary = (ids: CheckRun['ids'], look: (path: string) => ReturnType<CheckRun['look']>): CheckRun =>
    run(ids, () => (path === undefined ? skipAll(ids, noLibrary) : look(path)))
  const centerIds = ['centerName', 'centerConnection', 'centerTls', 'centerCertificate', 'centerClock'] as const
  return [
    run(['runtime', 'configuration', 'clock', 'dataFolder'], () => [
      lookAtRuntime(),
      configuration,
      lookAtClock(),
      lookAtDataFolder(dataDir, (folder) => faultOfFolder(folder, ownerToBe())),
    ]),
    run(['secretFiles'], () => lookAtSecretFiles(subject)),
    run(['diskSpace'], () => lookAtDisk(dataDir)),
    run(['log'], () => [lookAtLog(dataDir, running?.logFault(), (folder) => faultOfFolder(folder, ownerToBe()))]),
    run(['apiPort', 'otherAgent', 'coreDumps'], () => lookAtAgent(subject)),
    run(['journal'], () => (running === undefined ? lookAtJournal(dataDir) : [running.journal()]), journalMs),
    ofLibrary(['libraryFile', 'libraryMachine', 'libraryDependencies'], (file) =>
      judgeLibrary(examineLibrary(file, library?.hosts ?? [])),
    ),
    ofLibrary(['libraryGenuine'], (file) => [lookAtGenuine(file, subject.environment)]),
    ofLibrary(['libraryRights'], async (file) => (existsSync(file) ? [judgeRights(await findOpenPlaces(file))] : [])),
    ofLibrary(['libraryManifest'], () => (library === undefined ? [] : lookAtManifest(library))),
    ofLibrary(['libraryCodePage'], async () => (library === undefined ? [] : [await lookAtCodePage(library.profile)])),
    ofLibrary(['hostFolder'], (file) => [lookAtHostFolder(library?.profile.folder ?? dirname(file))]),
    run(['hostStart', 'librarySymbol'], () => lookAtHost(subject), startMs),
    run(['scannerPort'], () => lookAtScanners(subject)),
    run(['centerKeys'], () => lookAtKeys(subject), centerMs),
    run(['centerForms'], () => [lookAtForms(running)]),
    run(['callbackListener'], async () => [await lookAtListener(subject)]),
    run(['callbackCertificate'], () => [judgeListener(subject.listenerCertificate)]),
    run(
      centerIds,
      async () => {
        if (center === undefined) return skipAll(centerIds, '没有配置中心地址')
        const url = new URL(center.baseUrl)
        return judgeCenter(url, await probeStages(url, center.ca, stageMs), center.replyWindowMs)
      },
      centerMs,
    ),
  ]
}

/** Runs every check, at most some 16 s. Never rejects. */
export const examine = (subject: DoctorSubject): Promise<DoctorReport> =>
  runChecks(runsOf(subject), { version: subject.version, environment: subject.environment })
