// The curl calls of docs/api.md, run as they stand there, but for the port.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { promisify } from 'node:util'
import { bill } from '../support/cashier-job.ts'
import { gbk } from '../support/old-client.ts'
import { freshFolder, startTestAgent } from '../support/agents/test-agent.ts'

const run = promisify(execFile)

const documentText = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8')
const block = /```sh\n(# 上传[\s\S]*?)```/.exec(documentText)?.[1] ?? ''
const commands = block
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.startsWith('curl '))

it('the documented calls pay an order: uploaded in GBK, placed by a form, asked about as JSON and as FSI', async (t) => {
  const agent = await startTestAgent()
  const folder = freshFolder()
  t.after(async () => {
    await agent.close()
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(join(folder, 'upload-gbk.json'), gbk(JSON.stringify(bill('A0001'))))
  await agent.center.script('A0001', { split: 'insurance' })
  const answers: Record<string, unknown>[] = []
  for (const command of commands) {
    const { stdout } = await run('sh', ['-c', command.replace('127.0.0.1:17600', new URL(agent.url).host)], {
      cwd: folder,
      env: { ...process.env, TOKEN: 'token-of-his', no_proxy: '127.0.0.1' },
      encoding: 'buffer',
    })
    const charset = command.includes('charset=gbk') ? 'gb18030' : 'utf-8'
    answers.push(JSON.parse(new TextDecoder(charset).decode(stdout)) as Record<string, unknown>)
  }
  const [uploaded, placed, asked, wrapped] = answers
  for (const answer of [uploaded, placed, asked]) assert.equal(answer?.['code'], '0', JSON.stringify(answer))
  assert.equal((asked?.['data'] as { paid: boolean }).paid, true)
  assert.equal(wrapped?.['infcode'], 0)
  assert.equal(answers.length, 4)
})
