// Owns what the desktop's main process reads of the configuration: its own part and the port. The rest, with the secrets, is
// read by the agent's process alone (load-config.ts).
import { createCheck, faultText } from '../../contract/check/check.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { DesktopPart } from './schema/desktop-schema.ts'
import { readConfigFile } from './load-config.ts'

const checkPart = createCheck<DesktopPart>(DesktopPart)

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

/** Throws CONFIG_MISSING, or CONFIG_INVALID with `detail.faults`. */
export const loadDesktop = (path: string): DesktopPart => {
  const file = readConfigFile(path)
  const port = memberOf(memberOf(file, 'api'), 'port')
  const desktop = memberOf(file, 'desktop')
  const { value, faults } = checkPart({
    ...(port === undefined ? {} : { port }),
    ...(desktop === undefined ? {} : { desktop }),
  })
  if (faults.length > 0) throw new AgentError('CONFIG_INVALID', { detail: { faults: faults.map(faultText) } })
  return value
}
