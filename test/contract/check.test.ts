// What a request may hold: every kind of fault, in Chinese, with the path and the field's name.
import assert from 'node:assert/strict'
import test from 'node:test'
import { atMostUnknownKeys, createCheck, faultText } from '../../src/contract/check/check.ts'
import { Decimal, Flag, Open, Rows, Strict, Text } from '../../src/contract/check/fields.ts'
import { JsonNumber, parseJsonText } from '../../src/contract/check/json-text.ts'
import { checkUpload, faultsOf, faultsOfLine, validUpload } from './valid-upload.ts'

const without = (body: object, ...names: string[]): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

test('a valid upload has no fault, with the required fields and with all', () => {
  assert.deepEqual(faultsOf(validUpload({ lines: 3 })), [])
  assert.deepEqual(faultsOf(validUpload({ lines: 3, full: true })), [])
})

test('all faults come at once, each with path, Chinese name and problem', () => {
  const body = validUpload({ lines: 5 })
  Object.assign(body.feedetailList[3] ?? {}, { cnt: '1.00001', feeOcurTime: '2026-02-30 08:00:00', memo: 5 })
  Object.assign(body.diseinfoList[0] ?? {}, { diagTime: '', extra: '1' })
  const spoilt = { ...without(body, 'psnNo'), deptName: '', caty: 'A0300001', medOrgOrder: 'x', medfeeSumamt: 'abc' }
  assert.deepEqual(faultsOf(spoilt).toSorted(), [
    'caty 科别: 最长 6 个字符',
    'deptName 科室名称: 不能为空',
    'diseinfoList[0].diagTime 诊断时间: 不能为空',
    'diseinfoList[0].extra: 未知字段',
    'feedetailList[3].cnt 数量: 最多 4 位小数',
    'feedetailList[3].feeOcurTime 费用发生时间: 应为存在的时间 yyyy-MM-dd HH:mm:ss',
    'feedetailList[3].memo 备注: 应为字符串',
    'medOrgOrder: 未知字段',
    'medfeeSumamt 医疗费总额: 应为十进制数字, 不可带指数、空格或千分号',
    'psnNo 人员编号: 必填',
  ])
})

test('a field has one fault, and no fault quotes the value', () => {
  const secret = '110101199003070000测试甲'
  const faults = faultsOf({ ...validUpload(), idNo: secret.repeat(9), userName: { userName: secret }, dieDate: secret })
  assert.deepEqual(faults.toSorted(), [
    'dieDate 死亡日期: 最长 10 个字符',
    'idNo 证件号码: 最长 30 个字符',
    'userName 用户姓名: 应为字符串',
  ])
})

test('a body, a list or a row of the wrong kind is said to be so, numbers included', () => {
  for (const body of [5, 'x', [], true]) assert.deepEqual(faultsOf(body as object), ['(整体): 应为对象'])
  const body = { ...validUpload(), diseinfoList: 5, feedetailList: [7, 'x', []] }
  assert.deepEqual(faultsOf(body).toSorted(), [
    'diseinfoList 诊断或症状明细: 应为数组',
    'feedetailList[0]: 应为对象',
    'feedetailList[1]: 应为对象',
    'feedetailList[2]: 应为对象',
  ])
})

test('lists must not be empty, and end at our own bound', () => {
  assert.deepEqual(faultsOf({ ...validUpload(), feedetailList: [] }), ['feedetailList 费用明细: 至少 1 条'])
  const rows = new Array<object>(101).fill(validUpload().diseinfoList[0] ?? {})
  assert.deepEqual(faultsOf({ ...validUpload(), diseinfoList: rows }), ['diseinfoList 诊断或症状明细: 最多 100 条'])
})

test('of a list that is too long nothing but that is said, and of a reply nothing is believed', () => {
  const rows = Array.from({ length: 250_000 }, () => ({}))
  assert.deepEqual(faultsOf({ ...validUpload(), feedetailList: rows }), ['feedetailList 费用明细: 最多 5000 条'])
  const check = createCheck<object>(Open({ rows: Rows('明细', Open({}), 5), ordStas: Text('状态', 2) }), {
    loose: true,
  })
  assert.equal(check({ rows, ordStas: '6' }).faults[0]?.path, '')
})

