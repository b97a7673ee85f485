// 6101 as the HIS sees it: decoded, cancelled, refused, crashed, late; and what an upload takes from a decode.
// The library's hosts and their supervision are tested in test/voucher/.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { bill, newNumber, placement, recorded, type Fields } from '../../support/cashier-job.ts'
import { openEvents } from '../../support/event-stream.ts'
import { compiledLibrary, hostFor } from '../../support/devices/simulated-library.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent({ library: { deadlineMs: 2_000 } })
})
after(() => agent.close())

const decode = (code: string, as?: string): Promise<Answer> =>
  agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code }, as)

const operationOf = (answer: Answer, as?: string): Promise<Answer> =>
  agent.call('GET', `/v1/operations/${String(answer.data['operationId'])}`, undefined, as)

/** A bill without the patient: the decode brings him. */
const billWithoutPatient = (medOrgOrd: string): Fields => {
  const { idNo: _idNo, userName: _userName, idType: _idType, ecToken: _ecToken, ...rest } = bill(medOrgOrd)
  return rest
}

const code = '2800000000004711'

describe("the library's other transactions", () => {
  const transact = (transType: string, transData: Fields = {}, more: Fields = {}): Promise<Answer> =>
    agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, transType, transData, ...more })

  it('face, ID card and settle notice are reached, and what they give can be uploaded with', async () => {
    const card = await transact('cn.nhsa.cert.get')
    assert.equal(card.code, '0', card.message)
    const face = await transact('cn.nhsa.ec.auth', { outBizNo: 'B1' })
    assert.equal(face.code, '0', face.message)
    const uploaded = { ...billWithoutPatient(newNumber()), decodeOperationId: card.data['operationId'] }
    assert.equal((await agent.call('POST', '/v1/orders', uploaded)).code, '0')
    const settled = { medicalSettleState: 'SUCCESS', bizType: '1', totalFee: '1', selfFee: '1', medicalFee: '0' }
    assert.equal((await transact('iot.medical.settle.notify', { ...settled, outBizNo: 'B2' })).code, '0')
  })

  it('what a transaction lacks, and one that the library does not have, are refused by their names', async () => {
    const lacking = await transact('cn.nhsa.ec.auth')
    assert.equal(lacking.code, 'INVALID_FIELDS')
    assert.match(JSON.stringify(lacking), /data\.outBizNo: 必填/)
    assert.match(JSON.stringify(await transact('ec.guess')), /动态库没有交易 ec\.guess/)
  })

  it('a field of another name, a value that is no text, and one too many are refused before the library hears of it', async () => {
    const refused: readonly [object, RegExp][] = [
      [{ '1x': 'a' }, /transData\.1x: 未知字段/],
      [{ x_y: { deep: ['x'] } }, /transData\.x_y: 应为字符串/],
      [{ [`a${'b'.repeat(2_000_000)}`]: 'c' }, /transData\.ab+…: 未知字段/],
      [Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`a${at}`, ''])), /transData.*最多 20 项/],
      [Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`1${at}`, ''])), /未知字段超过 50 个/],
    ]
    for (const [given, problem] of refused) {
      const answer = await transact('cn.nhsa.cert.get', given as Fields)
      assert.equal(answer.code, 'INVALID_FIELDS')
      assert.match(JSON.stringify(answer), problem)
    }
  })

  it('a code does not go together with them, and no field of table 1 is given twice', async () => {
    assert.match((await transact('cn.nhsa.cert.get', {}, { code })).message, /transType/)
    assert.match((await transact('cn.nhsa.cert.get', { operatorId: 'X' })).message, /transData.*operatorId/)
    assert.match((await transact('cn.nhsa.cert.get', { operatorId: 1 })).message, /transData/)
  })
})

