// The client library as an old program meets it: loaded at run time, called by name, on Linux and, under wine, on Windows.
import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import koffi from 'koffi'
import { buildNative, type NativeSystem } from '../../scripts/build/build-native.ts'
import { encodeGb18030 } from '../../src/contract/check/gb18030.ts'
import { createSm3Mac, sm3 } from '../../src/core/gm/sm3.ts'
import { bill, newNumber } from '../support/cashier-job.ts'
import { freePort } from '../support/agents/free-port.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { narrowWineLacks, wineCommand, wineLacks } from '../support/devices/wine.ts'
import { startDriver, type ClientDriver } from './client-driver.ts'

const gb18030 = new TextDecoder('gb18030', { fatal: true })
const gbk = (text: string): Uint8Array => encodeGb18030(text)
const wide = (text: string): Uint8Array => Buffer.from(text, 'utf16le')
const enough = 1 << 20

type Answer = { readonly code: string; readonly message: string; readonly data: Record<string, unknown> }
const read = (text: string): Answer => JSON.parse(text) as Answer
const partOf = (build: ReturnType<typeof buildNative>): string => {
  assert.ok(build.built, 'built' in build && !build.built ? build.reason : '')
  return build.path
}

/** A server that is not the agent: it answers everything with the same bytes, and keeps what it was sent. */
const startImpostor = async (reply: (request: string) => string) => {
  const received: string[] = []
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      received.push(bytes.toString('latin1'))
      socket.write(reply(bytes.toString('latin1')))
    })
  })
  // Nobody else may listen there when it has gone.
  server.listen(await freePort(), '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    cutAll: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const systems: readonly { readonly name: NativeSystem; readonly skip: string | false }[] = [
  { name: 'linux-x64', skip: false },
  { name: 'win32-x64', skip: wineLacks ?? false },
  { name: 'win32-ia32', skip: narrowWineLacks ?? false },
]

