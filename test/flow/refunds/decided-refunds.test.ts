// When a refund or a revocation is decided: a refusal over plain HTTP is confirmed as a success is, a number that may still be
// refunded keeps the next one out, and what a caller repeats late touches nothing newer (RULES 2.3, 2.4, 3.7, 5).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  act,
  bill,
  newNumber,
  operationOf,
  pay,
  place,
  placement,
  readOrder,
  reasonsOf,
  refundAll,
  refresh,
  refundCash,
  untilOrder,
  upload,
  type Fields,
} from '../../support/cashier-job.ts'
import { readableTime } from '../../../src/core/domain/reports/day-report.ts'
import { startTestAgent, type TestAgent, type TestAgentOptions } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const lastOutcome = ({ operations }: Fields): unknown => (operations as Fields[]).at(-1)?.['outcome']

describe('a signed refusal over plain HTTP (RULES 3.7)', () => {
  it('of a refund is believed when 6301 shows the order as it was; it never reads as a success', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'FAIL' })
    const answer = await act(agent, medOrgOrd, 'refunds', refundAll())
    assert.equal(answer.code, 'CENTER_DECLINED')
    assert.doesNotMatch(answer.message, /成功$/)
    assert.match(answer.message, /退费未成功 \(refStatus FAIL\)/)
    const { data } = await agent.call('GET', `/v1/orders/${medOrgOrd}/timeline`)
    const told = JSON.stringify((data['entries'] as Fields[]).map(({ text, outcomes }) => [text, outcomes]))
    assert.doesNotMatch(told, /"成功"/)
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundAll())).data['state'], 'refunded')
  })

  const byPortal: readonly (readonly [string, Fields, string])[] = [
    ['ALL', refundAll(), '7'],
    ['HI', refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' }), '8'],
    ['CASH of all', refundCash('20.00'), '9'],
    ['CASH in part', refundCash('10.00'), '10'],
  ]
  for (const [what, body, ordStas] of byPortal) {
    it(`of ${what}, and 6301 shows what it would have led to: somebody else did it, a person decides, and the report is unclear`, async () => {
      const medOrgOrd = await pay(agent)
      await agent.center.script(medOrgOrd, { interface: '6203', decline: { code: '500', message: '已退' } })
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas, times: 100 })
      assert.equal((await act(agent, medOrgOrd, 'refunds', body)).code, 'OUTCOME_UNKNOWN')
      await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('unexpected-status'))
      const tellsNothing = async (): Promise<void> => {
        const { data } = await agent.call('GET', `/v1/reports/day?date=${readableTime(Date.now()).slice(0, 10)}`)
        const rows = (data['rows'] as Fields[]).filter((row) => row['medOrgOrd'] === medOrgOrd)
        assert.deepEqual(
          rows.map(({ kind }) => kind),
          ['settlement'],
        )
        assert.ok(JSON.stringify(data['unclear']).includes(medOrgOrd))
      }
      await tellsNothing()
      const word = { decision: 'notDone', operator: '班长', remark: '门户所退' }
      assert.equal((await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, word)).code, '0')
      await tellsNothing()
      assert.deepEqual((await readOrder(agent, medOrgOrd)).data['refunds'], [])
    })
  }

  it('is followed by 6301: what somebody else refunded is known before another refund is begun (RULES 3.2)', async () => {
    const medOrgOrd = await pay(agent)
    const insurance = refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' })
    assert.equal((await act(agent, medOrgOrd, 'refunds', insurance)).data['ordStas'], '8')
    await agent.center.script(medOrgOrd, { interface: '6203', decline: { code: '500', message: '订单状态 7' } })
    // The first 6301 still knows nothing of it: over plain HTTP that confirms the refusal.
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '7', nth: 2 })
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('20.00'))).code, 'CENTER_DECLINED')
    assert.equal((await readOrder(agent, medOrgOrd)).data['ordStas'], '7')
    await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('refunded-whole-elsewhere'))
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('20.00'))).code, 'WRONG_STATE')
  })

  it('of another number at the same status: what 6301 shows after a lost refund proves nothing', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', decline: { code: '500', message: '现金已退' } })
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('20.00'))).code, 'CENTER_DECLINED')
    await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '9', times: 100 })
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('20.00'))).code, 'OUTCOME_UNKNOWN')
    await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('unexpected-status'))
    assert.deepEqual((await readOrder(agent, medOrgOrd)).data['refunds'], [])
  })

  it('of one part more of the cash proves nothing: 6301 says the same either way, so a person decides', async () => {
    const medOrgOrd = await pay(agent)
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))).code, '0')
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'FAIL' })
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))).code, 'OUTCOME_UNKNOWN')
    await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('cash-refund-unclear'))
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))).code, 'REFUND_LIVE')
  })

  it('of a revocation is believed while 6301 still shows the fees, and not once they are gone', async () => {
    const decline = { code: '500', message: '不能撤销' }
    const kept = await upload(agent)
    await agent.center.script(kept, { interface: '6401', decline })
    const refused = await act(agent, kept, 'revocation')
    assert.deepEqual([refused.code, refused.data['state']], ['CENTER_DECLINED', 'uploaded'])
    const gone = await upload(agent)
    await agent.center.script(gone, { interface: '6401', decline })
    await agent.center.script(gone, { interface: '6301', ordStas: '12', nth: 2 })
    assert.equal((await act(agent, gone, 'revocation')).code, 'OUTCOME_UNKNOWN')
    await untilOrder(agent, gone, 'revoked', ({ state }) => state === 'revoked')
  })
})

