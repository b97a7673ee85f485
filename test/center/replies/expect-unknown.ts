// Owns the demand that a server's answer makes every interface's outcome unknown, for one reason.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Deadlines } from '../deadlines.ts'
import { codes } from '../messages.ts'
import { defaultTimeoutMs, openCenter, type Respond, startServer } from '../real-center.ts'

/**
 * Asks all six interfaces and demands that each outcome is unknown for this reason. With `deadlines`, they pass once every
 * request has arrived and what the server says to it is there.
 */
export const expectUnknown = async (t: TestContext, respond: Respond, reason: RegExp, deadlines?: Deadlines) => {
  const arrived = Promise.withResolvers<undefined>()
  const { url, seen } = await startServer(t, (response, one) => {
    respond(response, one)
    if (seen.length === codes.length) arrived.resolve(undefined)
  })
  const center = openCenter(t, url)
  const asked = codes.map((code) => center.ask(code))
  if (deadlines !== undefined) {
    await arrived.promise
    assert.deepEqual(
      deadlines.askedMs,
      codes.map(() => defaultTimeoutMs),
    )
    await deadlines.pass()
  }
  for (const [index, one] of (await Promise.all(asked)).entries()) {
    assert.equal(one.kind, 'unknown', codes[index])
    assert.match('reason' in one ? one.reason : '', reason, codes[index])
  }
  assert.equal(seen.length, codes.length)
}
