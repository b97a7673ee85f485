// docs/security.md, held to its word: its table cell by cell, its example, and its two clients as they stand there.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { keyIdOf, proveKnowledge } from '../../../src/main/api/callers/signed-request.ts'
import { hashToken, scopes } from '../../../src/main/api/callers/tokens.ts'
import { signRequest } from '../../support/sign-request.ts'
import { startTestAgent, testTokens, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const run = promisify(execFile)
const document = readFileSync(join(import.meta.dirname, '../../../docs/security.md'), 'utf8')
const rows = [...document.matchAll(/^\| `(GET|POST) (\/\S+)` \|(.*)\|$/gm)].map(([, method, path, cells]) => ({
  method: method ?? '',
  path: path ?? '',
  cells: (cells ?? '').split('|').map((cell) => cell.trim()),
}))

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

/** The code of the answer; an event stream that opened is "0". */
const codeOf = async (method: string, path: string, as: string): Promise<string> => {
  const reply = await fetch(
    `${agent.url}${path.replace('{medOrgOrd}', 'A1').replace('{id}', 'X').replace('{name}', 'X')}`,
    {
      method,
      headers: { authorization: `Bearer token-of-${as}`, 'content-type': 'application/json' },
      // Names an order and an operation, as the façade wants them; complete enough for nothing.
      ...(method === 'POST' ? { body: path.startsWith('/call') ? '{"medOrgOrd":"A1","operationId":"X"}' : '{}' } : {}),
    },
  )
  if (reply.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    await reply.body?.cancel()
    return '0'
  }
  const answer = (await reply.json()) as { readonly code?: string }
  return answer.code ?? '0'
}

describe('the table of docs/security.md', () => {
  it('has every endpoint', () => {
    assert.ok(rows.length > 30)
  })
  for (const { method, path, cells } of rows) {
    it(`${method} ${path}: ${cells.map((cell) => cell || '-').join(' ')}`, async () => {
      assert.equal(cells.length, scopes.length)
      for (const [index, scope] of scopes.entries()) {
        const isEnough = ['可以', '公开', '自己的', '自助机'].includes(cells[index] ?? '')
        const code = await codeOf(method, path, `only-${scope}`)
        if (cells[index] === '所有者') assert.equal(code, 'OWNER_ONLY')
        else assert.equal(code !== 'SCOPE_MISSING', isEnough, `${scope}: ${code}`)
      }
      assert.notEqual(await codeOf(method, path, 'his'), 'SCOPE_MISSING', 'a token with every scope')
    })
  }
})

it('the example of docs/security.md is right', () => {
  const [token] = testTokens
  assert.ok(token !== undefined)
  const example = { ...token, hash: hashToken('token-of-example') }
  assert.equal(/^keyId {2}(\w+)$/m.exec(document)?.[1], keyIdOf(example))
  assert.equal(/^proof {2}(\w+)$/m.exec(document)?.[1], proveKnowledge(example, 17_600, 'abcdefghijklmnop'))
})

describe('the clients of docs/security.md prove the agent and sign, with an SM3 that is not ours', () => {
  const scriptOf = (language: string): string =>
    new RegExp('```' + language + '\\n([\\s\\S]*?)```').exec(document)?.[1] ?? ''

  // What could have been signed for an agent before this one is refused, and that is up to a second or two.
  before(async () => {
    const { host } = new URL(agent.url)
    await until('the first signature taken', async () => {
      const authorization = signRequest({ token: 'token-of-his', host, target: '/v1/status' })
      const reply = await fetch(`${agent.url}/v1/status`, { headers: { authorization } })
      return reply.ok
    })
  })

  const runClient = async (program: string, given: readonly string[]): Promise<string> => {
    const env = { ...process.env, TOKEN: 'token-of-his', HOST: new URL(agent.url).host, no_proxy: '127.0.0.1' }
    const { stdout } = await run(program, [...given], { env })
    return stdout.trim()
  }
  const programs = [
    ['ts', process.execPath, ['--input-type=module', '--eval', scriptOf('ts')]],
    ['python', 'python3', ['-c', scriptOf('python')]],
  ] as const
  for (const [language, program, given] of programs) {
    const probe = language === 'ts' ? ['--version'] : ['-c', "import hashlib; hashlib.new('sm3')"]
    const skip = spawnSync(program, probe).status === 0 ? false : `没有带 SM3 的 ${program} (no ${program} with SM3)`
    it(language, { skip }, async () => {
      assert.equal(await runClient(program, given), '0')
    })
  }
})
