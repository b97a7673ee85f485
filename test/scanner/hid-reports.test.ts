// The reports of a USB-HID POS scanner alone: reports in, codes out.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createHidReportReader, type ReportReading } from '../../src/main/scanner/hid-reports.ts'
import { reportsOf } from '../support/devices/fake-hid.ts'

const make = () => createHidReportReader(1024)
const takeAll = (reports: readonly Uint8Array[], reader = make()): readonly ReportReading[] =>
  reports.map((report) => reader.take(report))
const codesOf = (readings: readonly ReportReading[]): readonly string[] =>
  readings.flatMap((reading) => (reading.kind === 'code' ? [reading.code] : []))

test('codes of every length come out whole and in order, over as many reports as they need', () => {
  const code = fc.string({
    unit: fc.constantFrom(...Array.from('0123456789ABCDEF:/?=')),
    minLength: 1,
    maxLength: 1024,
  })
  fc.assert(
    fc.property(fc.array(code, { maxLength: 5 }), (codes) => {
      assert.deepEqual(codesOf(takeAll(codes.flatMap(reportsOf))), codes)
    }),
  )
})

test('bytes of any kind never break the reader, and the next whole scan is read', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 }), (reports) => {
      const reader = make()
      for (const reading of takeAll(reports, reader)) {
        if (reading.kind === 'code') assert.ok(reading.code.length <= 1024)
      }
      reader.discard()
      assert.deepEqual(codesOf(takeAll(reportsOf('2801'), reader)), ['2801'])
    }),
  )
})

test('the AIM symbology, the padding and the suffix of the scanner are no part of the code', () => {
  assert.deepEqual(takeAll(reportsOf('\u00022801\r\n')), [{ kind: 'code', code: '2801' }])
})

test('a report about something else, and a scan without a character, are nothing', () => {
  const [report] = reportsOf('2801')
  assert.ok(report)
  const other = Buffer.from(report)
  other[0] = 4
  assert.deepEqual(takeAll([other, ...reportsOf(''), ...reportsOf('\r'), new Uint8Array()]), [
    { kind: 'nothing' },
    { kind: 'nothing' },
    { kind: 'nothing' },
    { kind: 'nothing' },
  ])
})

test('a length that its report cannot hold spoils the code to its last part, and the next one is whole', () => {
  const [first, second] = reportsOf('7'.repeat(60)).map((report) => Buffer.from(report))
  assert.ok(first && second)
  first[1] = 57
  const reader = make()
  assert.equal(reader.take(first).kind, 'continued')
  assert.equal(reader.take(second).kind, 'unreadable')
  const short = Buffer.from(reportsOf('2801')[0] ?? []).subarray(0, 7)
  assert.equal(reader.take(short).kind, 'unreadable')
  assert.deepEqual(codesOf(takeAll(reportsOf('2802'), reader)), ['2802'])
})

test('a code above the limit is dropped to its last report', () => {
  const readings = takeAll([...reportsOf('7'.repeat(1025)), ...reportsOf('2801')])
  assert.deepEqual(codesOf(readings), ['2801'])
  assert.equal(readings.filter(({ kind }) => kind === 'unreadable').length, 1)
})

test('a discarded half does not prefix the next code', () => {
  const reader = make()
  reader.take(reportsOf('7'.repeat(60))[0] ?? new Uint8Array())
  assert.equal(reader.discard(), true)
  assert.equal(reader.discard(), false)
  assert.deepEqual(codesOf(takeAll(reportsOf('2801'), reader)), ['2801'])
})
