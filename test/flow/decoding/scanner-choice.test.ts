// Several scanners on one agent: who waits on which, who may, what /v1/status and the journal say, and the beep.
// A window's and a kiosk's scanner, both fake HID devices; scanning itself is tested in test/scanner/.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import type { ScannerStatus } from '../../../src/contract/local-api/scanners.ts'
import { listPorts } from '../../../src/main/scanner/serial-line.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { openEvents, type AgentEvent } from '../../support/event-stream.ts'
import { createFakeHid, type FakeScanner } from '../../support/devices/fake-hid.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const hid = createFakeHid()
let agent: TestAgent
let [window, kiosk]: readonly FakeScanner[] = []
let starts = 2_800_000_000_000_000

const newCode = (): string => String(++starts)
const statusOf = async (name: string): Promise<ScannerStatus> => {
  const { data } = await agent.call('GET', '/v1/status')
  const found = (data['scanners'] as ScannerStatus[]).find((scanner) => scanner.name === name)
  assert.ok(found)
  return found
}

/** Asks for a decode and waits until that scanner is waited on. */
const startDecode = async (name: string, as?: string, more = {}): Promise<{ readonly answer: Promise<Answer> }> => {
  const answer = agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, ...more }, as)
  await until('the waiting scanner', async () => (await statusOf(name)).waiting)
  return { answer }
}

const assertDecoded = (answer: Answer, code: string): void => {
  assert.equal(answer.code, '0', answer.message)
  assert.equal(answer.data['idNo'], inventPatient(code)['idNo'])
}

before(async () => {
  ;[window, kiosk] = [hid.plugIn({ productId: 1 }), hid.plugIn({ productId: 2 })]
  const signals = { onSuccess: 'fd01', onFailure: 'fd02' }
  agent = await startTestAgent({
    devices: { loadHid: hid.load, listPorts },
    scanners: [
      { kind: 'hid', name: '一号窗口', role: 'window', productId: '0001', ...signals },
      { kind: 'hid', name: '自助机', role: 'kiosk', productId: '0002', serialNumber: 'SN-2' },
    ],
  })
  await until('both scanners', async () => {
    return (await statusOf('一号窗口')).state === 'open' && (await statusOf('自助机')).state === 'open'
  })
})
after(() => agent.close())

describe('several scanners', () => {
  it('each is in the status with its role and serial number', async () => {
    assert.deepEqual(await statusOf('自助机'), {
      name: '自助机',
      kind: 'hid',
      role: 'kiosk',
      state: 'open',
      serialNumber: 'SN-2',
      waiting: false,
    })
    assert.equal((await statusOf('一号窗口')).serialNumber, 'SN-1')
  })

  it('a decode waits on the scanner it names, and the journal keeps which device that was', async () => {
    const { answer } = await startDecode('自助机', 'his', { scanner: '自助机' })
    const [stray, code] = [newCode(), newCode()]
    window?.scan(stray)
    kiosk?.scan(code)
    const decoded = await answer
    assertDecoded(decoded, code)
    const recorded = await agent.call('GET', `/v1/operations/${String(decoded.data['operationId'])}`)
    assert.deepEqual([recorded.data['scanner'], recorded.data['scannerSerialNumber']], ['自助机', 'SN-2'])
  })

  it('without a name it waits on the first that its token may use', async () => {
    const his = await startDecode('一号窗口')
    const machine = await startDecode('自助机', 'kiosk-only')
    const [first, second] = [newCode(), newCode()]
    kiosk?.scan(second)
    window?.scan(first)
    assertDecoded(await his.answer, first)
    assertDecoded(await machine.answer, second)
  })

  it('of two windows on one scanner the second is refused at once, the first gets the scan, and the other scanner is free', async () => {
    const first = await startDecode('一号窗口')
    const second = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, operatorId: 'OP99' })
    assert.deepEqual([second.status, second.code], [503, 'DECODE_BUSY'])
    const elsewhere = await startDecode('自助机', 'his', { scanner: '自助机' })
    const [here, there] = [newCode(), newCode()]
    window?.scan(here)
    kiosk?.scan(there)
    assertDecoded(await first.answer, here)
    assertDecoded(await elsewhere.answer, there)
  })

  it('a scanner that is not configured, of another role, a path, or beside a code is refused before anything waits', async () => {
    const refused = async (body: object, as = 'his'): Promise<string> => {
      const answer = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, ...body }, as)
      assert.deepEqual([answer.status, answer.code], [422, 'INVALID_FIELDS'])
      return answer.message
    }
    assert.match(await refused({ scanner: '二号窗口' }), /可用的: 一号窗口、自助机/)
    assert.match(await refused({ scanner: '一号窗口' }, 'kiosk-only'), /可用的: 自助机/)
    assert.match(await refused({ scanner: window?.entry.path }), /没有这把扫码枪/)
    assert.match(await refused({ scanner: 7 }), /应为字符串/)
    assert.match(await refused({ scanner: '一号窗口', code: newCode() }), /不能与 code 同时填写/)
  })

  it('a scan that nobody waited for is told only to those who may use its scanner', async (t) => {
    const [his, machine] = [await openEvents(agent), await openEvents(agent, 'kiosk-only')]
    t.after(() => Promise.all([his.close(), machine.close()]))
    window?.scan(newCode())
    kiosk?.scan(newCode())
    const isScan = ({ type }: AgentEvent): boolean => type === 'scan'
    await machine.find('the scan of its scanner', isScan)
    await his.find('the scan of the window', (event) => isScan(event) && JSON.stringify(event).includes('一号窗口'))
    assert.equal(machine.text().includes('一号窗口'), false)
  })

  it('the scanner is told of a success and of a failure, and of nothing that it did not scan', async () => {
    const sent = (): readonly string[] => (window?.written ?? []).map((bytes) => bytes.toString('hex'))
    const before = sent().length
    const good = await startDecode('一号窗口')
    window?.scan(newCode())
    assert.equal((await good.answer).code, '0')
    const bad = await startDecode('一号窗口')
    window?.scan('SIM:refuse:')
    assert.equal((await bad.answer).code, 'DECODE_REFUSED')
    await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: newCode() })
    assert.deepEqual(sent().slice(before), ['fd01', 'fd02'])
    assert.deepEqual(kiosk?.written, [])
  })

  it('old programs name the scanner the same way', async () => {
    const answer = agent.call('POST', '/call/6101', { ...decodeFields, scanner: '自助机' })
    await until('the waiting scanner', async () => (await statusOf('自助机')).waiting)
    const code = newCode()
    kiosk?.scan(code)
    assertDecoded(await answer, code)
  })
})
