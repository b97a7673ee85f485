// Replies of 6203, 6205 and 6401 name no order: their timestamp must be near now (RULES 3.7).
import assert from 'node:assert/strict'
import test from 'node:test'
import { wireStamp } from '../../../src/core/domain/time/shanghai-time.ts'
import { codes, outputs, sealRefusal, sealReply } from '../messages.ts'
import { askOnce } from '../real-center.ts'

const nowMs = Date.parse('2026-11-20T08:30:00+08:00')
const minuteMs = 60_000
const namesNoOrder = new Set(['6203', '6205', '6401'])

test('outside the window a reply that names no order is unknown, a success and a refusal alike (RULES 3.7)', async (t) => {
  for (const code of codes) {
    for (const offsetMs of [-11 * minuteMs, 11 * minuteMs, -400 * 24 * 60 * minuteMs]) {
      const timestamp = wireStamp(nowMs + offsetMs)
      const kinds = [
        (await askOnce(t, code, sealReply(outputs[code], { timestamp }), { nowMs })).kind,
        (await askOnce(t, code, sealRefusal({ timestamp }), { nowMs })).kind,
      ]
      assert.deepEqual(kinds, namesNoOrder.has(code) ? ['unknown', 'unknown'] : ['accepted', 'declined'], code)
    }
  }
})

test('inside the window every form of timestamp in use is read (RULES 3.7)', async (t) => {
  for (const offsetMs of [-9 * minuteMs, 0, 9 * minuteMs]) {
    const atMs = nowMs + offsetMs
    const iso = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 23)
    const separated = [`${iso}+08:00`, iso.replace('T', ' '), iso.slice(0, 19).replaceAll('-', '/').replace('T', ' ')]
    const compact = [wireStamp(atMs), `${wireStamp(atMs)}123`, ` ${wireStamp(atMs)}`, String(atMs), atMs]
    for (const timestamp of [...compact, ...separated, new Date(atMs).toISOString()]) {
      const one = await askOnce(t, '6203', sealReply(outputs['6203'], { timestamp }), { nowMs })
      assert.equal(one.kind, 'accepted', String(timestamp))
    }
  }
})

test('a timestamp that is missing or unreadable is outside the window (RULES 3.7)', async (t) => {
  for (const timestamp of [undefined, '', '2026-11-20T08:30', '20261120', '20261320083000', '179513460', true]) {
    const one = await askOnce(t, '6401', sealReply(outputs['6401'], { timestamp }), { nowMs })
    assert.ok(one.kind === 'unknown', String(timestamp))
    assert.equal(one.reason, 'the time of the reply is missing or cannot be read', String(timestamp))
  }
})

test('the window is a setting (RULES 3.7)', async (t) => {
  const timestamp = wireStamp(nowMs - 2 * minuteMs)
  const reply = sealReply(outputs['6203'], { timestamp })
  assert.equal((await askOnce(t, '6203', reply, { nowMs, replyWindowMs: 3 * minuteMs })).kind, 'accepted')
  assert.equal((await askOnce(t, '6203', reply, { nowMs, replyWindowMs: minuteMs })).kind, 'unknown')
})
