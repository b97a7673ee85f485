// CSV in a finance clerk's spreadsheet: nothing calculates, no number loses a digit, every text comes back.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { writeCsv } from '../../src/main/api/answers/csv.ts'

it('a text that a spreadsheet would calculate is disarmed', () => {
  for (const text of [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '=HYPERLINK("http://127.0.0.1")',
  ]) {
    assert.ok(writeCsv([[text]]).startsWith(`"'`), text)
  }
})

it('a negative amount stays a number', () => {
  assert.equal(writeCsv([[{ amount: '-12.50' }]]), '-12.50\r\n')
})

it('a long number and a leading zero stay text, as a tab behind them says', () => {
  assert.equal(
    writeCsv([['430000202411210000012345', '0012', '310', '12E5']]),
    '430000202411210000012345\t,0012\t,310,12E5\t\r\n',
  )
})

it('quotes, commas and line breaks are quoted', () => {
  assert.equal(writeCsv([['a"b', 'a,b', 'a\nb', '测试']]), '"a""b","a,b","a\nb",测试\r\n')
})
