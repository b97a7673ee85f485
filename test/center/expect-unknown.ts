// Owns the demand that a server's answer makes every interface's outcome unknown, for one reason.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { codes } from './messages.ts'
import { openCenter, type Respond, startServer } from './real-center.ts'

/** Asks all six interfaces and demands that each outcome is unknown for this reason. */
export const expectUnknown = async (t: TestContext, respond: Respond, reason: RegExp, timeoutMs = 10_000) => {
  const { url, seen } = await startServer(t, respond)
  const center = openCenter(t, url, { timeoutMs })
  const answers = await Promise.all(codes.map((code) => center.ask(code)))
  for (const [index, one] of answers.entries()) {
    assert.equal(one.kind, 'unknown', codes[index])
    assert.match('reason' in one ? one.reason : '', reason, codes[index])
  }
  assert.equal(seen.length, codes.length)
}
