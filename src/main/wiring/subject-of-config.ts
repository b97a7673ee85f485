// Owns what doctor looks at from outside: all of the configuration that can be read, however much of it is wrong.
import { settingDefaults } from '../config/schema/setting-defaults.ts'
import { resolve } from 'node:path'
import { keyIdOf, proveKnowledge } from '../api/callers/signed-request.ts'
import { createCenter, type CenterSettings } from '../center/create-center.ts'
import { ownerToBe, type DoctorSubject } from './compose-doctor.ts'
import { loadConfig, type LoadedConfig } from '../config/load-config.ts'
import { readParts, type ConfigParts } from '../config/read-parts.ts'
import { find, type FindingOf } from '../doctor/tables/check-table.ts'
import { doctorQuestion } from '../doctor/look-at-keys.ts'
import type { ExpectProof } from '../doctor/look-at-port.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { listHostPrograms } from './machine/host-programs.ts'
import { headlessSealer } from './secret-commands.ts'
import { manifestOfConfig, profileOfConfig, settingsOfConfig } from './settings-of-config.ts'
import { version } from './machine/version.ts'

/** What was said on the command line. */
export type DoctorGiven = { readonly config: string | undefined; readonly dataDir: string | undefined }

export type GivenSubject = {
  readonly subject: DoctorSubject
  /** Of the configuration, when it loads whole. */
  readonly loaded: LoadedConfig | undefined
}

type Judged = {
  readonly finding: FindingOf<'configuration'>
  readonly loaded: LoadedConfig | undefined
  /** undefined: nothing can be sent with it. */
  readonly center?: CenterSettings
}

const judge = ({ config: file, dataDir }: DoctorGiven): Judged => {
  if (file === undefined) return { finding: find('configuration', 'notGiven'), loaded: undefined }
  let loaded: LoadedConfig | undefined
  try {
    const own = ownerToBe()
    loaded = loadConfig(file, headlessSealer(), own)
    const folder = dataDir ?? loaded.config.dataDir
    if (folder === undefined)
      return { finding: find('configuration', 'invalid', '缺少 dataDir (或 --data-dir)'), loaded }
    const { center } = settingsOfConfig(loaded, { dataDir: folder, port: undefined, version, own })
    return { finding: find('configuration', 'ok', resolve(file)), loaded, center }
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    if (error.code === 'CONFIG_MISSING') return { finding: find('configuration', 'unreadable', error.message), loaded }
    const faults = (error.detail?.['faults'] ?? []) as readonly string[]
    return { finding: find('configuration', 'invalid', [error.message, ...faults].join('\n      - ')), loaded }
  }
}

const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }

const askerOf = (judged: Judged): DoctorSubject['askCenter'] => {
  const { loaded, center } = judged
  if (loaded === undefined || center === undefined) return undefined
  return async () => {
    const connection = createCenter(center, clock, () => undefined)
    try {
      return await connection.send('6301', doctorQuestion(loaded.config.orgCodg))
    } finally {
      connection.close()
    }
  }
}

const proofsOf = ({ api }: ConfigParts): readonly ExpectProof[] =>
  (api?.tokens ?? []).map(({ name, hash }) => {
    const token = { name, hash, scopes: [], orgCodg: '', expiresAtMs: undefined }
    return (port, challenge) => ({ keyId: keyIdOf(token), proof: proveKnowledge(token, port, challenge) })
  })

const libraryOf = ({ voucher }: ConfigParts, dataDir: string | undefined): DoctorSubject['library'] => {
  if (voucher === undefined) return undefined
  try {
    // Nothing is opened with these keys: a trial start calls no function.
    const profile = profileOfConfig(voucher, { accessKey: 'none', secretKey: 'none' })
    const manifest =
      dataDir === undefined && voucher.manifest === undefined ? undefined : manifestOfConfig(voucher, dataDir ?? '')
    return { profile, hosts: listHostPrograms(), manifest }
  } catch {
    // The profile lacks something: `configuration` lists it.
    return undefined
  }
}

/** Never throws for anything a configuration can be. */
export const subjectOfConfig = (start: DoctorGiven): GivenSubject => {
  const judged = judge(start)
  const { finding, loaded } = judged
  const parts: ConfigParts = start.config === undefined ? {} : readParts(start.config)
  const folder = start.dataDir ?? parts.dataDir
  const dataDir = folder === undefined ? undefined : resolve(folder)
  const { center } = parts
  return {
    loaded,
    subject: {
      version,
      environment: parts.environment ?? '',
      configFile: start.config,
      configuration: finding,
      dataDir,
      port: parts.api?.port ?? settingDefaults.api.port,
      proofs: proofsOf(parts),
      library: libraryOf(parts, dataDir),
      center:
        center === undefined
          ? undefined
          : {
              baseUrl: center.baseUrl,
              ca: center.ca,
              replyWindowMs: center.replyWindowMs ?? settingDefaults.center.replyWindowMs,
            },
      askCenter: askerOf(judged),
      listener: loaded?.config.callbacks,
      listenerCertificate: loaded?.callbackTls,
      scanners: parts.scanners ?? [],
    },
  }
}
