// The status lights: which state of a side is which light, who is to be called, and which is the worst.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LightName, LightState } from '../../src/contract/local-api/console.ts'
import type { DoubtCause } from '../../src/core/domain/words/center-doubt.ts'
import { lightsOf, type Sides } from '../../src/core/domain/words/lights.ts'

const nowMs = Date.parse('2026-11-21T08:00:00+08:00')
const dayMs = 86_400_000
const fine: Sides = {
  library: { state: 'ready', simulated: false },
  scanners: [{ name: '一号', state: 'open' }],
  scannerOwner: 'agent',
  center: { standing: 'proven', clockAheadMs: 400, certificateEndsMs: nowMs + 300 * dayMs, queuedOrders: 0 },
  journal: { state: 'ok', message: '', backup: { error: '' }, quarantinedOrders: 0 },
}

type Case = readonly [string, Partial<Sides>, LightName, LightState, RegExp]

const doubted = (cause: DoubtCause, text: RegExp): Case => [
  `a center that is doubted (${cause})`,
  { center: { ...fine.center, standing: 'doubtful', doubt: { cause, words: 'W' } } },
  ...(['center', 'fault', text] as const),
]

const cases: readonly Case[] = [
  ['a library that decodes', { library: { state: 'busy', simulated: false } }, 'library', 'ok', /正在解码/],
  ['a simulated library', { library: { state: 'ready', simulated: true } }, 'library', 'ok', /模拟/],
  ['a library that starts', { library: { state: 'starting', simulated: false } }, 'library', 'warning', /启动/],
  ['a library that is down', { library: { state: 'down', simulated: false, reason: 'R1' } }, 'library', 'fault', /R1/],
  ['no scanner of the agent', { scanners: [] }, 'scanner', 'ok', /未配置/],
  ['a scanner of the library', { scanners: [], scannerOwner: 'library' }, 'scanner', 'ok', /动态库/],
  [
    'an unplugged scanner',
    { scanners: [{ name: '一号', state: 'closed', reason: 'R2' }] },
    'scanner',
    'fault',
    /一号.*R2/,
  ],
  [
    'one unplugged scanner of two',
    {
      scanners: [
        { name: '一号', state: 'closed' },
        { name: '二号', state: 'open' },
      ],
    },
    'scanner',
    'warning',
    /一号/,
  ],
  ['a center out of reach', { center: { ...fine.center, standing: 'unreachable' } }, 'center', 'fault', /连不上/],
  [
    'a center that has not answered yet',
    { center: { ...fine.center, standing: 'unproven' } },
    'center',
    'unproven',
    /尚未/,
  ],
  doubted('unverified', /验签不通过.*\(the answers do not verify\): W/),
  doubted('timeout', /没有按时应答.*\(the center does not answer in time\): W/),
  doubted('clock', /时间相差太大.*\(the clock of the center differs too much\): W/),
  doubted('refused', /连续拒绝.*\(the center refuses whatever it is asked\): W/),
  doubted('unusable', /不能用.*\(the answers cannot be used\): W/),
  [
    'a center of which only 6202 does not answer',
    { center: { ...fine.center, doubt: { cause: 'timeout', words: 'W', only: ['6202', '6203'] } } },
    'center',
    'fault',
    /没有按时应答, 只是接口 6202、6203, 暂不能收费.*: W/,
  ],
  [
    'a center of which only 6203 does not answer',
    { center: { ...fine.center, doubt: { cause: 'timeout', words: 'W', only: ['6203'] } } },
    'center',
    'warning',
    /没有按时应答, 只是接口 6203 \(/,
  ],
  ['a clock that is behind', { center: { ...fine.center, clockAheadMs: 61_000 } }, 'center', 'warning', /快 61 秒/],
  ['a clock that is ahead', { center: { ...fine.center, clockAheadMs: -61_000 } }, 'center', 'warning', /慢 61 秒/],
  ['a queue', { center: { ...fine.center, queuedOrders: 3 } }, 'center', 'warning', /3 笔/],
  ['an old certificate', { center: { ...fine.center, certificateEndsMs: nowMs } }, 'center', 'fault', /过期/],
  [
    'a certificate that ends',
    { center: { ...fine.center, certificateEndsMs: nowMs + 29 * dayMs } },
    'center',
    'warning',
    /29 天/,
  ],
  ['plain HTTP', { center: { ...fine.center, certificateEndsMs: undefined } }, 'center', 'ok', /正常/],
  ['a broken journal', { journal: { ...fine.journal, state: 'broken', message: 'R3' } }, 'journal', 'fault', /R3/],
  ['damaged rows', { journal: { ...fine.journal, quarantinedOrders: 2 } }, 'journal', 'warning', /2 笔/],
  ['a failed backup', { journal: { ...fine.journal, backup: { error: 'R4' } } }, 'journal', 'warning', /R4/],
]

describe('a light', () => {
  it('is green on every side where all is well, and nobody is called', () => {
    const { lights, worst } = lightsOf(fine, nowMs)
    assert.equal(worst, 'ok')
    for (const light of Object.values(lights)) assert.deepEqual([light.state, light.call], ['ok', ''])
  })
  for (const [what, change, name, state, text] of cases) {
    it(`${what}: ${name} is ${state}`, () => {
      const { lights, worst } = lightsOf({ ...fine, ...change }, nowMs)
      assert.equal(lights[name].state, state)
      assert.match(lights[name].text, text)
      assert.equal(lights[name].call === '', state === 'ok' || state === 'unproven')
      assert.equal(worst, state)
    })
  }
})

it('the worst light is the worst of all', () => {
  const { worst } = lightsOf(
    { ...fine, library: { state: 'starting', simulated: false }, scanners: [{ name: '一号', state: 'closed' }] },
    nowMs,
  )
  assert.equal(worst, 'fault')
})
