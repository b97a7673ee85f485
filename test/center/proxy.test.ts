// Proxies of the environment are not ours: no request ever goes through one (I12).
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import test from 'node:test'
import { promisify } from 'node:util'
import { outputs, sealReply } from './messages.ts'
import { answer, listen, openCenter, startServer } from './real-center.ts'

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']

const startDecoy = async (t: test.TestContext) => {
  let connections = 0
  const port = await listen(
    t,
    createServer((socket) => {
      connections++
      socket.destroy()
    }),
  )
  const proxy = `http://127.0.0.1:${port}`
  return { environment: Object.fromEntries(names.map((name) => [name, proxy])), connections: () => connections }
}

test('proxies named in the environment are ignored, for kept and fresh connections', async (t) => {
  const { environment, connections } = await startDecoy(t)
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]))
  t.after(() => {
    for (const name of names) {
      delete process.env[name]
      if (before[name] !== undefined) process.env[name] = before[name]
    }
  })
  Object.assign(process.env, environment)
  const { url, seen } = await startServer(t, answer(sealReply(outputs['6202'])))
  const center = openCenter(t, url)
  await center.ask('6202')
  await center.ask('6301')
  assert.equal(seen.length, 2)
  assert.equal(connections(), 0)
})

const sendOnce = `
  const { createTransport } = await import(process.argv[1])
  const transport = createTransport({ baseUrl: process.argv[2], ca: undefined, maxReplyBytes: 1024 })
  const options = { timeoutMs: 10_000 }
  for (const fresh of [true, false]) {
    const sent = await transport.post('/x', Buffer.from('{}'), { ...options, fresh })
    process.stdout.write(sent.kind + ' ')
  }
  transport.close()`

test('the proxy switch of Node itself is ignored too', async (t) => {
  const { environment, connections } = await startDecoy(t)
  const { url, seen } = await startServer(t, answer('{}'))
  const transport = import.meta.resolve('../../src/main/http/transport.ts')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', sendOnce, transport, url],
    { env: { ...process.env, ...environment, NODE_USE_ENV_PROXY: '1' } },
  )
  assert.equal(stdout, 'reply reply ')
  assert.equal(seen.length, 2)
  assert.equal(connections(), 0)
})
