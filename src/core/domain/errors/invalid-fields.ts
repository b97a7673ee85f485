// Owns how faults of a caller's fields become the one error that names them.
import { faultText, maxFaults, type Fault } from '../../../contract/check/check.ts'
import { AgentError } from './errors.ts'

/** INVALID_FIELDS with every fault, each as a line of text. */
export const invalidFields = (faults: readonly Fault[]): AgentError => {
  const lines = faults.slice(0, maxFaults).map(faultText)
  const more = faults.length > maxFaults ? { moreFaults: faults.length - maxFaults } : {}
  const addition = faults.length === 1 ? lines[0] : `共 ${faults.length} 处, 首处 ${lines[0] ?? ''}`
  return new AgentError('INVALID_FIELDS', { ...(addition ? { addition } : {}), detail: { faults: lines, ...more } })
}