describe('a decode', () => {
  it('gives the patient behind the code, without what the library calls "null", and the same again by its id', async () => {
    const answer = await decode(code)
    assert.equal(answer.code, '0', answer.message)
    const { userName, idNo, idType, ecToken, insuOrg } = inventPatient(code)
    const { data } = answer
    const { userName: name, idNo: id, idType: type, ecToken: key, insuOrg: region } = data
    assert.deepEqual([name, id, type, key, region], [userName, idNo, idType, ecToken, insuOrg])
    assert.equal('email' in data, false)
    assert.equal(data['environment'], 'sandbox')
    assert.deepEqual(recorded(await operationOf(answer)), recorded(answer))
  })

  it('fills the patient of an upload, which goes on to paid', async () => {
    const decodeOperationId = (await decode(code)).data['operationId']
    const medOrgOrd = newNumber('D')
    const body = { ...billWithoutPatient(medOrgOrd), decodeOperationId }
    const uploaded = await agent.call('POST', '/v1/orders', body)
    assert.equal(uploaded.code, '0', uploaded.message)
    const { patient, ecToken } = agent.center.order(medOrgOrd)
    const { userName, idNo, idType, ecToken: token } = inventPatient(code)
    assert.deepEqual(patient, { idNo, userName, idType })
    assert.equal(ecToken, token)
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    assert.equal(placed.data['paid'], true)
  })

  it('gives way to what the caller writes himself', async () => {
    const decodeOperationId = (await decode(code)).data['operationId']
    const medOrgOrd = newNumber('D')
    const body = { ...billWithoutPatient(medOrgOrd), userName: '测试丁', idNo: null, decodeOperationId }
    assert.equal((await agent.call('POST', '/v1/orders', body)).code, '0')
    assert.equal(agent.center.order(medOrgOrd).patient.userName, '测试丁')
    assert.equal(agent.center.order(medOrgOrd).patient.idNo, inventPatient(code)['idNo'])
  })

  it('of another token, of another hospital, or that failed, fills nothing and is not shown', async () => {
    const own = await decode(code)
    const failed = await decode('SIM:refuse:')
    const attempts: readonly (readonly [Answer, string])[] = [
      [own, 'kiosk'],
      [own, 'other-hospital'],
      [failed, 'his'],
    ]
    for (const [decoded, as] of attempts) {
      const body = { ...billWithoutPatient(newNumber('D')), decodeOperationId: decoded.data['operationId'] }
      const answer = await agent.call('POST', '/v1/orders', body, as)
      assert.equal(answer.code, 'DECODE_NOT_FOUND')
    }
    assert.equal((await operationOf(own, 'kiosk')).code, 'OPERATION_NOT_FOUND')
    assert.equal((await operationOf(own, 'reader')).code, 'OPERATION_NOT_FOUND')
  })

  it('without the fields of table 1, or with a code that is none, is refused before the library is asked', async () => {
    const missing = await agent.call('POST', '/v1/vouchers/decode', { code })
    assert.equal(missing.code, 'INVALID_FIELDS')
    assert.equal((missing.data['faults'] as string[]).length, 5)
    for (const bad of ['', 'A'.repeat(1_001), 28]) {
      const answer = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: bad })
      assert.equal(answer.code, 'INVALID_FIELDS')
    }
  })
})

describe('a decode that does not succeed', () => {
  it('cancelled at the library (-2) is an answer, not an error status', async () => {
    const answer = await decode('SIM:cancel:')
    assert.equal(answer.status, 200)
    assert.equal(answer.code, 'DECODE_CANCELLED')
    assert.equal(answer.data['cancelled'], true)
  })

  it('refused: the words of the library reach the cashier', async () => {
    const answer = await decode('SIM:refuse:')
    assert.equal(answer.status, 502)
    assert.equal(answer.code, 'DECODE_REFUSED')
    assert.match(answer.message, /二维码已过期/)
    assert.deepEqual(answer.data['library'], { code: '10001', message: '二维码已过期, 请刷新后重试' })
  })

  it('unreadable: says so', async () => {
    assert.equal((await decode('SIM:garbage:')).code, 'DECODER_OUTPUT_INVALID')
  })

  it('crashed: says so, keeps the answer, and the next patient is decoded', async () => {
    const answer = await decode('SIM:segv:')
    assert.equal(answer.status, 503)
    assert.equal(answer.code, 'DECODER_CRASHED')
    assert.deepEqual(recorded(await operationOf(answer)), recorded(answer))
    assert.equal((await decode(code)).code, '0')
  })

  it('late: ends at the deadline, and the next patient is decoded', async () => {
    const answer = await decode('SIM:hang:')
    assert.equal(answer.status, 503)
    assert.equal(answer.code, 'DECODE_TIMEOUT')
    assert.equal((await decode(code)).code, '0')
  })
})