test('no more than a thousand faults are looked for, whichever they are', () => {
  const line = validUpload().feedetailList[0] ?? {}
  const blanks = Object.fromEntries(Object.entries(line).map(([name, text]) => [name, ` ${String(text)}`]))
  for (const row of [{}, 7, blanks]) {
    const rows = Array.from({ length: 5_000 }, () => row)
    const faults = faultsOf({ ...validUpload(), feedetailList: rows })
    assert.equal(faults[0], '(整体): 错误太多, 没有全部列出')
    assert.ok(faults.length < 1_100, String(faults.length))
  }
})

test("psnNo and insutype are the HIS's to bring: without them an upload is refused (RULES 4.5)", () => {
  for (const name of ['psnNo', 'insutype']) {
    const [fault = ''] = faultsOf(without(validUpload(), name))
    assert.ok(fault.startsWith(name) && fault.endsWith('必填'), fault)
  }
})

test('a 字符型 field accepts only a string (RULES 1.3)', () => {
  for (const psnNo of [1, 1.5, true, [], {}]) {
    assert.deepEqual(faultsOf({ ...validUpload(), psnNo }), ['psnNo 人员编号: 应为字符串'])
  }
})

test('a 数值型 field accepts a number or a decimal string and keeps its text (RULES 1.3)', () => {
  const texts: [unknown, string][] = [
    [new JsonNumber('12.50'), '12.50'],
    ['12.50', '12.50'],
    [new JsonNumber('0'), '0'],
    [new JsonNumber('-3.10'), '-3.10'],
    ['9999999999999.99', '9999999999999.99'],
    [new JsonNumber('9999999999999.99'), '9999999999999.99'],
  ]
  for (const [medfeeSumamt, text] of texts) {
    const { value, faults } = checkUpload({ ...validUpload(), medfeeSumamt })
    assert.deepEqual(faults, [])
    assert.equal(value.medfeeSumamt, text)
  }
})

test('a 数值型 field refuses exponents, signs, spaces, separators and what is no number (RULES 1.3)', () => {
  const notDecimal = '应为十进制数字, 不可带指数、空格或千分号'
  for (const number of ['1e3', '1E-2', '1.0e0']) {
    assert.deepEqual(faultsOfLine({ pric: new JsonNumber(number) }), [`feedetailList[0].pric 单价: ${notDecimal}`])
  }
  for (const text of ['1e3', '+1', ' 1', '1 ', '1\n', '1,000', '1.', '.5', '-', 'NaN', '0x10', '１２']) {
    assert.deepEqual(faultsOfLine({ pric: text }), [`feedetailList[0].pric 单价: ${notDecimal}`], JSON.stringify(text))
  }
  for (const value of [true, [], {}]) {
    assert.deepEqual(faultsOfLine({ pric: value }), ['feedetailList[0].pric 单价: 应为数字或数字字符串'])
  }
})

test('digits and decimals end where the table says', () => {
  const cases: [string, string, string | undefined][] = [
    ['cnt', '123456789012.1234', undefined],
    ['cnt', '1234567890123', '整数部分最多 12 位'],
    ['pric', '1.1234567', '最多 6 位小数'],
    ['prdDays', '99.99', undefined],
    ['prdDays', '100', '整数部分最多 2 位'],
    ['detItemFeeSumamt', '10.001', '最多 2 位小数'],
  ]
  for (const [field, text, problem] of cases) {
    const faults = faultsOfLine({ [field]: text })
    assert.equal(faults.length, problem === undefined ? 0 : 1, `${field} ${text}: ${faults.join()}`)
    if (problem !== undefined) assert.ok(faults[0]?.endsWith(`: ${problem}`), faults[0])
  }
  const body = validUpload()
  Object.assign(body.diseinfoList[0] ?? {}, { diagSrtNo: '1.0' })
  assert.deepEqual(faultsOf(body), ['diseinfoList[0].diagSrtNo 诊断排序号: 应为整数'])
})

