// Owns the endpoint that judges settings and saves nothing.
import { SettingsSchema } from '../../../contract/local-api/console-bodies.ts'
import type { SettingsCheckAnswer } from '../../../contract/local-api/settings.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine, permittedSettings } from './machine.ts'

export const checkSettings = endpoint({
  method: 'POST',
  path: '/v1/settings/check',
  scope: 'admin',
  summary: '只检查配置, 列出全部问题',
  body: SettingsSchema,
  // Whoever may not save may not check: judging opens the files that are named, and says of each whether it is there.
  answer: ofMachine((machine, { body, caller }): SettingsCheckAnswer => ({
    faults: machine.check(permittedSettings(machine, body, caller)),
  })),
})
