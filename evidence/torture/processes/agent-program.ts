// The agent that is killed, as a program: the real composition, told on stdin when and how to start, so that the next one can
// wait with everything loaded while this one still lives. It ends with its stdin, like every child of the torture.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { startAgent } from '../../../src/main/wiring/compose.ts'
import type { PortWraps } from '../../../src/main/wiring/port-wraps.ts'
import { AgentError } from '../../../src/core/domain/errors/errors.ts'
import type { AgentOrder, AgentWord } from '../agent-order.ts'
import { watchSteps } from '../kill-steps.ts'
import { folderWithFault, portsWithFault } from '../faults/planted-faults.ts'
import { torturedSettings } from '../tortured-settings.ts'

// Synchronous: the last word must be out before the process ends itself.
const say = (word: AgentWord): void => {
  writeSync(process.stdout.fd, `${JSON.stringify(word)}\n`)
}

const endAt = ({ step, nth }: NonNullable<AgentOrder['killAt']>): PortWraps => {
  let passed = 0
  return watchSteps((name) => {
    if (name !== step) return
    passed += 1
    if (passed < nth) return
    say({ killed: step })
    process.kill(process.pid, 'SIGKILL')
  })
}

const run = async (order: AgentOrder): Promise<void> => {
  const { fault, killAt, dataDir } = order
  const wraps = fault !== undefined ? portsWithFault(fault, dataDir) : killAt && endAt(killAt)
  try {
    const settings = torturedSettings({ ...order, dataDir: folderWithFault(fault, dataDir) })
    const { url } = await startAgent(settings, () => undefined, wraps)
    say({ url })
  } catch (error) {
    say({ code: error instanceof AgentError ? error.code : String(error) })
    process.exit(1)
  }
}

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  void run(JSON.parse(line) as AgentOrder)
})
process.stdin.once('end', () => process.exit(0))
