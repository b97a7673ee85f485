// The rules across the fields of an upload, each by itself (RULES 9.1, 9.3). Single fields are tested in test/contract/.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { UploadFeesInput } from '../../src/contract/interfaces/upload-fees.ts'
import { faultText } from '../../src/contract/check/check.ts'
import { checkUploadRules, defaultUploadRules } from '../../src/core/domain/money/upload-rules.ts'
import { bill } from '../support/cashier-job.ts'

type Line = UploadFeesInput['feedetailList'][number]

/** A bill of 100.00 in two lines of 50.00, with changes to its head and to one or both lines. */
const upload = (head: Partial<UploadFeesInput> = {}, ...lines: Partial<Line>[]): UploadFeesInput => {
  const whole = bill('A1') as unknown as UploadFeesInput
  const feedetailList = whole.feedetailList.map((line, index) => ({ ...line, ...lines[index] }))
  return { ...whole, feedetailList, ...head }
}

const faultsOf = (body: UploadFeesInput, settings = defaultUploadRules): string[] =>
  checkUploadRules(body, settings).faults.map(faultText)

it('a bill that adds up has neither faults nor warnings', () => {
  assert.deepEqual(checkUploadRules(upload()), { faults: [], warnings: [] })
})

describe('amounts (RULES 9.3)', () => {
  it('lines that do not add up to medfeeSumamt are a fault that says the sum', () => {
    assert.deepEqual(faultsOf(upload({ medfeeSumamt: '100.01' })), ['medfeeSumamt 医疗费总额: 与明细合计 100.00 不符'])
  })

  it('add up in fen: ten lines of 0.10 are 1.00', () => {
    const { feedetailList } = upload()
    const lines = Array.from({ length: 10 }, (_, index) => ({
      ...(feedetailList[0] as Line),
      feedetlSn: `L${index}`,
      detItemFeeSumamt: '0.10',
      cnt: '1',
      pric: '0.1',
    }))
    assert.deepEqual(checkUploadRules(upload({ medfeeSumamt: '1.00', feedetailList: lines })), {
      faults: [],
      warnings: [],
    })
  })

  it('cnt x pric beyond half a fen is a warning, not a fault', () => {
    const { faults, warnings } = checkUploadRules(upload({}, { cnt: '3', pric: '16.00' }))
    assert.deepEqual(faults, [])
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /^feedetailList\[0\]\.detItemFeeSumamt 明细项目费用总额: 与 数量 x 单价/)
  })

  it('negative cnt or amount needs initFeedetlSn (退单); a negative price never goes', () => {
    const refund = { cnt: '-1', detItemFeeSumamt: '-50.00' }
    const total = { medfeeSumamt: '0.00' }
    assert.deepEqual(faultsOf(upload(total, refund)), [
      'feedetailList[0].initFeedetlSn 原费用流水号: 负数量或负金额 (退单) 必须带原费用流水号',
    ])
    assert.deepEqual(faultsOf(upload(total, { ...refund, initFeedetlSn: 'L0' })), [])
    assert.deepEqual(faultsOf(upload({}, { pric: '-50.00', cnt: '-1', initFeedetlSn: 'L0' })), [
      'feedetailList[0].pric 单价: 不能为负',
    ])
    assert.equal(faultsOf(upload({}, { cnt: '-0', pric: '0' })).length, 0, 'minus zero is zero')
  })

  it('a negative total is a fault', () => {
    const back = { cnt: '-1', detItemFeeSumamt: '-50.00', initFeedetlSn: 'L0' }
    assert.deepEqual(faultsOf(upload({ medfeeSumamt: '-100.00' }, back, back)), ['medfeeSumamt 医疗费总额: 不能为负'])
  })

  it('an amount too large for exact integers is a fault of that amount', () => {
    const faults = faultsOf(upload({ medfeeSumamt: '99999999999999.99' }, { detItemFeeSumamt: '99999999999999.99' }))
    assert.ok(faults.includes('feedetailList[0].detItemFeeSumamt 明细项目费用总额: 金额过大'))
    assert.ok(faults.includes('medfeeSumamt 医疗费总额: 金额过大'))
  })
})