for (const { name, skip } of systems) {
  if (skip !== false) process.stderr.write(`SKIPPED: the client library on ${name}: ${skip}\n`)
  describe(`the client library on ${name}`, { skip }, () => {
    let agent: TestAgent
    let driver: ClientDriver
    let port = 0
    if (skip !== false) return
    const program = partOf(buildNative('client-driver', name))
    // Here, since wine's folder lives as long as the suite that asked for it.
    const command = name === 'linux-x64' ? ([program] as const) : wineCommand(program)
    before(async () => {
      const library = partOf(buildNative('client', name))
      agent = await startTestAgent()
      port = Number(new URL(agent.url).port)
      driver = startDriver(command, name === 'linux-x64' ? library : `Z:${library}`)
      assert.equal(await driver.open('A', port, 'token-of-his'), 0)
    })
    after(async () => {
      await driver.end()
      await agent.close()
    })

    it('uploads in GBK and answers in GB18030, Chinese and rare characters unharmed', async () => {
      const body = bill(newNumber('C'), { userName: '测试𠮷' })
      const { result, bytes } = await driver.call('A', '6201', enough, gbk(JSON.stringify(body)))
      const answer = read(gb18030.decode(bytes))
      assert.equal(answer.code, '0', answer.message)
      assert.equal(result, bytes?.length)
      assert.equal(answer.data['state'], 'uploaded')
      assert.match(answer.message, /成功/)
    })

    it('does the same in UTF-16, and counts its length in units', async () => {
      const body = bill(newNumber('C'), { userName: '测试𠮷' })
      const { result, bytes } = await driver.call('W', '6201', enough, wide(JSON.stringify(body)))
      assert.equal(read(bytes?.toString('utf16le') ?? '').code, '0')
      assert.equal(result * 2, bytes?.length)
    })

    it('an answer cut at any byte ends with a whole character and says how long it is', async () => {
      const whole = (await driver.call('A', '6201', enough, gbk('{"userName":"测试𠮷"}'))).bytes
      assert.ok(whole !== undefined && whole.length > 100)
      for (let size = 0; size <= whole.length + 1; size++) {
        const { result, bytes } = await driver.answer('A', size)
        assert.ok(bytes !== undefined, `written behind a buffer of ${size}`)
        assert.equal(result, whole.length)
        assert.ok(bytes.equals(whole.subarray(0, bytes.length)))
        assert.ok(bytes.length >= Math.min(size - 4, whole.length), `${bytes.length} of ${size}`)
        gb18030.decode(bytes)
      }
      const wideWhole = (await driver.call('W', '6201', enough, wide('{"𠮷":"𠮷"}'))).bytes
      assert.ok(wideWhole !== undefined)
      for (let size = 0; size <= wideWhole.length / 2 + 1; size++) {
        const { bytes } = await driver.answer('W', size)
        assert.ok(bytes !== undefined)
        assert.ok(bytes.toString('utf16le').isWellFormed())
      }
    })

    it('an input cut at any byte is refused in Chinese, never taken for another text', async () => {
      const input = gbk('{"medOrgOrd":"测试𠮷"}')
      for (let length = 0; length < input.length; length++) {
        const { bytes } = await driver.call('A', '6301', enough, input.subarray(0, length))
        const answer = read(gb18030.decode(bytes))
        assert.notEqual(answer.code, '0')
        assert.match(answer.message, /[一-鿿]/)
      }
    })

    it('a lone surrogate is refused before anything is sent', async () => {
      const { bytes } = await driver.call('W', '6201', enough, wide('{"userName":"\ud842"}'))
      assert.equal(read(bytes?.toString('utf16le') ?? '').code, 'CHARSET_UNKNOWN')
    })

    it('a code that could be a path is refused before anything is sent', async () => {
      for (const code of ['../v1/orders', '6201 HTTP/1.1', '6'.repeat(21), '']) {
        const { bytes } = await driver.call('A', code === '' ? '\0' : code, enough, gbk('{}'))
        assert.equal(read(gb18030.decode(bytes)).code, 'ROUTE_NOT_FOUND')
      }
    })

    it('tells when nobody listens, when a stranger does, and when the answer breaks off', async () => {
      const impostor = await startImpostor((request) => {
        const proof = 'f'.repeat(64)
        const body = request.startsWith('GET') ? `{"code":"0","data":{"proof":"${proof}"}}` : '{"code":"0"}'
        return `HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`
      })
      await driver.open('A', impostor.port, 'token-of-his')
      assert.equal(
        read(gb18030.decode((await driver.call('A', '6301', enough, gbk('{}'))).bytes)).code,
        'AGENT_UNPROVEN',
      )
      assert.ok(impostor.received.every((request) => request.startsWith('GET ') && !request.includes('token-of-his')))
      await impostor.close()
      assert.equal(read(gb18030.decode((await driver.call('A', '6301', enough, gbk('{}'))).bytes)).code, 'AGENT_AWAY')

      const mac = createSm3Mac(sm3(Buffer.from('token-of-his')))
      const halfway = await startImpostor((request) => {
        const [, challenge = ''] = /challenge=([\w-]+)/.exec(request) ?? []
        const text = `mip-agent proof\n${halfwayPort()}\n${challenge}`
        const body = `{"data":{"proof":"${Buffer.from(mac(Buffer.from(text))).toString('hex')}"}}`
        if (request.startsWith('GET')) return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
        setImmediate(() => {
          halfway.cutAll()
        })
        return 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"code":"0"'
      })
      const halfwayPort = () => halfway.port
      await driver.open('A', halfway.port, 'token-of-his')
      assert.equal(
        read(gb18030.decode((await driver.call('A', '6202', enough, gbk('{}'))).bytes)).code,
        'AGENT_UNCLEAR',
      )
      await halfway.close()
      await driver.open('W', port, 'token-of-his')
    })

    it('a wrong token is not the agent to talk to, and a closed library asks to be opened', async () => {
      await driver.open('A', port, 'token-of-nobody')
      assert.equal(
        read(gb18030.decode((await driver.call('A', '6301', enough, gbk('{}'))).bytes)).code,
        'AGENT_UNPROVEN',
      )
      assert.equal(await driver.close(), 0)
      assert.equal((await driver.call('A', '6301', enough, gbk('{}'))).result, -1)
      assert.equal(await driver.open('A', port, 'token-of-his'), 0)
    })
  })
}

describe('the client library', () => {
  it('computes SM3 and HMAC-SM3 as the agent does', () => {
    // The functions are hidden in the library itself: here they are built alone.
    const library = koffi.load(partOf(buildNative('client-sm3')))
    const hash = library.func('void sm3(const uint8_t *bytes, size_t length, _Out_ uint8_t *digest)')
    const sign = library.func(
      'void sm3_mac(const uint8_t *key, const uint8_t *bytes, size_t length, _Out_ uint8_t *digest)',
    )
    const text = Buffer.alloc(300, 'mip-agent ')
    const key = sm3(Buffer.from('key'))
    const mac = createSm3Mac(key)
    for (let length = 0; length <= text.length; length++) {
      const [digest, code] = [Buffer.alloc(32), Buffer.alloc(32)]
      hash(text, length, digest)
      sign(key, text, length, code)
      assert.deepEqual(digest, Buffer.from(sm3(text.subarray(0, length))))
      assert.deepEqual(code, Buffer.from(mac(text.subarray(0, length))))
    }
  })

  it('exports its functions for 32-bit Windows by their plain names', (context) => {
    const build = buildNative('client', 'win32-ia32')
    if (!build.built) {
      process.stderr.write(`SKIPPED: ${build.reason}\n`)
      context.skip(build.reason)
      return
    }
    const image = readFileSync(build.path, 'latin1')
    for (const name of ['MipOpenA', 'MipOpenW', 'MipCallA', 'MipCallW', 'MipAnswerA', 'MipAnswerW', 'MipClose']) {
      assert.ok(image.includes(`\0${name}\0`), name)
    }
    assert.doesNotMatch(image, /MipCallA@\d/)
  })
})
