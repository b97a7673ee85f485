// `agent pair`, `console` and `tokens` against a running agent: found by its data folder or configuration, over a channel that is
// its owner's alone.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startAgentProcess, type AgentProcess } from '../fixtures/agent-process.ts'
import { freshFolder } from '../support/agents/test-agent.ts'
import { skipWithoutOtherUser } from '../support/agents/other-user.ts'

const entry = join(import.meta.dirname, '../../src/main/programs/start.ts')
const folder = freshFolder()
let agent: AgentProcess
before(async () => {
  agent = await startAgentProcess([entry, '--sandbox', '--port', '0', '--data-dir', folder])
})
after(async () => {
  await agent.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Ended = { readonly exitCode: number | null; readonly out: string; readonly err: string }

const run = async (given: readonly string[], more: object = {}): Promise<Ended> => {
  const child = spawn(process.execPath, [entry, ...given], { stdio: ['ignore', 'pipe', 'pipe'], ...more })
  let out = ''
  let err = ''
  child.stdout.on('data', (part: Buffer) => (out += part.toString()))
  child.stderr.on('data', (part: Buffer) => (err += part.toString()))
  await once(child, 'close')
  return { exitCode: child.exitCode, out, err }
}
const command = (...given: readonly string[]): Promise<Ended> => run([...given, '--data-dir', folder])

const assertRefused = ({ exitCode, out, err }: Ended, code: string, text: RegExp): void => {
  assert.equal(exitCode, 1)
  assert.equal(out, '')
  assert.match(err, new RegExp(`^\\[${code}\\]`))
  assert.match(err, text)
  assert.match(err, /处理: .*\p{Script=Han}/u)
}

const exchange = async (code: string): Promise<{ code: string; data: Record<string, unknown> }> => {
  const reply = await fetch(`${agent.url}/v1/pairings/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, application: '测试 HIS' }),
  })
  return (await reply.json()) as { code: string; data: Record<string, unknown> }
}

const statusWith = async (token: string): Promise<string> => {
  const reply = await fetch(`${agent.url}/v1/status`, { headers: { authorization: `Bearer ${token}` } })
  return ((await reply.json()) as { code: string }).code
}

describe('the commands', () => {
  it('pair a workstation, list it, rotate and revoke its token, without any token in hand', async () => {
    const started = await command('pair', '--name', '一号窗口', '--scopes', 'read,pay', '--days', '30')
    assert.equal(started.exitCode, 0, started.err)
    const code = /配对码 \(pairing code\): (\d{6})/.exec(started.out)?.[1] ?? ''
    assert.match((await command('pair', '--status')).out, /一号窗口 等待输入配对码/)
    const { data } = await exchange(code)
    assert.deepEqual([data['name'], data['scopes'], data['orgCodg']], ['一号窗口', ['read', 'pay'], 'H00000000001'])
    const token = String(data['token'])
    assert.match((await command('tokens', 'list')).out, /^一号窗口 {2}有效 {2}配对 {2}read,pay/m)
    const rotated = await command('tokens', 'rotate', '一号窗口', '--overlap', '0')
    const next = /: ([\w-]{43})$/m.exec(rotated.out)?.[1] ?? ''
    assert.equal(await statusWith(token), 'TOKEN_INVALID')
    assert.equal(await statusWith(next), '0')
    assert.equal((await command('tokens', 'revoke', '一号窗口')).exitCode, 0)
    assert.equal(await statusWith(next), 'TOKEN_REVOKED')
    assert.match((await command('tokens', 'list')).out, /^一号窗口 {2}已吊销/m)
  })

  it('console prints a link that opens one session of the agent’s own pages', async () => {
    const { out } = await command('console')
    const [, address = '', link = ''] = /^(http:\/\/127\.0\.0\.1:\d+\/console\/)#link=([\w-]{43})$/m.exec(out) ?? []
    assert.equal(address, `${agent.url}/console/`)
    const reply = await fetch(`${agent.url}/v1/links/exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: agent.url },
      body: JSON.stringify({ link }),
    })
    const { data } = (await reply.json()) as { data: Record<string, unknown> }
    assert.equal(await statusWith(String(data['token'])), '0')
  })

  it('say in JSON what they say in words', async () => {
    const { out } = await command('pair', '--name', 'kiosk-1', '--scopes', 'pay', '--json')
    assert.match(String((JSON.parse(out) as { code?: string }).code), /^\d{6}$/)
    assert.equal((await command('pair', '--cancel')).exitCode, 0)
  })

  it('find the agent through its configuration too, and need none of its secrets', async () => {
    const config = join(folder, 'agent.json')
    writeFileSync(config, JSON.stringify({ dataDir: folder, center: { appSecret: { env: 'NOT_SET' } } }))
    assert.equal((await run(['tokens', 'list', '--config', config])).exitCode, 0)
  })
})

