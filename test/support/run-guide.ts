// Owns running the commands of a guide as they stand there: every sh block after the mark <!-- try -->, one after the other in
// one shell, against a test agent and its center.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestContext } from 'node:test'
import { startTestAgent } from './agents/test-agent.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')

export type GuideAnswer = {
  readonly code?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** Runs `docs/<name>` and returns its lines of output that are not empty. Throws when a command is not found or the shell fails. */
export const runGuide = async (t: TestContext, name: string): Promise<readonly string[]> => {
  const guide = readFileSync(join(root, 'docs', name), 'utf8')
  const commands = [...guide.matchAll(/<!-- try -->\n```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '')
  const agent = await startTestAgent()
  t.after(() => agent.close())
  const env = { ...process.env, AGENT: agent.url, CENTER: agent.center.url, TOKEN: 'token-of-his' }
  const { stdout } = await run('sh', ['-c', commands.join('\n')], { cwd: root, env })
  return stdout.split('\n').filter((line) => line !== '')
}

/** What a line of output says of an order: code, next, paid and state, with blanks where it says nothing. */
export const saidOf = (line: string): string => {
  const { code, data } = JSON.parse(line) as GuideAnswer
  return [code, data?.['next'], data?.['paid'], data?.['state']].join(' ')
}
