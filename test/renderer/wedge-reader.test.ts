// A scanner that works as a keyboard, told from a person who types: keys with their times in, codes or damage out.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  createWedgeReader,
  defaultWedgeLimits,
  findTextDamage,
  wedgeDamageTexts,
  type WedgeDamage,
  type WedgeKey,
  type WedgeReader,
  type WedgeReading,
} from '../../src/renderer/shared/wedge-reader.ts'

const { gapMs: mostApartMs, silenceMs, meanGapMs, minLength, maxLength } = defaultWedgeLimits
const code = '2801000000000000000000000011'

type Stroke = Omit<WedgeKey, 'timeStamp'>

const strokesOf = (text: string): readonly Stroke[] => Array.from(text, (key) => ({ key, code: '' }))
const enter: Stroke = { key: 'Enter', code: 'Enter' }
/** As the browser reports a key that the input method took. */
const taken = (physical: string): Stroke => ({ key: 'Process', code: physical, keyCode: 229, isComposing: true })

/** Types the keys `gapMs` apart, one number for each gap or one for all; every reading in order. */
const type = (
  strokes: readonly Stroke[],
  gapMs: number | readonly number[],
  reader: WedgeReader = createWedgeReader(),
  startMs = 1_000,
): readonly WedgeReading[] => {
  let atMs = startMs
  return strokes.flatMap((stroke, index) => {
    if (index > 0) atMs += typeof gapMs === 'number' ? gapMs : (gapMs[index - 1] ?? 0)
    return reader.take({ ...stroke, timeStamp: atMs }) ?? []
  })
}

const scan = (text: string): WedgeReading => ({ kind: 'scan', code: text })
const damaged = (reason: WedgeDamage): WedgeReading => ({ kind: 'damaged', reason, ...wedgeDamageTexts[reason] })

const codeText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((point) => String.fromCharCode(point)),
  minLength,
  maxLength,
})

describe('a scan', () => {
  it('is read whole at any speed of a scanner, to keys that arrive in the same moment', () => {
    const gap = fc.double({ min: 0, max: meanGapMs - 0.01, noNaN: true })
    fc.assert(
      fc.property(codeText, fc.array(gap, { minLength: maxLength, maxLength }), (text, gaps) => {
        assert.deepEqual(type([...strokesOf(text), enter], gaps), [scan(text)])
      }),
    )
  })

  it('ends with Enter of either kind, or with Tab', () => {
    for (const key of ['Enter', 'NumpadEnter', 'Tab']) {
      assert.deepEqual(type([...strokesOf(code), { key, code: key }], 1), [scan(code)])
    }
  })

  it('with a shifted letter is read whole: the modifier is no character', () => {
    const shift = { key: 'Shift', code: 'ShiftLeft' }
    assert.deepEqual(type([...strokesOf(code), shift, ...strokesOf('A'), enter], 1), [scan(`${code}A`)])
  })

  it('without an ending key ends by silence, once', () => {
    const reader = createWedgeReader()
    assert.equal(reader.dueMs(), undefined)
    assert.deepEqual(type(strokesOf(code), 1, reader, 1_000), [])
    const dueMs = 1_000 + code.length - 1 + silenceMs
    assert.equal(reader.dueMs(), dueMs)
    assert.equal(reader.endBySilence(dueMs - 1), undefined)
    assert.deepEqual(reader.endBySilence(dueMs), scan(code))
    assert.equal(reader.endBySilence(dueMs), undefined)
    assert.equal(reader.dueMs(), undefined)
  })

  it('is not cut where the page was busy: a late timer waits again for keys that are still unread', () => {
    const reader = createWedgeReader()
    type(strokesOf(code.slice(0, 14)), 1, reader, 1_000)
    assert.equal(reader.endBySilence(1_500), undefined)
    assert.equal(reader.dueMs(), 1_500 + silenceMs)
    assert.deepEqual(type([...strokesOf(code.slice(14)), enter], 1, reader, 1_014), [scan(code)])
  })

  it('is not cut where its first keys were looked at late: silence counts from the look', () => {
    const reader = createWedgeReader()
    const [first = { key: '', code: '' }, ...rest] = strokesOf(code)
    reader.take({ ...first, timeStamp: 1_000 }, 1_000 + silenceMs + 20)
    assert.equal(reader.endBySilence(1_000 + silenceMs + 21), undefined)
    assert.equal(reader.dueMs(), 1_000 + silenceMs + 20 + silenceMs)
    assert.deepEqual(type([...rest, enter], 1, reader, 1_001), [scan(code)])
  })

  it('is not cut where the system hands its keys on late: they arrived together', () => {
    const reader = createWedgeReader()
    type(strokesOf(code.slice(0, 9)), 1, reader, 1_000)
    const lateMs = 1_008 + silenceMs - 1
    assert.equal(reader.endBySilence(lateMs), undefined)
    const rest = [...strokesOf(code.slice(9)), enter]
    const readings = rest.map((stroke, at) => reader.take({ ...stroke, timeStamp: 1_009 + at }, lateMs))
    assert.deepEqual(readings.at(-1), scan(code))
  })

  it('is whole however late the rest reaches the page, where too little to be a code came first', () => {
    const reader = createWedgeReader()
    const early = minLength - 1
    type(strokesOf(code.slice(0, early)), 1, reader, 1_000)
    assert.equal(reader.endBySilence(reader.dueMs() ?? 0), undefined)
    assert.equal(reader.dueMs(), undefined)
    assert.deepEqual(type([...strokesOf(code.slice(early)), enter], 1, reader, 1_000 + early), [scan(code)])
  })

  it('that nobody asked about ends with the next key, which begins anew', () => {
    const reader = createWedgeReader()
    type(strokesOf(code), 1, reader, 1_000)
    assert.deepEqual(reader.take({ key: '9', code: 'Digit9', timeStamp: 5_000 }), scan(code))
    assert.deepEqual(type([...strokesOf(code), enter], 1, reader, 6_000), [scan(code)])
  })

  it('after another is a scan of its own', () => {
    const reader = createWedgeReader()
    const both = type([...strokesOf(code), enter, ...strokesOf(`${code}9`), enter], 1, reader)
    assert.deepEqual(both, [scan(code), scan(`${code}9`)])
  })
})

