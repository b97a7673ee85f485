// A scan on a real serial line becomes a decode: the simulated scanner is a pseudo terminal that the agent opens.
// Framing and unplugging are tested in test/scanner/.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { startSimulatedScanner, type SimulatedScanner } from '../../../examples/demo/simulated-scanner.ts'
import { buildSimulatedScanner } from '../../../scripts/build/build-native.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { openEvents, type EventClient } from '../../support/event-stream.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const program = buildSimulatedScanner()
const skip = program.built ? false : program.reason

describe('the agent drives the scanner', { skip }, () => {
  let scanner: SimulatedScanner
  let agent: TestAgent
  let events: EventClient
  before(async () => {
    scanner = await startSimulatedScanner(program.built ? program.path : '')
    agent = await startTestAgent({
      scanners: [{ kind: 'serial', name: '测试扫码枪', path: scanner.path }],
      orders: { scanWaitMs: 3_000 },
    })
    events = await openEvents(agent)
    await until('the open port', async () => {
      const { data } = await agent.call('GET', '/v1/status')
      return (data['scanners'] as { state?: string }[])[0]?.state === 'open'
    })
  })
  after(async () => {
    await events.close()
    await agent.close()
    scanner.close()
  })

  let starts = 0
  /** Asks for a decode and waits until the agent listens to the scanner. */
  const startDecode = async (): Promise<{ readonly answer: Promise<Answer> }> => {
    const before = starts
    const answer = agent.call('POST', '/v1/vouchers/decode', decodeFields)
    await until('the start of the decode', () => {
      starts = events.text().split('"state":"started"').length - 1
      return starts > before
    })
    // In an object, or awaiting the start would await the answer.
    return { answer }
  }

  it('a code scanned while a decode waits is decoded', async () => {
    const decode = await startDecode()
    scanner.scan('2800000000000815')
    const answer = await decode.answer
    assert.equal(answer.code, '0', answer.message)
    assert.equal(answer.data['idNo'], inventPatient('2800000000000815')['idNo'])
  })

  it('a code behind an AIM prefix is refused with the prefix named, scanned by the agent or by the caller', async () => {
    const decode = await startDecode()
    scanner.scan(']Q12800000000000815')
    const scanned = await decode.answer
    assert.equal(scanned.code, 'SCAN_UNUSABLE')
    assert.match(scanned.message, /\]Q1/)
    const given = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: ']Q12800000000000815' })
    assert.equal(given.code, 'INVALID_FIELDS')
    assert.match(given.message, /code 医保码: .*\]Q1/)
  })

  it("a caller's code with line ends, tabs or full-width characters is refused by its field", async () => {
    for (const code of ['2800000000000815\r\n', '\t2800000000000815', '2８00000000000815']) {
      const answer = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code })
      assert.equal(answer.code, 'INVALID_FIELDS')
      assert.match(answer.message, /^.*code 医保码/)
    }
  })

  it('a scan nobody waits for is announced masked and never charged to the next patient', async () => {
    scanner.scan('2899999999999999')
    const scan = await events.find('the stray scan', ({ type }) => type === 'scan')
    assert.equal(JSON.stringify(scan).includes('2899999999999999'), false)
    const answer = await (await startDecode()).answer
    assert.equal(answer.status, 503)
    assert.equal(answer.code, 'SCAN_TIMEOUT')
  })
})