describe('NOT_DONE: 6301 saw nothing of a refund that was sent (RULES 2.3)', () => {
  const lose = async (body: Fields, own: TestAgent): Promise<string> => {
    const medOrgOrd = await pay(own)
    await own.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    const answer = await act(own, medOrgOrd, 'refunds', body)
    await untilOrder(own, medOrgOrd, 'settled', (data) => lastOutcome(data) === 'notSent')
    assert.equal((await operationOf(own, answer)).code, 'NOT_DONE')
    return medOrgOrd
  }

  const cases: readonly (readonly [string, () => Fields, TestAgentOptions['orders']])[] = [
    ['ALL', () => refundAll(), {}],
    ['CASH, at a center that is idempotent', () => refundCash('5.00'), { refundsAreIdempotent: true }],
  ]
  for (const [what, make, orders = {}] of cases) {
    it(`${what}: another number is refused until the first is decided, and the number stands for this refund alone`, async () => {
      const own = await startTestAgent({ orders })
      try {
        const body = make()
        const medOrgOrd = await lose(body, own)
        const other = await act(own, medOrgOrd, 'refunds', { ...body, appRefdSn: newNumber('RF') })
        assert.deepEqual([other.code, other.data['appRefdSn']], ['REFUND_LIVE', body['appRefdSn']])
        const changed = await act(own, medOrgOrd, 'refunds', refundCash('1.00', { appRefdSn: body['appRefdSn'] }))
        assert.equal(changed.code, 'KEY_CONFLICT')
        assert.equal((await act(own, medOrgOrd, 'refunds', body)).code, '0')
        assert.equal(own.center.order(medOrgOrd).refunds.length, 1)
        if (what === 'ALL') return
        assert.equal((await act(own, medOrgOrd, 'refunds', refundCash('15.00'))).code, '0')
        assert.equal(own.center.order(medOrgOrd).cashReturnedFen, 2_000)
      } finally {
        await own.close()
      }
    })
  }

  it('the refusal of its repeat is believed by 6301 alone; a status that it would have led to is for a person', async () => {
    const own = await startTestAgent({ orders: { refundsAreIdempotent: true } })
    try {
      const body = refundCash('5.00')
      const medOrgOrd = await lose(body, own)
      await own.center.script(medOrgOrd, { interface: '6203', decline: { code: '500', message: '流水号重复' } })
      await own.center.script(medOrgOrd, { interface: '6301', ordStas: '10', times: 100 })
      assert.equal((await act(own, medOrgOrd, 'refunds', body)).code, 'OUTCOME_UNKNOWN')
      await until('a person', async () => (await reasonsOf(own, medOrgOrd)).includes('unexpected-status'))
    } finally {
      await own.close()
    }
  })
})

