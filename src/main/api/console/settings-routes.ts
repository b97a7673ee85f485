// Owns the rows of the settings' endpoints, all for an administrator; the table of all is ../routes.ts.
import {
  EnvironmentSchema,
  KeysSchema,
  RestartSchema,
  SettingsSchema,
  UserIdTrialSchema,
} from '../../../contract/local-api/console-bodies.ts'

export const settingsRoutes = [
  { name: 'settings', method: 'GET', path: '/v1/settings', scope: 'admin', summary: '配置 (不含密钥) 及其说明' },
  {
    name: 'saveSettings',
    method: 'POST',
    path: '/v1/settings',
    scope: 'admin',
    summary: '检查后保存配置, 重启后生效',
    body: SettingsSchema,
  },
  {
    name: 'checkSettings',
    method: 'POST',
    path: '/v1/settings/check',
    scope: 'admin',
    summary: '只检查配置, 列出全部问题',
    body: SettingsSchema,
  },
  {
    name: 'makeKeys',
    method: 'POST',
    path: '/v1/settings/keys',
    scope: 'admin',
    owner: true,
    summary: '生成本机构 SM2 密钥对, 给出要报给中心的公钥',
    body: KeysSchema,
  },
  {
    name: 'userIdTrial',
    method: 'POST',
    path: '/v1/settings/user-id-trial',
    scope: 'admin',
    summary: '用一份中心的应答试出 SM2 用户标识',
    body: UserIdTrialSchema,
  },
  {
    name: 'switchEnvironment',
    method: 'POST',
    path: '/v1/settings/environment',
    scope: 'admin',
    owner: true,
    summary: '切换到准备好的生产配置',
    body: EnvironmentSchema,
  },
  {
    name: 'restart',
    method: 'POST',
    path: '/v1/restart',
    scope: 'admin',
    summary: '按新配置重新启动助手; 有操作正在进行时拒绝',
    body: RestartSchema,
  },
] as const

export type SettingsRouteName = (typeof settingsRoutes)[number]['name']
