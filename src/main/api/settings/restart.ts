// Owns the endpoint that starts the agent anew with the saved settings; refused while an operation runs.
import { RestartSchema } from '../../../contract/local-api/console-bodies.ts'
import type { RestartAnswer } from '../../../contract/local-api/settings.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { assertOwner } from '../callers/tokens.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine } from './machine.ts'

/** What a restart would cut short. A decode is not among them: a patient scans again. */
const countRunning = ({ running, journal }: Dependencies): number =>
  running.ids().filter((id) => journal.readOperation(id)?.intent.verb !== 'decode').length

export const restart = endpoint({
  method: 'POST',
  path: '/v1/restart',
  scope: 'admin',
  summary: '按新配置重新启动助手; 有操作正在进行时拒绝',
  body: RestartSchema,
  answer: ofMachine((machine, { caller }, { dependencies }): RestartAnswer => {
    // Whatever would run anew then is as much the owner's as the setting itself.
    const paths = machine.ownersChangesOfRestart()
    if (paths.length > 0) assertOwner(caller, paths)
    const running = countRunning(dependencies)
    if (running > 0) throw new AgentError('RESTART_REFUSED', { detail: { running } })
    machine.restart()
    return { restarting: true }
  }, 'restart.asked'),
})
