// What a province adds to the tables, and the codes that its dictionaries have (RULES 9.5, 9.6).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dictionaries, dictionaryOf, findUnknownCodes } from '../../src/contract/dictionaries.ts'
import { inputCheckOf, standardNames, type ExtraFields } from '../../src/contract/extra-fields.ts'
import { interfaces, tables } from '../../src/contract/interfaces.ts'
import { faultText } from '../../src/contract/check/check.ts'
import { validUpload } from './valid-upload.ts'

const extra: ExtraFields = {
  '6201': { xxFlag: 3 },
  '6201.feedetailList': { xxLineNo: 10 },
  '6203': { refundReason: 20 },
}

const faultsOf = (check: ReturnType<typeof inputCheckOf>, value: object): readonly string[] =>
  check(structuredClone(value)).faults.map(faultText)

describe('fields of a province', () => {
  const check = inputCheckOf(extra, '6201')
  const upload = validUpload()
  const withRow = (more: object): object => ({
    ...upload,
    feedetailList: upload.feedetailList.map((row) => ({ ...row, ...more })),
  })

  it('are taken by their names, at the top and in the rows, and go out as they are', () => {
    const { value, faults } = check({ ...withRow({ xxLineNo: 'L1' }), xxFlag: '1' })
    assert.deepEqual(faults, [])
    assert.equal((value as Record<string, unknown>)['xxFlag'], '1')
    assert.equal((value.feedetailList[0] as Record<string, unknown>)['xxLineNo'], 'L1')
    assert.deepEqual(faultsOf(check, { ...upload, xxFlag: '' }), [])
  })

  it('may not be longer than the setting says, and are text', () => {
    assert.deepEqual(faultsOf(check, { ...upload, xxFlag: '1234' }), ['xxFlag 地方扩展字段: 最长 3 个字符'])
    assert.match(faultsOf(check, { ...upload, xxFlag: 1 }).join(), /xxFlag 地方扩展字段: 应为字符串/)
    assert.match(faultsOf(check, withRow({ xxLineNo: 'x'.repeat(11) })).join(), /feedetailList\[0\]\.xxLineNo.*最长 10/)
  })

  it('are refused where the setting does not name them: elsewhere in the message, or in another interface', () => {
    assert.deepEqual(faultsOf(check, { ...upload, xxLineNo: 'L1' }), ['xxLineNo: 未知字段'])
    assert.deepEqual(faultsOf(check, withRow({ xxFlag: '1' })).slice(0, 1), ['feedetailList[0].xxFlag: 未知字段'])
    assert.match(faultsOf(inputCheckOf(extra, '6202'), { xxFlag: '1' }).join(), /xxFlag: 未知字段/)
    assert.equal(inputCheckOf({}, '6201'), interfaces['6201'].checkInput)
  })

  it('leave every rule of the table as it is', () => {
    const { psnNo: _psnNo, ...without } = upload
    assert.deepEqual(faultsOf(check, without), ['psnNo 人员编号: 必填'])
    assert.ok(standardNames('6201.diseinfoList').includes('diagCode'))
    assert.ok(standardNames('6203').includes('appRefdSn'))
  })
})

describe('lengths are those of each table', () => {
  it('an ecToken of 64 is taken by 6201 and 6203, one of 65 by neither', () => {
    const upload = validUpload()
    for (const [length, faults] of [
      [64, 0],
      [65, 1],
    ] as const) {
      const ecToken = 'E'.repeat(length)
      assert.equal(interfaces['6201'].checkInput({ ...upload, ecToken }).faults.length, faults)
      const refund = {
        payOrdId: 'P',
        appRefdSn: 'R',
        appRefdTime: '20260101120000',
        totlRefdAmt: '1',
        cashRefdAmt: '1',
      }
      assert.equal(interfaces['6203'].checkInput({ ...refund, refdType: 'ALL', ecToken }).faults.length, faults)
    }
  })

  it('feeType is of three characters in 6201 and of two in 6202', () => {
    assert.equal(interfaces['6201'].checkInput({ ...validUpload(), feeType: '011' }).faults.length, 0)
    const lengths = [tables['6201'].input, tables['6202'].input].map(
      ({ properties }) => (properties.feeType as { maxLength?: number }).maxLength,
    )
    assert.deepEqual(lengths, [3, 2])
  })
})

describe('dictionaries', () => {
  it('an upload of known codes has no unknown one', () => {
    assert.deepEqual(findUnknownCodes(validUpload()), [])
  })

  it('every unknown code is named by its place, in the lists too, and the value is not told', () => {
    const upload = validUpload()
    const [row] = upload.feedetailList
    const found = findUnknownCodes({ ...upload, insutype: '999', feedetailList: [{ ...row, medType: '140104' }] })
    assert.deepEqual(found.map(faultText), [
      'insutype 险种类型: 不在字典中的代码',
      'feedetailList[0].medType 医疗类别: 不在字典中的代码',
    ])
  })

  it('of thousands of unknown codes no more are listed than anybody reads', () => {
    const rows = Array.from({ length: 5_000 }, () => ({ medType: 'X' }))
    assert.ok(findUnknownCodes({ feedetailList: rows }).length <= 21)
  })

  it('each list that a field names exists', () => {
    for (const name of Object.values(dictionaryOf)) assert.ok(Object.keys(dictionaries[name].codes).length > 0, name)
  })
})