test('null is the same as absent: fine where optional, missing where required', () => {
  const { value, faults } = checkUpload({ ...validUpload(), mdtrtId: null, deptCode: null })
  assert.deepEqual(faults, [])
  assert.ok(!('mdtrtId' in value))
  assert.deepEqual(faultsOf({ ...validUpload(), psnNo: null }), ['psnNo 人员编号: 必填'])
})

test('an empty text in a 数值型 field is the same as absent', () => {
  const { value, faults } = checkUpload({ ...validUpload(), fulamtOwnpayAmt: '' })
  assert.deepEqual(faults, [])
  assert.ok(!('fulamtOwnpayAmt' in value))
  assert.deepEqual(faultsOf({ ...validUpload(), medfeeSumamt: '' }), ['medfeeSumamt 医疗费总额: 必填'])
})

test('diseCodg must be present and may be empty (RULES 9.1)', () => {
  assert.deepEqual(faultsOf({ ...validUpload(), diseCodg: '' }), [])
  assert.deepEqual(faultsOf(without(validUpload(), 'diseCodg')), ['diseCodg 病种编码: 必填'])
})

test('keys of the language are unknown fields like any other and reach no prototype', () => {
  const text = '{"__proto__":{"payOrdId":"1"},"constructor":"1","toString":null,"name":"甲","flag":true,"rows":["1"]}'
  const check = createCheck<Record<string, unknown>>(
    Strict({ name: Text('名称', 4), flag: Flag('标志'), rows: Rows('行', Text('项', 2), 2) }),
  )
  const { value, faults } = check(parseJsonText(text))
  assert.deepEqual(faults.map(faultText).toSorted(), ['__proto__: 未知字段', 'constructor: 未知字段'])
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.equal(({} as { payOrdId?: string }).payOrdId, undefined)
  assert.equal(value['payOrdId'], undefined)
})

test('what is not valid has a fault, however many keys stand beside it', () => {
  const check = createCheck<object>(Strict({ amount: Decimal('金额', 12, 2), success: Flag('成功') }))
  for (const count of [1, atMostUnknownKeys, atMostUnknownKeys + 1, 10_000, 100_000]) {
    const keys = Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '1']))
    for (const body of [
      { ...keys, amount: '99999.999', success: {} },
      { amount: '99999.999', success: true, ...keys },
    ]) {
      const { faults } = check(body)
      assert.notEqual(faults.length, 0)
      assert.ok(faults.length <= atMostUnknownKeys + 2)
    }
  }
})

test('too many unknown keys are said as such, in rows and below them too', () => {
  const check = createCheck<object>(Strict({ rows: Rows('明细', Strict({ name: Text('名称', 5) }), 1_000) }))
  const rows = Array.from({ length: atMostUnknownKeys + 1 }, () => ({ name: '一', strange: '1' }))
  const faults = check({ rows }).faults.map(faultText)
  assert.equal(faults[0], `(整体): 未知字段超过 ${atMostUnknownKeys} 个`)
  assert.equal(faults[1], 'rows[0].strange: 未知字段')
})

test('a list of faults that may be incomplete says so: a decisive field may be among those left out', () => {
  const check = createCheck<object>(
    Open({ rows: Rows('明细', Open({ name: Text('名称', 5) }), 50_000), ordStas: Text('状态', 2) }),
  )
  const { faults } = check({ rows: Array.from({ length: 20_000 }, () => ({ name: 5 })), ordStas: {} })
  assert.equal(
    faults.some(({ path }) => path === ''),
    true,
  )
})

test('an unknown key is shown in part: it may be a whole body', () => {
  const check = createCheck<object>(Strict({}))
  const [fault] = check({ [`{"idNo":"${'1'.repeat(200)}"}`]: '' }).faults
  assert.ok((fault?.path.length ?? 100) <= 41, fault?.path)
})

test('an amount that cannot be counted in fen is refused', () => {
  const check = createCheck<object>(Strict({ amount: Decimal('金额', 16, 2) }))
  assert.deepEqual(check({ amount: '9999999999999.99' }).faults, [])
  assert.deepEqual(check({ amount: '99999999999999.99' }).faults.map(faultText), ['amount 金额: 整数部分最多 13 位'])
})
