// Moments must exist, and lengths are counted in characters or in GBK bytes.
import assert from 'node:assert/strict'
import test from 'node:test'
import { faultText } from '../../src/contract/check/check.ts'
import { isExistingDate, isExistingDateTime, isExistingStamp } from '../../src/contract/check/fields.ts'
import { gbkLength } from '../../src/contract/check/gb18030.ts'
import { interfaces } from '../../src/contract/interfaces.ts'
import { faultsOf, validUpload } from './valid-upload.ts'

test('only days of the calendar exist, leap years included', () => {
  for (const day of ['2024-02-29', '2000-02-29', '1990-03-07', '2026-12-31', '2026-04-30']) {
    assert.ok(isExistingDate(day), day)
  }
  const never = ['2026-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-01-32']
  for (const day of [...never, '0000-01-01', '2026-1-1', '20260101', '2026/01/01', '2026-01-01 ', '']) {
    assert.ok(!isExistingDate(day), day)
  }
})

test('only moments of the clock exist', () => {
  assert.ok(isExistingDateTime('2026-01-01 00:00:00'))
  assert.ok(isExistingDateTime('2024-02-29 23:59:59'))
  for (const time of ['24:00:00', '23:60:00', '23:59:60', '8:00:00', '08:00', '08:00:00.0']) {
    assert.ok(!isExistingDateTime(`2026-01-01 ${time}`), time)
  }
  assert.ok(!isExistingDateTime('2026-01-01T08:00:00'))
  assert.ok(!isExistingDateTime('2026-02-30 08:00:00'))
  assert.ok(isExistingStamp('20260101080000'))
  for (const stamp of ['20260230080000', '20260101240000', '2026010108000', '202601010800000', '2026-01-01 08:0']) {
    assert.ok(!isExistingStamp(stamp), stamp)
  }
})

test('dates of an upload must exist; optional ones may be empty', () => {
  const body = { ...validUpload(), begntime: '2026-11-31 08:00:00', dieDate: '2026-02-29', endtime: '2026-11-20' }
  assert.deepEqual(faultsOf(body).toSorted(), [
    'begntime 开始时间: 应为存在的时间 yyyy-MM-dd HH:mm:ss',
    'dieDate 死亡日期: 应为存在的日期 yyyy-MM-dd',
    'endtime 出院时间: 应为存在的时间 yyyy-MM-dd HH:mm:ss',
  ])
  assert.deepEqual(faultsOf({ ...validUpload(), dieDate: '', endtime: '', birctrlMatnDate: '2026-11-20' }), [])
})

test('appRefdTime is a moment that exists, without separators', () => {
  const refund = {
    payOrdId: 'ORD1',
    appRefdSn: 'R1',
    totlRefdAmt: '1.00',
    cashRefdAmt: '0.00',
    refdType: 'ALL',
  }
  const faultsAt = (appRefdTime: string): string[] =>
    interfaces['6203'].checkInput({ ...refund, appRefdTime }).faults.map(faultText)
  assert.deepEqual(faultsAt('20261120083000'), [])
  const fault = 'appRefdTime 应用退费时间: 应为存在的时间 yyyyMMddHHmmss'
  assert.deepEqual(faultsAt('20261131083000'), [fault])
  assert.deepEqual(faultsAt('2026-11-20 08:30:00'), [fault])
})

test('GBK counts one byte for ASCII, two for what it has, four for what only GB18030 has', () => {
  const lengths = { 'aZ9~': 4, 测试甲: 6, '·（，': 6, 镕: 2, 䶮: 2, é: 2, 㛃: 4, É: 4, '𠮷': 4, '': 0 }
  for (const [text, length] of Object.entries(lengths)) assert.equal(gbkLength(text), length, text)
})

test('lengths count characters by default and GBK bytes where the center does (RULES 9.2)', () => {
  const forty = { ...validUpload(), userName: '甲'.repeat(40) }
  assert.deepEqual(faultsOf(forty), [])
  assert.deepEqual(faultsOf(forty, 'gbkBytes'), ['userName 用户姓名: 最长 40 个 GBK 字节'])
  assert.deepEqual(faultsOf({ ...validUpload(), userName: '甲'.repeat(20) }, 'gbkBytes'), [])
  assert.deepEqual(faultsOf({ ...validUpload(), userName: '甲'.repeat(41) }), ['userName 用户姓名: 最长 40 个字符'])
})

test('faults of GBK length come with all others, one for a field, in rows too (RULES 9.2)', () => {
  const body = validUpload({ lines: 2 })
  Object.assign(body.feedetailList[1] ?? {}, { medListName: '药'.repeat(26), bilgDrName: '医'.repeat(51), cnt: 'x' })
  assert.deepEqual(faultsOf({ ...body, caty: '' }, 'gbkBytes').toSorted(), [
    'caty 科别: 不能为空',
    'feedetailList[1].bilgDrName 开单医师姓名: 最长 50 个字符',
    'feedetailList[1].cnt 数量: 应为十进制数字, 不可带指数、空格或千分号',
    'feedetailList[1].medListName 医疗目录名称: 最长 50 个 GBK 字节',
  ])
})
