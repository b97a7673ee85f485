// An event stream that broke off: what was missed is told, what is gone is said to be gone, and who does not read is cut off.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { atMostRecent, createEventStreams, type EventStreams } from '../../../src/main/api/event-stream.ts'
import type { Caller } from '../../../src/main/api/callers/tokens.ts'
import { newNumber, upload } from '../../support/cashier-job.ts'
import { openEvents } from '../../support/event-stream.ts'
import { orgCodg, startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const isReset = ({ type }: Readonly<Record<string, unknown>>): boolean => type === 'reset'

describe('a client that comes again with Last-Event-ID', () => {
  it('is told what it missed, once, in order, before anything new', async () => {
    const first = await openEvents(agent)
    const seen = await upload(agent)
    await first.find('the first order', (event) => event['medOrgOrd'] === seen)
    await first.close()
    const missed = [await upload(agent), await upload(agent)]
    const again = await openEvents(agent, 'his', first.lastId())
    try {
      const later = await upload(agent)
      await again.find('the later order', (event) => event['medOrgOrd'] === later)
      const told = [...again.text().matchAll(/"medOrgOrd":"(\w+)"/g)].map(([, number]) => number)
      assert.deepEqual(told, [...missed, later])
      assert.ok(!again.text().includes('reset'))
    } finally {
      await again.close()
    }
  })

  it('knows where it stands even when it saw no event', async () => {
    const first = await openEvents(agent)
    await first.close()
    assert.notEqual(first.lastId(), '')
    const missed = await upload(agent)
    const again = await openEvents(agent, 'his', first.lastId())
    await again.find('the missed order', (event) => event['medOrgOrd'] === missed)
    await again.close()
  })

  it('is not told what another institution, or another token of its own, missed', async () => {
    const [other, kiosk] = [await openEvents(agent, 'other-hospital'), await openEvents(agent, 'kiosk')]
    await Promise.all([other.close(), kiosk.close()])
    const medOrgOrd = await upload(agent)
    const decoded = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '28010001' })
    const again = [
      await openEvents(agent, 'other-hospital', other.lastId()),
      await openEvents(agent, 'kiosk', kiosk.lastId()),
    ] as const
    await again[1].find('the order of its institution', (event) => event['medOrgOrd'] === medOrgOrd)
    assert.ok(!again[0].text().includes(medOrgOrd))
    for (const { text } of again) assert.ok(!text().includes(String(decoded.data['operationId'])))
    for (const events of again) await events.close()
  })

  it('is told to read again after a restart, and for an id that never was', async () => {
    const own = await startTestAgent()
    try {
      const first = await openEvents(own)
      await first.close()
      const start = first.lastId().split('-')[0] ?? ''
      await own.stop()
      await own.start()
      for (const id of [first.lastId(), `${start}-999`, 'x', '', '-', '1-1', '0'.repeat(9_000)]) {
        const again = await openEvents(own, 'his', id)
        await again.find(`the reset for ${id.slice(0, 30)}`, isReset)
        assert.match(again.text(), /^event: reset$/m)
        await again.close()
      }
    } finally {
      await own.close()
    }
  })
})

describe('the memory of events', () => {
  const caller: Caller = { name: 'his', orgCodg, scopes: ['read'] }
  const announce = (streams: EventStreams, medOrgOrd: string): void => {
    streams.announce({ type: 'order', orgCodg, medOrgOrd, state: 'uploaded', ordStas: '0' })
  }

  /** Streams behind a plain server; the path of a request is its Last-Event-ID. */
  const serve = async (
    t: { after: (run: () => void) => void },
    who = caller,
  ): Promise<{ readonly streams: EventStreams; readonly port: number }> => {
    const streams = createEventStreams({ ofDecode: () => undefined, mayReach: () => true })
    const server = createServer((request, response) => {
      const id = (request.url ?? '/').slice(1)
      streams.open(response, who, () => true, id === '' ? undefined : id)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      streams.close()
      server.closeAllConnections()
      server.close()
    })
    return { streams, port: (server.address() as AddressInfo).port }
  }

  const listen = async (port: number, id = ''): Promise<string> => {
    const leaving = new AbortController()
    const reply = await fetch(`http://127.0.0.1:${port}/${id}`, { signal: leaving.signal })
    let text = ''
    for await (const part of reply.body as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(part)
      if (text.includes(': connected\nid: ') && text.endsWith('\n\n')) break
    }
    leaving.abort()
    return text
  }

  it(`reaches ${atMostRecent} events back and no further`, async (t) => {
    const { streams, port } = await serve(t)
    const id = /id: (.*)/.exec(await listen(port))?.[1] ?? ''
    for (let index = 0; index < atMostRecent; index++) announce(streams, newNumber('M'))
    assert.equal((await listen(port, id)).match(/^event: order$/gm)?.length, atMostRecent)
    announce(streams, newNumber('M'))
    const gone = await listen(port, id)
    assert.match(gone, /^event: reset$/m)
    assert.ok(!gone.includes('event: order'))
  })

  it('a scan that nobody waited for is told only to tokens that may decode', async (t) => {
    const [reader, window] = [await serve(t), await serve(t, { ...caller, scopes: ['read', 'decode'] })]
    for (const { streams, port, told } of [
      { ...reader, told: false },
      { ...window, told: true },
    ]) {
      const id = /id: (.*)/.exec(await listen(port))?.[1] ?? ''
      streams.announce({ type: 'scan', scanner: '测试扫码枪', role: '', masked: '28**' })
      assert.equal((await listen(port, id)).includes('event: scan'), told)
    }
  })

  it('a client that does not read is cut off, and the others are still told', async (t) => {
    const { streams, port } = await serve(t)
    const idle = connect(port, '127.0.0.1')
    idle.on('error', () => undefined)
    idle.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(idle, 'data')
    idle.pause()
    const text = 'M'.repeat(4_000)
    // The system takes some megabytes off our hands before anything is left with us.
    for (let index = 0; index < 20_000 && !idle.closed; index++) {
      announce(streams, text)
      if (index % 50 === 49) {
        await new Promise((resolve) => setImmediate(resolve))
        // Only one who reads learns that the connection ended.
        if (index > 4_000) idle.resume()
      }
    }
    await until('the cut', () => idle.closed)
    assert.match(await listen(port), /connected/)
  })
})