describe('typing', () => {
  it('slower than a scanner is never a scan, however long it goes on', () => {
    const gap = fc.double({ min: meanGapMs + 0.01, max: 2_000, noNaN: true })
    fc.assert(
      fc.property(codeText, fc.array(gap, { minLength: maxLength, maxLength }), (text, gaps) => {
        const reader = createWedgeReader()
        const strokes = [...strokesOf(text), enter]
        assert.deepEqual(type(strokes, gaps, reader), [])
        assert.equal(reader.endBySilence((reader.dueMs() ?? 0) + 1), undefined)
      }),
    )
  })

  it('of a few quick keys is no scan', () => {
    assert.deepEqual(type([...strokesOf(code.slice(0, minLength - 1)), enter], 1), [])
  })

  it('with a held key, a shortcut or a correction in it is no scan', () => {
    const others: readonly Stroke[] = [
      { key: '0', code: 'Digit0', repeat: true },
      { key: 'v', code: 'KeyV', ctrlKey: true },
      { key: 'a', code: 'KeyA', altKey: true },
      { key: 'c', code: 'KeyC', metaKey: true },
      { key: 'Backspace', code: 'Backspace' },
      { key: 'ArrowLeft', code: 'ArrowLeft' },
    ]
    for (const other of others) {
      assert.deepEqual(type([...strokesOf(code), other, enter], 1), [], other.key)
    }
  })

  it('before a scan, a moment earlier, is no part of it', () => {
    const reader = createWedgeReader()
    type(strokesOf('abc'), 150, reader, 0)
    assert.deepEqual(type([...strokesOf(code), enter], 1, reader, 1_000), [scan(code)])
  })

  it('a key after a pause is no part of what was before, though that still waits for silence', () => {
    const reader = createWedgeReader()
    type(strokesOf('r'), 1, reader, 1_000)
    assert.ok(reader.isWithin(1_000 + mostApartMs))
    assert.ok(!reader.isWithin(1_000 + mostApartMs + 1))
    assert.ok(!reader.isWithin(999))
    assert.equal(reader.dueMs(), 1_000 + silenceMs)
  })

  it('a clock that goes back begins anew', () => {
    const reader = createWedgeReader()
    type(strokesOf('2801'), 1, reader, 9_000)
    assert.deepEqual(type([...strokesOf(code), enter], 1, reader, 1_000), [scan(code)])
  })
})

