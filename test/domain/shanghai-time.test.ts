// Wire times are Asia/Shanghai whatever the PC says (RULES 1.2).
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseWireStamp, wireStamp } from '../../src/core/domain/time/shanghai-time.ts'

describe('wire times', () => {
  it('a moment in the evening of UTC is the next day in Shanghai', () => {
    const moment = Date.parse('2026-12-31T16:00:01Z')
    assert.equal(wireStamp(moment), '20270101000001')
  })

  it('agree with the time zone Asia/Shanghai for every moment since 1992', () => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'medium',
      timeZone: 'Asia/Shanghai',
    })
    const moments = fc.integer({ min: Date.parse('1992-01-01T00:00:00Z'), max: Date.parse('2099-12-31T00:00:00Z') })
    fc.assert(fc.property(moments, (moment) => wireStamp(moment) === format.format(moment).replaceAll(/\D/g, '')))
  })

  it('do not change with the time zone of the PC', () => {
    const module = join(import.meta.dirname, '../../src/core/domain/time/shanghai-time.ts')
    const program = `import { wireStamp } from ${JSON.stringify(module)}; process.stdout.write(wireStamp(0))`
    for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata']) {
      const environment = { ...process.env, TZ: zone }
      const stamp = execFileSync(process.execPath, ['--input-type=module', '-e', program], { env: environment })
      assert.equal(stamp.toString(), '19700101080000', zone)
    }
  })
})

describe('a time stamp of the center', () => {
  it('comes back as the second it was written in', () => {
    const moments = fc.integer({ min: 0, max: Date.parse('2099-12-31T00:00:00Z') })
    fc.assert(fc.property(moments, (moment) => parseWireStamp(wireStamp(moment)) === moment - (moment % 1000)))
  })

  it('may be 14 digits, 17 digits, a date with dashes, milliseconds or seconds since the epoch', () => {
    const moment = Date.parse('2026-11-20T08:30:00+08:00')
    assert.equal(parseWireStamp('20261120083000'), moment)
    assert.equal(parseWireStamp('20261120083000123'), moment + 123)
    assert.equal(parseWireStamp(String(moment)), moment)
    assert.equal(parseWireStamp(String(moment / 1000)), moment)
    assert.equal(parseWireStamp('2026-11-20 08:30:00'), moment)
  })

  it('is read in every form that other times of a center are read in, and with a blank beside it', () => {
    const moment = Date.parse('2026-11-20T08:30:00+08:00')
    const forms = ['2026-11-20T08:30:00', '2026/11/20 08:30:00', '2026.11.20 8:30:00', '2026-11-20T08:30:00+08:00']
    for (const text of [...forms, '2026-11-20T00:30:00Z', ' 20261120083000', '2026-11-20 08:30:00 '])
      assert.equal(parseWireStamp(text), moment, text)
    for (const text of ['2026-11-20 08:30:00.123', '2026-11-20T00:30:00.123Z', '2026-11-20T08:30:00.123456+0800'])
      assert.equal(parseWireStamp(text), moment + 123, text)
  })

  const none = ['', '2026-11-20T08:30:00+09:00', '2026-11-20', '20261320083000', '20261120253000']
  const noMoments = ['20260230083000', '2026-02-30 08:30:00', '20261120240000', '202611200830', '17636274', 'now']
  for (const text of [...none, ...noMoments]) {
    it(`"${text}" is none`, () => {
      assert.equal(parseWireStamp(text), undefined)
    })
  }
})
