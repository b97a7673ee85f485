// The agent as the hospital's engineer starts it: what it says when something is missing or taken, and its one JSON line.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import Sqlite from 'better-sqlite3'
import { startAgentProcess, type AgentProcess } from '../fixtures/agent-process.ts'
import { bill, newNumber, placement } from '../support/cashier-job.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { callAt, orgCodg, testTokens } from '../support/agents/test-agent.ts'
import { startTestCenter, testChannel, until } from '../support/agents/test-center.ts'
import { childrenOf, portsOf } from '../support/agents/processes.ts'
import { freePort } from '../support/agents/free-port.ts'

const entry = 'src/main/programs/headless/headless.ts'

type Ended = { readonly exitCode: number | null; readonly out: string; readonly err: string }

/** Runs the program to its end, which it must reach by itself. */
const run = async (...flags: string[]): Promise<Ended> => {
  const child = spawn(process.execPath, [entry, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (part: Buffer) => (out += part.toString()))
  child.stderr.on('data', (part: Buffer) => (err += part.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { exitCode, out, err }
}

const started = async (context: TestContext, ...flags: string[]): Promise<AgentProcess> => {
  const agent = await startAgentProcess([entry, ...flags])
  context.after(agent.stop)
  return agent
}

const assertRefused = ({ exitCode, out, err }: Ended, code: string, text: RegExp): void => {
  assert.equal(exitCode, 1)
  assert.equal(out, '')
  assert.match(err, new RegExp(`^\\[${code}\\]`))
  assert.match(err, text)
  assert.match(err, /处理: .*\p{Script=Han}/u)
}

describe('what is missing', () => {
  it('neither --sandbox nor --config: it says so and ends, and makes no data folder', async (t) => {
    const dataDir = join(folderFor(t), 'data')
    assertRefused(await run('--data-dir', dataDir), 'CONFIG_MISSING', /未指定 --config/)
    assert.equal(existsSync(dataDir), false)
  })

  it('a configuration that is not there: its path', async () => {
    assertRefused(await run('--config', '/nowhere/agent.json'), 'CONFIG_MISSING', /\/nowhere\/agent\.json/)
  })

  it('flags that do not exist, or do not go together', async () => {
    assertRefused(await run('--sandbx'), 'CONFIG_INVALID', /--sandbx/)
    assertRefused(await run('--sandbox', '--config', 'x.json'), 'CONFIG_INVALID', /不能同时使用/)
    for (const port of ['x', '-1', '65536', '1.5']) {
      assertRefused(await run('--sandbox', `--port=${port}`), 'CONFIG_INVALID', /--port/)
    }
  })
})

/** A configuration for a test environment at a center, with its secrets beside it. */
const writeConfig = (folder: string, baseUrl: string, change: object = {}): string => {
  const { appId, appSecret, privateKey, centerPublicKey } = testChannel
  writeFileSync(join(folder, 'app-secret'), appSecret, { mode: 0o600 })
  writeFileSync(join(folder, 'private-key'), privateKey.toString('base64'), { mode: 0o600 })
  const [his] = testTokens
  const config = {
    environment: 'test',
    orgCodg,
    api: { tokens: [{ name: 'his', hash: his?.hash, scopes: his?.scopes }] },
    center: {
      baseUrl,
      allowPlainHttp: true,
      appId,
      appSecret: { file: 'app-secret' },
      privateKey: { file: 'private-key' },
      centerPublicKey: Buffer.from(centerPublicKey).toString('base64'),
    },
    voucher: { library: join(folder, 'missing.so'), url: 'http://127.0.0.1:9/decode', scannerOwner: 'library' },
    ...change,
  }
  const path = join(folder, 'agent.json')
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 })
  return path
}

describe('--sandbox', () => {
  it('prints one JSON line with url, token and sandboxUrl, and everything in it works', async (t) => {
    const child = spawn(process.execPath, [entry, '--sandbox', '--port', '0', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close')
    let out = ''
    child.stdout.on('data', (part: Buffer) => (out += part.toString()))
    t.after(async () => {
      child.kill('SIGTERM')
      await ended
      assert.equal(out.trimEnd().split('\n').length, 1, 'one line, also at its end')
    })
    await until('its line', () => out.includes('\n'))
    const { url, token, sandboxUrl } = JSON.parse(out) as Record<string, string>
    const status = await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(status.status, 200)
    const ledger = (await (await fetch(`${sandboxUrl}/_sandbox/ledger`)).json()) as { orders: unknown[] }
    assert.deepEqual(ledger.orders, [])
  })

  it('ends its center with itself, and leaves no folder of its own behind', async (t) => {
    const agent = await started(t, '--sandbox', '--port', '0')
    assert.equal((await fetch(`${agent.sandboxUrl}/_sandbox/health`)).status, 200)
    await agent.stop()
    await assert.rejects(fetch(`${agent.sandboxUrl}/_sandbox/health`))
    assert.equal(existsSync(agent.dataDir), false)
  })

  it('a port that is taken: PORT_IN_USE, and it ends', async (t) => {
    const agent = await started(t, '--sandbox', '--port', '0')
    const { port } = new URL(agent.url)
    assertRefused(await run('--sandbox', '--port', port), 'PORT_IN_USE', new RegExp(port))
  })

  it('a second agent on the same data folder: DATA_FOLDER_IN_USE, and the first goes on', async (t) => {
    const folder = folderFor(t)
    const agent = await started(t, '--sandbox', '--port', '0', '--data-dir', folder)
    assertRefused(
      await run('--sandbox', '--port', '0', '--data-dir', folder),
      'DATA_FOLDER_IN_USE',
      /已被另一个程序占用/,
    )
    assert.equal((await agent.call('GET', '/v1/status')).code, '0')
  })

  it('a data folder of the sandbox refuses a test configuration, and the other way round', async (t) => {
    const [sandboxFolder, testFolder, configFolder] = [folderFor(t), folderFor(t), folderFor(t)]
    const config = writeConfig(configFolder, 'http://127.0.0.1:9')
    const sandbox = await started(t, '--sandbox', '--port', '0', '--data-dir', sandboxFolder)
    await sandbox.stop()
    const files = readdirSync(sandboxFolder)
    const wrong = await run('--config', config, '--port', '0', '--data-dir', sandboxFolder)
    assertRefused(wrong, 'DATA_FOLDER_OTHER_ENVIRONMENT', /目录属于 sandbox, 本次为 test/)
    assert.deepEqual(readdirSync(sandboxFolder), files)
    const test = await started(t, '--config', config, '--port', '0', '--data-dir', testFolder)
    await test.stop()
    const other = await run('--sandbox', '--port', '0', '--data-dir', testFolder)
    assertRefused(other, 'DATA_FOLDER_OTHER_ENVIRONMENT', /目录属于 test, 本次为 sandbox/)
  })

  it('a data folder of another institution is refused once it has orders; an unstamped one takes the stamp at its next start', async (t) => {
    const center = await startTestCenter()
    t.after(center.stop)
    const [data, folder] = [folderFor(t), folderFor(t)]
    const startAs = (own: string): Promise<AgentProcess> =>
      started(t, '--config', writeConfig(folder, center.url, { orgCodg: own }), '--port', '0', '--data-dir', data)
    // Nothing was written yet: the first code was mistyped.
    await (await startAs('H00000000009')).stop()
    const agent = await startAs(orgCodg)
    assert.equal((await callAt(() => agent.url)('POST', '/v1/orders', bill(newNumber()))).code, '0')
    await agent.stop()
    const refusedAs = async (own: string): Promise<void> => {
      const config = writeConfig(folder, center.url, { orgCodg: own })
      const ended = await run('--config', config, '--port', '0', '--data-dir', data)
      assertRefused(ended, 'DATA_FOLDER_OTHER_INSTITUTION', new RegExp(`目录属于 ${orgCodg}, 本次为 ${own}`))
    }
    await refusedAs('H00000000009')
    const database = new Sqlite(join(data, 'journal.db'))
    database.prepare("DELETE FROM meta WHERE name = 'mark:institution'").run()
    database.close()
    await (await startAs(orgCodg)).stop()
    await refusedAs('H00000000009')
  })
})

/** Resolves once a Node that got the signal now has opened its debugger: long enough for whoever got it before. */
const awaitDebuggerElsewhere = async (context: TestContext): Promise<void> => {
  const script = 'setInterval(() => 0, 1000); console.log("up")'
  const child = spawn(process.execPath, ['--inspect-port=0', '--eval', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  context.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  child.kill('SIGUSR1')
  const [told] = (await once(child.stderr, 'data')) as [Buffer]
  assert.match(told.toString(), /Debugger listening/)
}

it(
  'SIGUSR1 opens no debugger in the agent, its decoder host or its center, and all live on',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const agent = await started(t, '--sandbox', '--port', '0')
    const voucher = async () => (await agent.call('GET', '/v1/status')).data['voucher'] as { readonly state: string }
    await until('a ready host', async () => (await voucher()).state === 'ready')
    const { pid = 0 } = agent.child
    const all = [pid, ...childrenOf(pid)]
    assert.equal(all.length, 3)
    const before = all.map(portsOf)
    for (const one of all) process.kill(one, 'SIGUSR1')
    await awaitDebuggerElsewhere(t)
    assert.deepEqual(all.map(portsOf), before)
    assert.deepEqual([pid, ...childrenOf(pid)], all)
    assert.equal((await voucher()).state, 'ready')
  },
)

describe('--config', () => {
  it('prints neither token nor sandboxUrl, says its environment in every answer, and needs no decoder to pay', async (t) => {
    const center = await startTestCenter()
    t.after(center.stop)
    const folder = folderFor(t)
    const config = writeConfig(folder, center.url)
    const agent = await started(t, '--config', config, '--port', '0', '--data-dir', folder)
    assert.equal(agent.token, undefined)
    assert.equal(agent.sandboxUrl, undefined)
    const headers = { authorization: 'Bearer token-of-his', 'content-type': 'application/json' }
    const body = JSON.stringify(bill(newNumber()))
    const reply = await fetch(`${agent.url}/v1/orders`, { method: 'POST', headers, body })
    const { code, data } = (await reply.json()) as { code: string; data: Record<string, unknown> }
    assert.equal(code, '0')
    assert.equal(data['environment'], 'test')
    const status = await fetch(`${agent.url}/v1/status`, { headers })
    const { voucher } = ((await status.json()) as { data: { voucher: { state: string; reason: string } } }).data
    assert.equal(voucher.state, 'down')
    assert.match(voucher.reason, /missing\.so/)
  })

  it('a center that is down: 503 in Chinese, nothing lost, and the same calls work once it is there', async (t) => {
    const center = await startTestCenter({ port: await freePort() })
    t.after(center.stop)
    const folder = folderFor(t)
    await center.stop()
    const agent = await started(t, '--config', writeConfig(folder, center.url), '--port', '0', '--data-dir', folder)
    const headers = { authorization: 'Bearer token-of-his', 'content-type': 'application/json' }
    const call = async (path: string, body: object) => {
      const reply = await fetch(`${agent.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      const answer = (await reply.json()) as { code: string; message: string; data: Record<string, unknown> }
      return { status: reply.status, ...answer }
    }
    const medOrgOrd = newNumber()
    const refused = await call('/v1/orders', bill(medOrgOrd))
    assert.equal(refused.status, 503)
    assert.equal(refused.code, 'CENTER_UNREACHABLE')
    assert.match(refused.message, /连不上医保移动支付中心, 请求未发出/)
    await center.start()
    const accepted = await call('/v1/orders', bill(medOrgOrd))
    assert.equal(accepted.code, '0', accepted.message)
    assert.equal(accepted.data['attempt'], 2)
    await center.script(medOrgOrd, { split: 'insurance' })
    assert.equal((await call(`/v1/orders/${medOrgOrd}/placement`, placement())).data['paid'], true)
  })

  it('faults of the file are all told at once, without a secret', async (t) => {
    const folder = folderFor(t)
    const center = { baseUrl: 'ftp://x', appId: 'short', appSecret: 'plain text secret', extra: 1 }
    const path = writeConfig(folder, 'http://127.0.0.1:9', { center, environment: 'sandbox', unknown: true })
    const ended = await run('--config', path)
    assertRefused(ended, 'CONFIG_INVALID', /^ {2}- /m)
    assert.ok(ended.err.split('\n').filter((line) => line.startsWith('  - ')).length >= 6, ended.err)
    assert.ok(!ended.err.includes('plain text secret'))
  })
})

it("the journal file is somebody else's: JOURNAL_NOT_SQLITE, and the file stays", async (t) => {
  const folder = folderFor(t)
  writeFileSync(join(folder, 'journal.db'), 'not a database\n'.repeat(50))
  assertRefused(await run('--sandbox', '--port', '0', '--data-dir', folder), 'JOURNAL_NOT_SQLITE', /账本/)
  rmSync(join(folder, 'agent.lock'), { force: true })
  assert.deepEqual(readdirSync(folder), ['journal.db', 'log'])
})