describe('a refund that was answered NOT_DONE and that the center does later all the same (RULES 3.5)', () => {
  const lateOnes: readonly (readonly [string, () => Fields, string, string])[] = [
    ['ALL', () => refundAll('mixed', { operator: '收费员乙' }), '7', 'refunded'],
    [
      'HI',
      () => refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00', operator: '收费员乙' }),
      '8',
      'partlyRefunded',
    ],
  ]
  for (const [what, make, ordStas, state] of lateOnes) {
    it(`${what} is our own refund, done late: booked once for its operator, and a person tells the HIS`, async () => {
      const medOrgOrd = await pay(agent)
      await act(agent, medOrgOrd, 'booking', { success: true })
      await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
      const body = make()
      const answer = await act(agent, medOrgOrd, 'refunds', body)
      await untilOrder(agent, medOrgOrd, 'settled', (data) => lastOutcome(data) === 'notSent')
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas, times: 10 })
      const answered = await refresh(agent, medOrgOrd)
      assert.equal(answered.code, '0', answered.message)
      const seen = (await readOrder(agent, medOrgOrd)).data
      assert.deepEqual([seen['state'], lastOutcome(seen)], [state, 'accepted'])
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-late'])
      const asked = await operationOf(agent, answer)
      assert.equal(asked.code, 'NOT_DONE', 'what was told is told again')
      const repeated = await act(agent, medOrgOrd, 'refunds', body)
      assert.deepEqual([repeated.code, repeated.data['settledByQuery']], ['0', true])
      await refresh(agent, medOrgOrd)
      const date = readableTime(Date.now()).slice(0, 10)
      const report = (await agent.call('GET', `/v1/reports/day?date=${date}`)).data
      const rows = (report['rows'] as Fields[]).filter((row) => row['medOrgOrd'] === medOrgOrd)
      assert.deepEqual(
        rows.map((row) => [row['kind'], row['operator'], row['appRefdSn']]),
        [
          ['settlement', '', ''],
          ['refund', '收费员乙', body['appRefdSn']],
        ],
      )
      assert.ok(!JSON.stringify(report['unclear']).includes(medOrgOrd))
      const handled = { decision: 'handled', operator: '班长', remark: 'HIS 已冲账' }
      assert.equal((await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, handled)).code, '0')
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
    })
  }

  it('another status than it leads to is somebody else, and so is any after a person had decided', async () => {
    for (const [decide, ordStas] of [
      [false, '9'],
      [true, '7'],
    ] as const) {
      const medOrgOrd = await pay(agent)
      await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
      await act(agent, medOrgOrd, 'refunds', refundAll())
      await untilOrder(agent, medOrgOrd, 'settled', (data) => lastOutcome(data) === 'notSent')
      if (decide) {
        const word = { decision: 'notDone', operator: '班长', remark: '核实没有退费' }
        assert.equal((await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, word)).code, '0')
      }
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas, times: 10 })
      await refresh(agent, medOrgOrd)
      assert.match(String((await reasonsOf(agent, medOrgOrd))[0]), /^refunded(-whole)?-elsewhere$/)
    }
  })
})

describe('a late repeat of an old revocation (RULES 2.4)', () => {
  it('that names its fees gets its own answer; without a name it is refused; the new fees stay', async () => {
    const medOrgOrd = await upload(agent)
    const { payOrdId } = (await readOrder(agent, medOrgOrd)).data
    const first = await act(agent, medOrgOrd, 'revocation', { payOrdId })
    assert.equal(first.data['state'], 'revoked')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
    const named = await act(agent, medOrgOrd, 'revocation', { payOrdId })
    assert.deepEqual([named.code, named.data['operationId']], ['0', first.data['operationId']])
    const bare = await act(agent, medOrgOrd, 'revocation')
    assert.equal(bare.code, 'INVALID_FIELDS')
    assert.match(bare.message, /payOrdId/)
    const now = (await readOrder(agent, medOrgOrd)).data
    assert.equal(now['state'], 'uploaded')
    assert.equal(agent.center.order(medOrgOrd).ordStas, '0')
    const meant = await act(agent, medOrgOrd, 'revocation', { payOrdId: now['payOrdId'] })
    assert.equal(meant.data['state'], 'revoked')
  })
})

