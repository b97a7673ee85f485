// Owns the endpoint that shows the settings, without secrets, and which of them the caller may change.
import type { SettingsAnswer } from '../../../contract/local-api/settings.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine } from './machine.ts'

export const settings = endpoint({
  method: 'GET',
  path: '/v1/settings',
  scope: 'admin',
  summary: '配置 (不含密钥) 及其说明',
  answer: ofMachine((machine, { caller }): SettingsAnswer => ({
    ...machine.read(),
    mayChange: caller.isOwner === true ? null : machine.openSettings,
  })),
})
