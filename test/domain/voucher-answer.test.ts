// What a library's answer means, with everything real libraries do to it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readVoucherAnswer } from '../../src/core/domain/decoding/voucher-answer.ts'

const patient = { userName: '测试甲', idNo: '110101199003070000', idType: '01', ecToken: 'EC1', insuOrg: '510100' }
const answerOf = (answer: object, status = '0000') => readVoucherAnswer(status, JSON.stringify(answer))
const outputOf = (data: unknown): unknown => {
  const answer = answerOf({ code: 0, message: '成功', data })
  return answer.kind === 'decoded' ? answer.output : answer
}

describe('decoded', () => {
  it('by the pointer profile ("0000") and by the int profile ("0"), with code as number or text', () => {
    for (const status of ['0000', '0']) {
      for (const code of [0, '0']) {
        assert.equal(answerOf({ code, data: patient }, status).kind, 'decoded', `${status} ${typeof code}`)
      }
    }
  })

  it('with data as an object, or as JSON text', () => {
    assert.deepEqual(outputOf(patient), patient)
    assert.deepEqual(outputOf(JSON.stringify(patient)), patient)
  })

  it('"null", null and "" mean absent; a number becomes its text', () => {
    const data = { ...patient, email: 'null', nationality: null, ecIndexNo: '', gender: 1 }
    assert.deepEqual(outputOf(data), { ...patient, gender: '1' })
  })

  it('number text is kept to the digit', () => {
    const text = '{"code":0,"data":{"userName":"测试甲","idNo":110101199003070000,"chnlId":1.50}}'
    const answer = readVoucherAnswer('0000', text)
    assert.equal(answer.kind, 'decoded')
    assert.deepEqual(answer.output, { userName: '测试甲', idNo: '110101199003070000', chnlId: '1.50' })
  })

  it('what the library gave is kept as it was', () => {
    const answer = answerOf({ code: 0, data: { ...patient, email: 'null' } })
    assert.equal(answer.kind, 'decoded')
    assert.deepEqual(answer.raw, { ...patient, email: 'null' })
  })
})

describe('cancelled', () => {
  it('by code -2, as number or text, whatever the status says', () => {
    for (const code of [-2, '-2']) {
      for (const status of ['0000', '0', '-1']) {
        assert.deepEqual(answerOf({ code, message: '用户取消', data: null }, status), { kind: 'cancelled' })
      }
    }
  })
})

describe('refused', () => {
  it('by another code: code and words of the library', () => {
    const answer = answerOf({ code: 10001, message: '二维码已过期', data: null })
    assert.deepEqual(answer, { kind: 'refused', code: '10001', message: '二维码已过期' })
  })

  it('by another status, with or without a text', () => {
    assert.deepEqual(readVoucherAnswer('连接前置机失败', ''), { kind: 'refused', code: '连接前置机失败', message: '' })
    assert.deepEqual(readVoucherAnswer('-9', 'no front end'), { kind: 'refused', code: '-9', message: 'no front end' })
    assert.deepEqual(answerOf({ code: 5, message: '失败' }, '-9'), { kind: 'refused', code: '-9', message: '失败' })
  })

  it('without a code it is no success', () => {
    assert.equal(answerOf({ data: patient }).kind, 'refused')
  })

  it('a text without end is cut', () => {
    const answer = readVoucherAnswer('9'.repeat(5_000), 'x'.repeat(5_000))
    assert.equal(answer.kind, 'refused')
    assert.equal(answer.code.length, 500)
    assert.equal(answer.message.length, 500)
  })
})

describe('unreadable', () => {
  const unreadable: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['a page of HTML', '<html>502</html>'],
    ['a list', '[1]'],
    ['a number', '0'],
    ['data that is no JSON', '{"code":0,"data":"{"}'],
    ['no data', '{"code":0}'],
    ['data that is a list', '{"code":0,"data":[]}'],
    ['JSON nested without end', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`],
  ]
  for (const [what, text] of unreadable) {
    it(what, () => {
      assert.equal(readVoucherAnswer('0000', text).kind, 'unreadable')
    })
  }
})
