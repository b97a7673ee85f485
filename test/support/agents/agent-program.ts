// A test agent as a program, for tests that kill it or take its disk away. Arguments: data folder, address of the center,
// options of the test agent as JSON. Writes one JSON line with its url, or one with the error's code, and exits 1.
import { startAgent } from '../../../src/main/wiring/compose.ts'
import { AgentError } from '../../../src/core/domain/errors/errors.ts'
import { testSettings, type TestAgentOptions } from './test-agent.ts'

const [, , dataDir = '', centerUrl = '', options = '{}'] = process.argv
try {
  const settings = testSettings(dataDir, centerUrl, JSON.parse(options) as TestAgentOptions)
  const { url } = await startAgent(settings, () => undefined)
  process.stdout.write(`${JSON.stringify({ url })}\n`)
} catch (error) {
  const code = error instanceof AgentError ? error.code : String(error)
  process.stdout.write(`${JSON.stringify({ code })}\n`)
  process.exitCode = 1
}
