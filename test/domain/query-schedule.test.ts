// When 6301 is asked: 20 s after placing, every 5 s to 80 s, then backing off (RULES 4.6; 001 chapter 9).
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import { nextQueryAfter } from '../../src/core/domain/time/query-schedule.ts'
import { defaultOrderSettings } from '../../src/main/wiring/settings-of-config.ts'

const { schedule } = defaultOrderSettings

/** The times of all queries up to `untilMs`, when each is asked as soon as it is due. */
const timesUpTo = (untilMs: number): number[] => {
  const times: number[] = []
  for (let at = nextQueryAfter(schedule, -1); at <= untilMs; at = nextQueryAfter(schedule, at)) times.push(at)
  return times
}

describe('the query schedule (RULES 4.6)', () => {
  it('begins at 20 s and asks every 5 s to 80 s: 13 queries, then 30 s, 1 min, and every 5 min', () => {
    const dense = Array.from({ length: 13 }, (_, index) => 20_000 + index * 5_000)
    assert.deepEqual(timesUpTo(80_000), dense)
    assert.deepEqual(timesUpTo(1_100_000).slice(13), [110_000, 170_000, 470_000, 770_000, 1_070_000])
  })

  it('is fixed by the time of placing: whenever one looks, the next time is one of the same row', () => {
    const row = new Set(timesUpTo(10_000_000))
    fc.assert(fc.property(fc.integer({ min: 0, max: 5_000_000 }), (atMs) => row.has(nextQueryAfter(schedule, atMs))))
  })

  it('always names a time still to come, and skips what a sleep of the PC missed', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 100_000_000 }), (atMs) => nextQueryAfter(schedule, atMs) > atMs))
    assert.equal(nextQueryAfter(schedule, 3_600_000), 3_770_000)
  })

  it('never waits longer than the last step once it backs off', () => {
    const times = timesUpTo(20_000_000)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    assert.equal(Math.max(...gaps), 300_000)
  })
})
