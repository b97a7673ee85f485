// Owns the switch from test to production: the profile prepared beside the configuration takes its place, the test's is kept. It
// refuses whatever could mix the two: open orders, keys of the test, the test's data folder.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { EnvironmentAnswer } from '../../contract/local-api/settings.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { judgeConfig, type LoadedConfig } from './load-config.ts'
import type { SecretSealer } from './secrets/sealed-secret.ts'
import { readFields, type WriteFile } from './settings-store.ts'
import { profileFile } from './secrets/shown-secrets.ts'

type Problem = { readonly code: string; readonly text: string; readonly count?: number }

const sameKeys = (running: LoadedConfig, next: LoadedConfig): readonly string[] => {
  const names: string[] = []
  const { center } = running.config
  if (next.config.center.appId === center.appId) names.push('渠道id (center.appId)')
  if (next.appSecret === running.appSecret) names.push('应用密钥 (center.appSecret)')
  if (Buffer.from(next.privateKey).equals(running.privateKey)) names.push('本机构私钥 (center.privateKey)')
  if (Buffer.from(next.centerPublicKey).equals(running.centerPublicKey)) names.push('中心公钥 (center.centerPublicKey)')
  return names
}

const differences = (running: LoadedConfig, next: LoadedConfig, confirm: string): readonly Problem[] => {
  const problems: Problem[] = []
  const { environment, orgCodg, dataDir } = next.config
  if (environment !== 'production') problems.push({ code: 'not-production', text: '准备的配置不是生产环境的' })
  if (orgCodg !== confirm) problems.push({ code: 'not-confirmed', text: '填写的机构编码与生产配置不一致' })
  const keys = sameKeys(running, next)
  if (keys.length > 0) problems.push({ code: 'test-keys', text: `仍是测试环境的: ${keys.join('、')}` })
  if (dataDir === undefined || (running.config.dataDir ?? '') === dataDir) {
    problems.push({ code: 'data-folder', text: '生产环境须有自己的数据目录 (dataDir)' })
  }
  return problems
}

export type SwitchOptions = {
  readonly running: LoadedConfig
  /** The data folder was named on the command line, which goes before the file: then it would stay the test's. */
  readonly hasDataFlag: boolean
  /** The institution of the production profile, as the person typed it. */
  readonly confirm: string
  readonly openOrders: number
}

/** Throws ENVIRONMENT_REFUSED with every problem; nothing is changed then. */
export const switchToProduction = (
  configPath: string,
  { running, hasDataFlag, confirm, openOrders }: SwitchOptions,
  write: WriteFile,
  sealer: SecretSealer,
): EnvironmentAnswer => {
  const folder = dirname(resolve(configPath))
  const prepared = join(folder, profileFile(basename(configPath), 'production'))
  const problems: Problem[] = []
  if (running.config.environment === 'production') problems.push({ code: 'already', text: '已经是生产环境' })
  if (openOrders > 0) {
    problems.push({ code: 'open-orders', text: `还有 ${openOrders} 笔测试订单没有了结`, count: openOrders })
  }
  if (hasDataFlag) problems.push({ code: 'data-flag', text: '数据目录由命令行 --data-dir 指定, 请改在配置中指定' })
  if (existsSync(prepared)) {
    const { faults, loaded } = judgeConfig(JSON.parse(JSON.stringify(readFields(prepared))), { folder, sealer })
    if (loaded === undefined) {
      problems.push({ code: 'faults', text: `生产配置有 ${faults.length} 处错误`, count: faults.length })
    } else problems.push(...differences(running, loaded, confirm))
  } else problems.push({ code: 'no-profile', text: '还没有准备生产配置' })
  if (problems.length > 0) {
    const addition = problems.map(({ text }) => text).join('; ')
    throw new AgentError('ENVIRONMENT_REFUSED', { addition, detail: { problems } })
  }
  const backup = basename(configPath).replace(/([.]json)?$/, '.test.json')
  write(join(folder, backup), readFileSync(configPath, 'utf8'))
  write(resolve(configPath), readFileSync(prepared, 'utf8'))
  return { environment: 'production', backup, restartNeeded: true }
}
