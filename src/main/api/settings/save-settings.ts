// Owns the endpoint that saves the settings once they are without fault.
import { SettingsSchema } from '../../../contract/local-api/console-bodies.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine, permittedSettings } from './machine.ts'

export const saveSettings = endpoint({
  method: 'POST',
  path: '/v1/settings',
  scope: 'admin',
  summary: '检查后保存配置, 重启后生效',
  body: SettingsSchema,
  answer: ofMachine(
    (machine, { body, caller }) => machine.save(permittedSettings(machine, body, caller)),
    'settings.saved',
  ),
})
