// A double click in two HIS windows: both ask for the same scan, and both get the one decode. Whoever is not the same window
// gets nothing of it. The scanner is a fake HID device; who may use which is scanner-choice.test.ts.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import type { ScannerStatus } from '../../../src/contract/local-api/scanners.ts'
import { listPorts } from '../../../src/main/scanner/serial-line.ts'
import type { Scanner } from '../../../src/main/usecases/base/ports.ts'
import { createWaitingDecodes } from '../../../src/main/usecases/decoding/waiting-decodes.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { openEvents } from '../../support/event-stream.ts'
import { createFakeHid, type FakeScanner } from '../../support/devices/fake-hid.ts'
import { runJournal } from '../../support/agents/journal-command.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const hid = createFakeHid()
let agent: TestAgent
let device: FakeScanner
let codes = 2_800_000_000_000_000
const newCode = (): string => String(++codes)

const isWaitedOn = async (): Promise<boolean> => {
  const { data } = await agent.call('GET', '/v1/status')
  return (data['scanners'] as ScannerStatus[]).some(({ state, waiting }) => state === 'open' && waiting)
}

/** Both requests in one write, so that both have been taken when the scanner is waited on. */
const askTwice = async (
  [first, second]: readonly [object, object],
  to: Pick<TestAgent, 'url'> = agent,
): Promise<{ readonly answers: Promise<[Answer, Answer]> }> => {
  const { host, port } = new URL(to.url)
  const requestOf = (body: object): string => {
    const text = JSON.stringify(body)
    const head = ['POST /v1/vouchers/decode HTTP/1.1', `Host: ${host}`, 'Authorization: Bearer token-of-his', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`] // prettier-ignore
    return `${head.join('\r\n')}\r\n\r\n${text}`
  }
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  let received = ''
  socket.on('data', (part: Buffer) => (received += part.toString()))
  socket.write(requestOf(first) + requestOf(second))
  const bodies = (): string[] => received.match(/^\{"code".*?\}(?=HTTP|$)/gms) ?? []
  const read = async (): Promise<[Answer, Answer]> => {
    await until('two answers', () => bodies().length === 2)
    socket.destroy()
    return bodies().map((text) => JSON.parse(text) as Answer) as [Answer, Answer]
  }
  return { answers: read() }
}

const intentsOf = async (operationId: string): Promise<number> => {
  const { output } = await runJournal(agent.dataDir, 'export')
  return output.split('\n').filter((line) => line.includes(operationId) && line.includes('"intent"')).length
}

before(async () => {
  device = hid.plugIn({ productId: 1 })
  agent = await startTestAgent({
    devices: { loadHid: hid.load, listPorts },
    scanners: [{ kind: 'hid', name: '一号窗口', productId: '0001' }],
  })
  await until('the scanner', async () => {
    const { data } = await agent.call('GET', '/v1/status')
    return (data['scanners'] as ScannerStatus[])[0]?.state === 'open'
  })
})
after(() => agent.close())

describe('a decode that is asked for twice', () => {
  it('by one window waits for one scan: both get its patient under one operation, recorded once', async () => {
    const { answers } = await askTwice([decodeFields, Object.fromEntries(Object.entries(decodeFields).toReversed())])
    await until('the waiting scanner', isWaitedOn)
    const code = newCode()
    device.scan(code)
    const [first, second] = await answers
    assert.equal(first.code, '0', first.message)
    assert.deepEqual(second.data, first.data)
    assert.equal(first.data['idNo'], inventPatient(code)['idNo'])
    assert.equal(await intentsOf(String(first.data['operationId'])), 1)
  })

  it('with another operator or another token is busy, and the first gets its scan', async () => {
    const first = agent.call('POST', '/v1/vouchers/decode', decodeFields)
    await until('the waiting scanner', isWaitedOn)
    const others = [
      agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, operatorId: 'OP99' }),
      agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, businessType: '01302' }),
      agent.call('POST', '/v1/vouchers/decode', decodeFields, 'window'),
    ]
    for (const { code } of await Promise.all(others)) assert.equal(code, 'DECODE_BUSY')
    const code = newCode()
    device.scan(code)
    assert.equal((await first).data['idNo'], inventPatient(code)['idNo'])
  })

  it('the second time after the scan came waits for a scan of its own, though the first is still being decoded', async () => {
    const first = agent.call('POST', '/v1/vouchers/decode', decodeFields)
    await until('the waiting scanner', isWaitedOn)
    const [one, two] = [newCode(), newCode()]
    device.scan(`SIM:slow:500:${one}`)
    await until('the scan', async () => !(await isWaitedOn()))
    const second = agent.call('POST', '/v1/vouchers/decode', decodeFields)
    await until('the scanner that is waited on again', isWaitedOn)
    device.scan(two)
    const [firstAnswer, secondAnswer] = await Promise.all([first, second])
    assert.equal(firstAnswer.data['idNo'], inventPatient(one)['idNo'])
    assert.equal(secondAnswer.data['idNo'], inventPatient(two)['idNo'])
  })

  it('is cancelled for both at once, and the next one waits anew', async () => {
    const events = await openEvents(agent)
    const { answers } = await askTwice([decodeFields, decodeFields])
    const { operationId } = await events.find('the start', ({ state }) => state === 'started')
    await until('the waiting scanner', isWaitedOn)
    await agent.call('POST', `/v1/operations/${String(operationId)}/cancel`, {})
    assert.deepEqual(
      (await answers).map(({ code }) => code),
      ['DECODE_CANCELLED', 'DECODE_CANCELLED'],
    )
    await events.close()
    const next = agent.call('POST', '/v1/vouchers/decode', decodeFields)
    await until('the waiting scanner', isWaitedOn)
    const code = newCode()
    device.scan(code)
    assert.equal((await next).data['idNo'], inventPatient(code)['idNo'])
  })
})

it('a call of another token, user, terminal session or scanner, or in other words, is another call; of another process it is not', () => {
  const [one, other] = [{}, {}] as [Scanner, Scanner]
  const asked = { by: { caller: 'his', osUser: '1000', session: '7' }, scanner: one, data: decodeFields }
  const waiting = createWaitingDecodes()
  const endWaiting = waiting.add('A', asked)
  assert.equal(waiting.find({ ...asked, by: { ...asked.by, process: 'his.exe 42' } }), 'A')
  for (const by of [{ caller: 'x' }, { osUser: '1001' }, { session: '8' }]) {
    assert.equal(waiting.find({ ...asked, by: { ...asked.by, ...by } }), undefined, JSON.stringify(by))
  }
  assert.equal(waiting.find({ ...asked, by: { caller: 'his' } }), undefined, 'a user nobody knows')
  assert.equal(waiting.find({ ...asked, scanner: other }), undefined)
  assert.equal(waiting.find({ ...asked, data: { ...decodeFields, officeId: 'D02' } }), undefined)
  endWaiting()
  assert.equal(waiting.find(asked), undefined)
})

it('a library that scans by itself is asked once for two same calls', async () => {
  const own = await startTestAgent({ library: { scannerOwner: 'library' } })
  try {
    const [first, second] = await (await askTwice([decodeFields, decodeFields], own)).answers
    assert.equal(first.code, '0', first.message)
    assert.deepEqual(second.data, first.data)
  } finally {
    await own.close()
  }
})
