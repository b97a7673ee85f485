// Owns the endpoint that switches to the production configuration that was prepared.
import { EnvironmentSchema } from '../../../contract/local-api/console-bodies.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine } from './machine.ts'

export const switchEnvironment = endpoint({
  method: 'POST',
  path: '/v1/settings/environment',
  scope: 'admin',
  owner: true,
  summary: '切换到准备好的生产配置',
  body: EnvironmentSchema,
  answer: ofMachine(
    (machine, { body }, { dependencies }) =>
      machine.switchToProduction(body.confirm, dependencies.journal.readList('open').length),
    'settings.environment-switched',
  ),
})