describe('a late repeat of a placement of fees that were revoked and uploaded anew (RULES 2.4)', () => {
  for (const [way, code] of [
    ['placement', '6202'],
    ['bank-placement', '6205'],
    ['cashier-url', ''],
  ] as const) {
    it(`${way}: that names its fees gets its own answer; without a name it is refused; the new fees are not placed`, async () => {
      const medOrgOrd = await upload(agent)
      const { payOrdId } = (await readOrder(agent, medOrgOrd)).data
      const body: Fields = way === 'placement' ? placement() : { payAuthNo: 'AUTH0001' }
      const named = { ...body, payOrdId }
      // Refused, or never paid: either way the fees may be taken back.
      if (code !== '') {
        await agent.center.script(medOrgOrd, {
          interface: code,
          decline: { code: '500', message: '不能下单' },
        })
      }
      const first = await act(agent, medOrgOrd, way, body)
      await act(agent, medOrgOrd, 'revocation', { payOrdId })
      assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
      const late = await act(agent, medOrgOrd, way, body)
      assert.equal(late.code, 'INVALID_FIELDS', first.code)
      assert.match(late.message, /payOrdId/)
      assert.notEqual((await act(agent, medOrgOrd, way, named)).code, '0')
      const now = (await readOrder(agent, medOrgOrd)).data
      assert.deepEqual([now['state'], agent.center.order(medOrgOrd).ordStas], ['uploaded', '0'])
      const meant = await act(agent, medOrgOrd, way, { ...body, payOrdId: now['payOrdId'] })
      assert.equal(meant.code, '0', meant.message)
    })
  }

  it('one that was placed answers under its own fees, and another body means the new ones', async () => {
    const medOrgOrd = await upload(agent)
    const { payOrdId } = (await readOrder(agent, medOrgOrd)).data
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    const first = await act(agent, medOrgOrd, 'placement', placement({ payOrdId }))
    assert.equal(first.code, '0', first.message)
    assert.equal((await act(agent, medOrgOrd, 'revocation', { payOrdId })).data['state'], 'revoked')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
    const late = await act(agent, medOrgOrd, 'placement', placement({ payOrdId }))
    assert.deepEqual([late.code, late.data['operationId']], ['0', first.data['operationId']])
    assert.equal((await readOrder(agent, medOrgOrd)).data['state'], 'uploaded')
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    const fresh = await act(agent, medOrgOrd, 'placement', placement({ payAuthNo: 'AUTH0002' }))
    assert.equal(fresh.code, '0', fresh.message)
  })

  it('one that names no authorization of its own means the new fees, and goes by what the patient gave for them', async () => {
    const medOrgOrd = await upload(agent)
    const { payOrdId } = (await readOrder(agent, medOrgOrd)).data
    const place = async (payAuthNo: string): Promise<void> => {
      assert.equal((await act(agent, medOrgOrd, 'authorization', { payAuthNo })).code, '0')
      await agent.center.script(medOrgOrd, { split: 'mixed' })
      const { payAuthNo: _payAuthNo, ...rest } = placement()
      const placed = await act(agent, medOrgOrd, 'placement', rest)
      assert.equal(placed.code, '0', placed.message)
    }
    await place('AUTH0001')
    assert.equal((await act(agent, medOrgOrd, 'revocation', { payOrdId })).data['state'], 'revoked')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
    await place('AUTH0002')
  })
})

describe('a payAuthNo that came for fees that were revoked and uploaded anew (RULES 2.4)', () => {
  const came: Readonly<Record<string, (own: TestAgent, medOrgOrd: string, payAuthNo: string) => Promise<unknown>>> = {
    'by /authorization, unused': (own, medOrgOrd, payAuthNo) => act(own, medOrgOrd, 'authorization', { payAuthNo }),
    'with a placement': async (own, medOrgOrd, payAuthNo) => {
      await own.center.script(medOrgOrd, { split: 'mixed' })
      return act(own, medOrgOrd, 'placement', placement({ payAuthNo }))
    },
    'with a cashier URL': (own, medOrgOrd, payAuthNo) => act(own, medOrgOrd, 'cashier-url', { payAuthNo }),
  }
  for (const [how, give] of Object.entries(came)) {
    it(`${how}: comes again late, the authorization and another placement with it are refused unless they name the new fees`, async () => {
      const medOrgOrd = await upload(agent)
      const before = (await readOrder(agent, medOrgOrd)).data['payOrdId']
      await give(agent, medOrgOrd, 'AUTH-OLD')
      assert.equal((await act(agent, medOrgOrd, 'revocation')).data['state'], 'revoked')
      assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
      const { payOrdId } = (await readOrder(agent, medOrgOrd)).data
      const lates: [string, Fields][] = [
        ['authorization', {}],
        ['authorization', { payOrdId: before }],
        ['placement', { mdtrtId: 'MD0001', deposit: '0.01' }],
        ['bank-placement', {}],
      ]
      for (const [way, body] of lates) {
        const late = await act(agent, medOrgOrd, way, { payAuthNo: 'AUTH-OLD', ...body })
        assert.equal(late.code, 'INVALID_FIELDS', way)
        assert.match(late.message, /payOrdId/)
      }
      const now = (await readOrder(agent, medOrgOrd)).data
      assert.deepEqual(
        [now['state'], now['next'], agent.center.order(medOrgOrd).ordStas],
        ['uploaded', 'authorize', '0'],
      )
      const meant = await act(agent, medOrgOrd, 'authorization', { payAuthNo: 'AUTH-OLD', payOrdId })
      assert.deepEqual([meant.code, meant.data['next']], ['0', 'place'])
    })
  }
})

