// The sandbox as a program: one line in, one line out, dead with its parent; and the form for people.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/agents/free-port.ts'
import { agentPublicKey, appId, appSecret, createClient, type Fields, makeUpload } from './agent-client.ts'

const program = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url))

const start = (...flags: readonly string[]): ChildProcess =>
  spawn(process.execPath, [program, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] })

const readLine = async (child: ChildProcess): Promise<Fields> => {
  assert.ok(child.stdout)
  const lines = createInterface(child.stdout)
  const ended = once(lines, 'close').then(() => assert.fail('it ended without a line'))
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
  return JSON.parse(line) as Fields
}

const readError = async (child: ChildProcess): Promise<string> => {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (text += part))
  await once(child, 'close')
  return text
}

describe('for programs', () => {
  it('takes options on stdin, tells where it listens, serves, and ends when stdin ends', async () => {
    const child = start()
    // Nobody else may answer there when it has ended.
    const options = { appId, appSecret, agentPublicKey, port: await freePort() }
    child.stdin?.write(`${JSON.stringify(options)}\n`)
    const { url, publicKey } = await readLine(child)
    const client = createClient({ url: String(url), publicKey: String(publicKey) })
    assert.ok((await client.call('6201', makeUpload())).data['payOrdId'])
    const ended = once(child, 'exit')
    child.stdin?.end()
    assert.deepEqual(await ended, [0, null])
    await assert.rejects(fetch(`${String(url)}/_sandbox/health`))
  })

  it('ends when stdin ends before a line', async () => {
    const child = start()
    child.stdin?.end()
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })

  it('refuses unknown and missing options in Chinese, without quoting a value', async () => {
    const child = start()
    child.stdin?.write(`${JSON.stringify({ appId, appsecret: 'VERY-SECRET' })}\n`)
    const [text, [code]] = await Promise.all([readError(child), once(child, 'exit')])
    assert.equal(code, 2)
    assert.match(text, /appsecret: 未知字段/)
    assert.match(text, /appSecret 渠道秘钥: 必填/)
    assert.doesNotMatch(text, /VERY-SECRET/)
  })

  it('refuses a line that is no JSON without quoting it', async () => {
    const child = start()
    child.stdin?.write('{"appSecret":"VERY-SECRET"\n')
    const text = await readError(child)
    assert.match(text, /不是有效的 JSON/)
    assert.doesNotMatch(text, /VERY-SECRET/)
  })
})

describe('for people', () => {
  it('keeps the channel and the keys in a folder, for nobody else to read, and finds them again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-keys-'))
    const keys: unknown[] = []
    for (let run = 0; run < 2; run++) {
      const child = start('--port', '0', '--keys', folder, '--json')
      const { publicKey, channelFile } = await readLine(child)
      keys.push(publicKey)
      const channel = JSON.parse(readFileSync(String(channelFile), 'utf8')) as Fields
      assert.equal(channel['centerPublicKey'], publicKey)
      if (process.platform !== 'win32') {
        for (const name of ['channel.json', 'center-key.json']) {
          assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
        }
      }
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    assert.equal(keys[0], keys[1])
    rmSync(folder, { recursive: true })
  })

  it('says in Chinese and English how to configure an agent, and shows no secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-keys-'))
    const child = start('--port', '0', '--keys', folder)
    let text = ''
    child.stdout?.setEncoding('utf8')
    for await (const part of child.stdout ?? []) {
      text += String(part)
      if (text.includes('Ctrl+C ends it')) break
    }
    assert.match(text, /在助手配置中填写/)
    const channel = JSON.parse(readFileSync(join(folder, 'channel.json'), 'utf8')) as Fields
    assert.ok(!text.includes(String(channel['appSecret'])))
    child.kill()
    rmSync(folder, { recursive: true })
  })

  it('refuses an unknown flag and missing --keys', async () => {
    assert.match(await readError(start('--prot', '1')), /--prot/)
    assert.match(await readError(start('--port', '0')), /--keys/)
  })
})