describe('damage', () => {
  it('any full-width character in a scan is reported as such, with what to do, and gives no code', () => {
    const wide = fc.integer({ min: 0xff01, max: 0xff5e }).map((point) => String.fromCharCode(point))
    fc.assert(
      fc.property(codeText, fc.oneof(wide, fc.constant('\u3000')), fc.nat(), (text, character, place) => {
        const at = place % text.length
        const spoilt = text.slice(0, at) + character + text.slice(at + 1)
        assert.deepEqual(type([...strokesOf(spoilt), enter], 1), [damaged('full-width')])
      }),
    )
    assert.match(wedgeDamageTexts['full-width'].remedy, /半角/)
  })

  it('keys that the input method took are reported, also when it took the ending key', () => {
    const digits = Array.from(code, (digit) => taken(`Digit${digit}`))
    assert.deepEqual(type([...digits, enter], 1), [damaged('input-method')])
    assert.deepEqual(type([...digits, taken('Enter')], 1), [damaged('input-method')])
    for (const one of [
      { key: 'Process', code: 'Digit2' },
      { key: '2', code: 'Digit2', keyCode: 229 },
      { key: '2', code: 'Digit2', isComposing: true },
      { key: 'Unidentified', code: '' },
      { key: 'Dead', code: 'Quote' },
    ]) {
      assert.deepEqual(type([...strokesOf(code), one, enter], 1), [damaged('input-method')])
    }
    assert.match(wedgeDamageTexts['input-method'].remedy, /英文输入法/)
  })

  it('characters that no scanner sends are the work of an input method', () => {
    for (const character of ['。', '医', '￥', '😀']) {
      assert.deepEqual(type([...strokesOf(code + character), enter], 1), [damaged('input-method')])
    }
  })

  it('slow keys into an input method are a person who writes Chinese', () => {
    assert.deepEqual(type([...Array.from(code, () => taken('KeyA')), taken('Enter')], 120), [])
  })

  it('a scan above the limit is reported and not held', () => {
    assert.deepEqual(type([...strokesOf('7'.repeat(maxLength + 1)), enter], 0.1), [damaged('too-long')])
    const endless = createWedgeReader()
    type(strokesOf('7'.repeat(100_000)), 0.01, endless)
    assert.deepEqual(endless.endBySilence(endless.dueMs() ?? 0), damaged('too-long'))
  })

  it('of a text that is already in a field is found the same way', () => {
    assert.equal(findTextDamage(code), undefined)
    assert.equal(findTextDamage('２８０１'), 'full-width')
    assert.equal(findTextDamage('医保'), 'input-method')
    assert.equal(findTextDamage('a\u0000'), 'input-method')
  })
})

it('keys of any kind in any order never break the reader, and a code is printable ASCII within the limits', () => {
  const key: fc.Arbitrary<WedgeKey> = fc.record(
    {
      key: fc.oneof(fc.string(), fc.constantFrom('Enter', 'Shift', 'Process', 'Tab', 'Dead', 'F1')),
      code: fc.oneof(fc.string(), fc.constantFrom('Enter', 'Digit1', 'KeyA')),
      timeStamp: fc.double(),
      isComposing: fc.boolean(),
      keyCode: fc.constantFrom(0, 13, 229),
      repeat: fc.boolean(),
      ctrlKey: fc.boolean(),
    },
    { requiredKeys: ['key', 'code', 'timeStamp'] },
  )
  fc.assert(
    fc.property(fc.array(key, { maxLength: 200 }), (keys) => {
      const reader = createWedgeReader({ ...defaultWedgeLimits, minLength: 2 })
      for (const each of keys) {
        const reading = reader.take(each)
        if (reading?.kind === 'scan') assert.match(reading.code, /^[\x20-\x7e]{2,512}$/)
      }
    }),
  )
})
