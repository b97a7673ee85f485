// What Chrome's Local Network Access wants of a page of another address before it may call the agent, shown by the installed
// Chromium in a network namespace of its own (docs/api.md, 网页).
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { opensslLacks } from '../center/certificates.ts'
import { skipWithoutWholeBrowser } from '../support/browser/browser.ts'

const within = 'mount -t tmpfs tmpfs /etc/chromium && ip link set lo up && ip addr add 203.0.113.5/32 dev lo'
const canSeparate = (): boolean =>
  spawnSync('unshare', ['--net', '--mount', 'bash', '-c', within], { stdio: 'ignore' }).status === 0

const skip =
  skipWithoutWholeBrowser ||
  opensslLacks ||
  (canSeparate() ? false : 'no network namespace of our own (root, unshare and ip)')
if (skip !== false) process.stderr.write(`SKIPPED: Local Network Access was not tested: ${skip}\n`)

describe('a page of another address that calls the agent', { skip }, () => {
  let found: Record<string, string> = {}
  before(async () => {
    const program = join(import.meta.dirname, 'lna-namespace.ts')
    const script = `${within} && exec "$0" "$1"`
    const command = ['--net', '--mount', 'bash', '-c', script, process.execPath, program]
    const { stdout } = await promisify(execFile)('unshare', command, { timeout: 300_000 })
    found = JSON.parse(stdout) as Record<string, string>
  })

  it('cannot, when it was not loaded over HTTPS, whatever the policy says', () => {
    assert.equal(found['plain page'], 'TypeError')
    assert.equal(found['plain page beside the policy'], 'TypeError')
  })
  it('cannot over HTTPS either, as long as nobody allowed it', () => {
    assert.equal(found['secure page'], 'TypeError')
  })
  it('can over HTTPS once the user allowed it', () => {
    assert.equal(found['secure page, allowed by the user'], '0')
  })
  it('can over HTTPS without a question where the enterprise policy names its origin', () => {
    assert.equal(found['secure page, allowed by the policy'], '0')
  })
})
