// docs/integrate.zh-CN.md, its commands run as they stand there one after the other: from the scan to the first refund.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { startTestAgent } from '../support/test-agent.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const guide = readFileSync(join(root, 'docs/integrate.zh-CN.md'), 'utf8')
const commands = [...guide.matchAll(/<!-- try -->\n```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '')

type Answer = { readonly code?: string; readonly data?: Readonly<Record<string, unknown>> }

it('the commands of the guide scan, upload, authorise, place, pay, ask, book and refund, each saying what the guide says', async (t) => {
  const agent = await startTestAgent()
  t.after(() => agent.close())
  const env = { ...process.env, AGENT: agent.url, CENTER: agent.center.url, TOKEN: 'token-of-his' }
  const { stdout } = await run('sh', ['-c', commands.join('\n')], { cwd: root, env })
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer)
  const told = answers.map(({ code, data }) => [code, data?.['next'], data?.['paid'], data?.['state']].join(' '))
  assert.deepEqual(told, [
    '0   ',
    '0 authorize false uploaded',
    '   ',
    '0 place false uploaded',
    '0 payCash false cashPending',
    '   ',
    '0 book true paid',
    '0 none true paid',
    '0  true paid',
    '0 none false refunded',
  ])
})