describe('what goes wrong', () => {
  it('no agent, or one that was killed and left its files: it says so', async () => {
    const empty = freshFolder()
    assertRefused(await run(['tokens', 'list', '--data-dir', empty]), 'AGENT_NOT_RUNNING', /没有找到正在运行的助手/)
    const killed = await startAgentProcess([entry, '--sandbox', '--port', '0', '--data-dir', empty])
    const ended = once(killed.child, 'exit')
    killed.child.kill('SIGKILL')
    await ended
    assert.ok(existsSync(join(empty, 'control.sock')))
    assertRefused(await run(['pair', '--status', '--data-dir', empty]), 'AGENT_NOT_RUNNING', /没有找到正在运行的助手/)
    const again = await startAgentProcess([entry, '--sandbox', '--port', '0', '--data-dir', empty])
    assert.equal((await run(['tokens', 'list', '--data-dir', empty])).exitCode, 0, 'the next agent takes the place')
    await again.stop()
    assert.deepEqual([existsSync(join(empty, 'control.sock')), existsSync(join(empty, 'control.json'))], [false, false])
    rmSync(empty, { recursive: true, force: true })
  })

  it('wrong words: which, and where the usage is', async () => {
    assertRefused(await run(['tokens', 'list']), 'COMMAND_INVALID', /--data-dir 或 --config/)
    assertRefused(await command('pair', '--scopes', 'pay'), 'COMMAND_INVALID', /--name/)
    assertRefused(await command('pair', '--name', 'x', '--scope', 'pay'), 'COMMAND_INVALID', /--scope/)
    assertRefused(await command('pair', '--name', 'x', '--scopes', 'root'), 'INVALID_FIELDS', /scopes\[0\] 权限/)
    assertRefused(await command('tokens', 'revoke', 'nobody'), 'TOKEN_NOT_FOUND', /没有这个令牌/)
    assertRefused(await command('tokens', 'rotate', 'sandbox'), 'TOKEN_FIXED', /api\.tokens/)
    assert.match((await run(['pair', '--help'])).out, /pair --name/)
  })
})

describe('the channel', () => {
  const ask = (method: string, path: string, body = ''): Promise<{ code: string }> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const sent = request({ socketPath: join(folder, 'control.sock'), method, path, headers }, (reply) => {
        let text = ''
        reply.on('data', (part: Buffer) => (text += part.toString()))
        reply.on('end', () => {
          resolve(JSON.parse(text) as { code: string })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })

  it('is its owner’s alone, and no secret stands in the file that names it', () => {
    assert.equal(statSync(join(folder, 'control.sock')).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'control.json')).mode & 0o777, 0o600)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    const place = JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8')) as Record<string, unknown>
    assert.deepEqual(Object.keys(place).toSorted(), ['path', 'url'])
  })

  it('manages, and neither pays nor reads', async () => {
    assert.equal((await ask('GET', '/v1/tokens')).code, '0')
    for (const [method, path] of [
      ['GET', '/v1/status'],
      ['GET', '/v1/orders/A1'],
      ['POST', '/v1/orders'],
      ['POST', '/v1/orders/A1/refunds'],
    ] as const) {
      assert.equal((await ask(method, path, method === 'POST' ? '{}' : '')).code, 'SCOPE_MISSING', path)
    }
  })

  it(
    'is refused to another user of the machine, even where the folder was opened to him',
    { skip: skipWithoutOtherUser },
    async () => {
      const other = { uid: 12_345, gid: 12_345, cwd: '/', env: { PATH: process.env['PATH'] } }
      assertRefused(await run(['tokens', 'list', '--data-dir', folder], other), 'CONTROL_REFUSED', /没有权限/)
      chmodSync(folder, 0o755)
      try {
        assertRefused(await run(['tokens', 'list', '--data-dir', folder], other), 'CONTROL_REFUSED', /没有权限/)
      } finally {
        chmodSync(folder, 0o700)
      }
    },
  )

  it('stands elsewhere when the data folder’s path is too long for a socket', async () => {
    const deep = join(freshFolder(), 'd'.repeat(120))
    const distant = await startAgentProcess([entry, '--sandbox', '--port', '0', '--data-dir', deep])
    const place = JSON.parse(readFileSync(join(deep, 'control.json'), 'utf8')) as { path: string }
    assert.ok(!place.path.startsWith(deep))
    assert.equal((await run(['tokens', 'list', '--data-dir', deep])).exitCode, 0)
    await distant.stop()
    assert.equal(existsSync(place.path), false)
    rmSync(join(deep, '..'), { recursive: true, force: true })
  })
})