describe('cancelling', () => {
  it('kills the library that hangs; both calls say cancelled, without an error status', async () => {
    const events = await openEvents(agent)
    try {
      const hanging = decode('SIM:hang:')
      const { operationId } = await events.find(
        'the start',
        ({ type, state }) => type === 'decode' && state === 'started',
      )
      const foreign = await agent.call('POST', `/v1/operations/${String(operationId)}/cancel`, {}, 'kiosk')
      assert.equal(foreign.code, 'OPERATION_NOT_FOUND')
      const cancelled = await agent.call('POST', `/v1/operations/${String(operationId)}/cancel`, {})
      assert.equal(cancelled.status, 200)
      assert.equal(cancelled.code, 'DECODE_CANCELLED')
      assert.deepEqual(recorded(await hanging), recorded(cancelled))
      assert.equal((await decode(code)).code, '0', 'a fresh host serves the next patient')
      const late = await agent.call('POST', `/v1/operations/${String(operationId)}/cancel`, {})
      assert.equal(late.code, 'NOT_CANCELLABLE')
    } finally {
      await events.close()
    }
  })

  it('an upload cannot be cancelled', async () => {
    const uploaded = await agent.call('POST', '/v1/orders', bill(newNumber('D')))
    const answer = await agent.call('POST', `/v1/operations/${String(uploaded.data['operationId'])}/cancel`, {})
    assert.equal(answer.status, 409)
    assert.equal(answer.code, 'NOT_CANCELLABLE')
  })

  it('an agent that is told to end does not wait for a patient who does not come', async () => {
    const own = await startTestAgent({ library: { scannerOwner: 'library', deadlineMs: 60_000 } })
    const events = await openEvents(own)
    const waiting = own.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: 'SIM:hang:' })
    await events.find('the start', ({ state }) => state === 'started')
    const startedMs = performance.now()
    await own.close()
    assert.ok(performance.now() - startedMs < 10_000, 'it waited for the library')
    assert.equal((await waiting).code, 'DECODE_CANCELLED', 'the answer left before the port closed')
    await events.close()
  })
})

describe('who drives the scanner', () => {
  it('the library itself: the agent passes no code and takes what the library scanned', async () => {
    const own = await startTestAgent({ library: { scannerOwner: 'library' } })
    try {
      const answer = await own.call('POST', '/v1/vouchers/decode', decodeFields)
      assert.equal(answer.code, '0', answer.message)
      assert.match(String(answer.data['ecQrCode']), /^28/)
    } finally {
      await own.close()
    }
  })

  it('the agent, without a scanner and without a code: says that none is configured', async () => {
    const answer = await agent.call('POST', '/v1/vouchers/decode', decodeFields)
    assert.equal(answer.status, 503)
    assert.equal(answer.code, 'SCANNER_UNAVAILABLE')
  })
})

const library = compiledLibrary()
it('the compiled library gives the same patient as the one in plain JavaScript', { skip: library.skip }, async () => {
  const path = library.path ?? ''
  const own = await startTestAgent({ library: { path }, host: hostFor('node') })
  try {
    const answer = await own.call('POST', '/v1/vouchers/decode', { ...decodeFields, code })
    assert.equal(answer.data['idNo'], inventPatient(code)['idNo'])
    assert.equal(answer.data['userName'], inventPatient(code)['userName'])
  } finally {
    await own.close()
  }
})