describe('the cash that an EXP left (RULES 7.4)', () => {
  it('belongs to the operator who refunded, in the totals of his shift', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP' })
    await act(agent, medOrgOrd, 'refunds', refundAll('mixed', { operator: 'OP-EXP' }))
    await untilOrder(agent, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
    const date = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
    const { data } = await agent.call('GET', `/v1/reports/shift?date=${date}&operator=OP-EXP`)
    const [own] = data['operators'] as { refunded: { count: number; legs: Fields } }[]
    assert.deepEqual([own?.refunded.count, own?.refunded.legs['ownPayAmt']], [2, '-20.00'])
  })
})

describe('the cash that is held at 13 and 16 (RULES 5)', () => {
  const to = async (own: TestAgent, ordStas: '13' | '16'): Promise<string> => {
    const medOrgOrd = await place(own, 'mixed')
    if (ordStas === '16') await own.center.payer(medOrgOrd, { action: 'insuranceFails', cashReversal: 'fails' })
    else await own.center.script(medOrgOrd, { interface: '6301', ordStas })
    await untilOrder(own, medOrgOrd, ordStas, (data) => data['ordStas'] === ordStas)
    return medOrgOrd
  }

  for (const ordStas of ['13', '16'] as const) {
    it(`${ordStas}: a caller who may refund gets CASH, nothing else and nobody else`, async () => {
      const own = await startTestAgent({ orders: { cashRefundOn16: 'person' } })
      try {
        const medOrgOrd = await to(own, ordStas)
        for (const refdType of ['ALL', 'HI']) {
          assert.equal((await act(own, medOrgOrd, 'refunds', refundAll('mixed', { refdType }))).code, 'WRONG_STATE')
        }
        const stranger = await own.call('POST', `/v1/orders/${medOrgOrd}/refunds`, refundCash('20.00'), 'window')
        assert.equal(stranger.code, 'SCOPE_MISSING')
        assert.equal((await act(own, medOrgOrd, 'refunds', refundCash('20.01'))).code, 'REFUND_OUT_OF_BOUNDS')
        const answer = await act(own, medOrgOrd, 'refunds', refundCash('20.00'))
        assert.equal(answer.code, '0', answer.message)
        assert.equal(own.center.order(medOrgOrd).cashReturnedFen, 2_000)
      } finally {
        await own.close()
      }
    })
  }

  it('16 goes back by itself by default, but not where it stood before the rule was in force; 13 never', async () => {
    const own = await startTestAgent({ orders: { cashRefundOn16: 'person' } })
    try {
      const before16 = await to(own, '16')
      await own.stop()
      await own.start({})
      const at13 = await to(own, '13')
      const after16 = await place(own, 'mixed')
      await own.center.payer(after16, { action: 'insuranceFails', cashReversal: 'fails' })
      await until('the cash', () => own.center.order(after16).cashReturnedFen === 2_000)
      assert.equal(own.center.order(before16).cashReturnedFen, 0)
      assert.deepEqual(await reasonsOf(own, before16), ['status-needs-person'])
      assert.equal(own.center.order(at13).cashReturnedFen, 0)
      assert.deepEqual(await reasonsOf(own, at13), ['status-needs-person'])
    } finally {
      await own.close()
    }
  })
})
