// One number has one form: what looks the same on paper is the same text, or is refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createCheck } from '../../src/contract/check/check.ts'
import { OptionalText, Strict, Text } from '../../src/contract/check/fields.ts'
import { formProblem, stripped } from '../../src/contract/check/one-form.ts'

const blanks = [' ', '\u3000', '\u00a0', '\u2002', '\u200b', '\u200d', '\u2060', '\ufeff', '\u3164', '\u2800']
const unseen = ['\ufe0f', '\u034f', '\u180b', '\u17b4', '\u2065', '\u{e0100}']
const controls = ['\t', '\r\n', '\n', '\u0001', '\u0000', '\u007f', '\u0085', '\u2028']

test('a number with a blank of any width before or behind it is not in its one form', () => {
  for (const blank of [...blanks, ...unseen]) {
    assert.notEqual(formProblem(`RF1${blank}`), undefined, JSON.stringify(blank))
    assert.notEqual(formProblem(`${blank}RF1`), undefined, JSON.stringify(blank))
    assert.equal(stripped(`${blank}${blank}RF1${blank}`), 'RF1')
  }
})

test('blanks without number before the last character cost no more than their length', () => {
  const blanks = '\u00a0\u{e0100}'.repeat(500_000)
  const startedMs = performance.now()
  assert.equal(stripped(`RF${blanks}1`).length, blanks.length + 3)
  assert.equal(stripped(`${blanks}RF1${blanks}`), 'RF1')
  assert.equal(stripped(blanks), '')
  // One look for each would be minutes.
  assert.ok(performance.now() - startedMs < 2_000)
})

test('control characters and what cannot be seen are refused wherever they stand', () => {
  for (const each of [...controls, ...unseen, '\u200b', '\ufeff', '\u00ad', '\u202e']) {
    assert.notEqual(formProblem(`R${each}F1`), undefined, JSON.stringify(each))
    assert.notEqual(formProblem(each), undefined, JSON.stringify(each))
  }
})

test('full-width letters and digits are another form of a number, and part of a Chinese name', () => {
  assert.notEqual(formProblem('ＲＦ１'), undefined)
  assert.notEqual(formProblem('RF１'), undefined)
  assert.equal(formProblem('测试Ａ区'), undefined)
})

test('numbers, names and codes as hospitals write them are in their one form', () => {
  for (const text of [
    '',
    'RF1',
    'rf-1_2.3/4',
    '测试甲',
    '买买提·艾力',
    '张 三',
    'MZ（补）01',
    'A B',
    '𠮷野家',
    '葛\u{e0100}某',
  ]) {
    assert.equal(formProblem(text), undefined, text)
    assert.equal(stripped(text), text)
  }
})

test('a caller’s body is held to the one form field by field, descriptions excepted', () => {
  const schema = Strict({ number: Text('流水号', 20), remark: OptionalText('说明', 20, { prose: true }) })
  const check = createCheck<object>(schema, { oneForm: true })
  assert.deepEqual(check({ number: 'RF1 ', remark: ' 两行\n' }).faults, [
    { path: 'number', name: '流水号', problem: '首尾不能有空格 (包括全角空格、不换行空格、零宽字符、BOM)' },
  ])
  assert.deepEqual(check({ number: 'RF1', remark: ' 两行\n' }).faults, [])
})

test('what a counterpart sends stays as it is', () => {
  const check = createCheck<object>(Strict({ number: Text('流水号', 20) }))
  assert.deepEqual(check({ number: 'P1  ' }), { value: { number: 'P1  ' }, faults: [] })
})
