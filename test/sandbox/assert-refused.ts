// What every refusal of the simulated center has: a signed envelope that says why, and no data.
import assert from 'node:assert/strict'
import type { Reply } from './agent-client.ts'

export const assertRefused = (reply: Reply, pattern: RegExp): void => {
  assert.equal(reply.status, 200)
  assert.equal(reply.opened?.kind, 'signed')
  assert.notEqual(reply.envelope['code'], '0')
  assert.equal(reply.envelope['success'], false)
  assert.equal(reply.envelope['encData'], undefined)
  assert.match(String(reply.envelope['message']), pattern)
}