describe('lines (RULES 9.3)', () => {
  it('feedetlSn twice names both lines', () => {
    const faults = faultsOf(upload({}, { feedetlSn: 'L1' }, { feedetlSn: 'L1' }))
    assert.deepEqual(faults, ['feedetailList[1].feedetlSn 费用明细流水号: 与 feedetailList[0] 重复'])
  })

  it('one chrgBchno has one diseCodg; another batch may have another', () => {
    const text = 'feedetailList[1].diseCodg 病种编码: 同一收费批次号的病种编码必须一致'
    assert.deepEqual(faultsOf(upload({}, { diseCodg: 'M1' }, { diseCodg: 'M2' })), [text])
    assert.deepEqual(faultsOf(upload({}, { diseCodg: 'M1' })), [text])
    assert.deepEqual(faultsOf(upload({}, { diseCodg: 'M1' }, { diseCodg: 'M2', chrgBchno: 'B2' })), [])
  })

  const headFields: readonly (readonly [string, Partial<UploadFeesInput>, Partial<Line>, string])[] = [
    ['psnNo', {}, { psnNo: 'P9' }, '人员编号'],
    ['medType', {}, { medType: '12' }, '医疗类别'],
    ['mdtrtId', { mdtrtId: 'MD1' }, { mdtrtId: 'MD2' }, '就诊ID'],
  ]
  for (const [field, head, line, name] of headFields) {
    it(`${field} of a line agrees with the head`, () => {
      assert.deepEqual(faultsOf(upload(head, line)), [`feedetailList[0].${field} ${name}: 与表头不一致`])
    })
  }

  it('mdtrtId may be missing in either', () => {
    assert.deepEqual(faultsOf(upload({ mdtrtId: 'MD1' })), [])
    assert.deepEqual(faultsOf(upload({}, { mdtrtId: 'MD1' })), [])
  })

  it('every fault of every line is reported at once', () => {
    const bad = { psnNo: 'P9', medType: '12' }
    assert.equal(faultsOf(upload({}, bad, bad)).length, 4)
  })
})

describe('head (RULES 9.1, 9.3)', () => {
  it('begntime is not after endtime', () => {
    const begntime = '2026-11-20 08:30:00'
    assert.deepEqual(faultsOf(upload({ begntime, endtime: begntime })), [])
    assert.deepEqual(faultsOf(upload({ begntime, endtime: '2026-11-20 08:29:59' })), [
      'begntime 开始时间: 不能晚于 endtime 出院时间',
    ])
    assert.deepEqual(faultsOf(upload({ begntime, endtime: '' })), [])
  })

  it('uldLatlnt is lng,lat or 0,0', () => {
    for (const place of ['118.096435,24.485407', '0,0', '-1.5,-90', '']) {
      assert.deepEqual(faultsOf(upload({ uldLatlnt: place })), [], place)
    }
    for (const place of ['24.48', '118.09 ,24.48', '118.09,24.48,1', 'a,b', '1180,24']) {
      assert.deepEqual(faultsOf(upload({ uldLatlnt: place })), ['uldLatlnt 经纬度: 应为 经度,纬度 或 0,0'], place)
    }
  })

  it('initRxOrd is required when rxCircFlag is 1, and only then', () => {
    assert.equal(faultsOf(upload({ rxCircFlag: '1' })).length, 1)
    assert.equal(faultsOf(upload({ rxCircFlag: '1', initRxOrd: '' })).length, 1)
    assert.deepEqual(faultsOf(upload({ rxCircFlag: '1', initRxOrd: 'RX1' })), [])
    assert.deepEqual(faultsOf(upload({ rxCircFlag: '0' })), [])
  })

  const inpatient = (medType: string, more: Partial<UploadFeesInput> = {}): UploadFeesInput =>
    upload({ medType, ...more }, { medType }, { medType })

  it('fetts and matnType are required for an inpatient settlement only (RULES 9.1)', () => {
    for (const medType of ['21', '2101', '52']) {
      assert.deepEqual(faultsOf(inpatient(medType)), [
        'fetts 胎次: 住院结算时必填',
        'matnType 生育类别: 住院结算时必填',
      ])
    }
    for (const medType of ['11', '14', '51']) assert.deepEqual(faultsOf(inpatient(medType)), [], medType)
    assert.deepEqual(faultsOf(inpatient('21', { fetts: '0', matnType: '1' })), [])
  })

  it('a center may want more or less than the table (RULES 9.1)', () => {
    const wants = (requiredOverrides: Record<string, boolean>) => ({ ...defaultUploadRules, requiredOverrides })
    assert.deepEqual(faultsOf(upload(), wants({ atddrNo: true })), ['atddrNo: 该中心要求必填'])
    assert.deepEqual(faultsOf(inpatient('21'), wants({ fetts: false, matnType: false })), [])
  })
})
