// What may stand in a line: fields of the contract, each as it may look, and nothing that another program or a person wrote.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { cleanFields, parseLogLine, removed } from '../../src/contract/log-line.ts'

it('a field that the contract has not is left out', () => {
  assert.deepEqual(cleanFields({ what: 'x', medOrgOrd: 'M1', psnName: '测试甲', outcome: 'accepted' }), {
    outcome: 'accepted',
  })
})

it('a value that is no word, number or code of ours is removed', () => {
  for (const [name, value] of [
    ['code', '测试甲'],
    ['reason', '身份证 11010119900307000X'],
    ['reason', 'id 110101199003070004'],
    ['caller', 'ECTOKEN0123456789'],
    ['refusalCode', 'Zhang San'],
    ['error', 'ENOENT\n{"level":"info"}'],
    ['ms', '12'],
    ['count', { toString: () => '1' }],
    ['operationId', 'x'.repeat(32)],
    ['paths', ['测试甲']],
  ] as const) {
    const [clean] = Object.values(cleanFields({ [name]: value }))
    assert.deepEqual(clean, Array.isArray(value) ? [removed] : removed, `${name} ${JSON.stringify(value)}`)
  }
})

it('a line of a file is read back by the same rules, and what is no line of ours is none', () => {
  const at = '2026-12-01T08:00:00.000+08:00'
  const line = { level: 'info', at, what: 'api.answered', code: '0', note: '测试甲' }
  assert.deepEqual(parseLogLine(JSON.stringify(line)), { level: 'info', at, what: 'api.answered', code: '0' })
  for (const other of [
    { ...line, level: 'loud' },
    { ...line, what: '测试甲' },
    { ...line, at: 'now' },
  ]) {
    assert.equal(parseLogLine(JSON.stringify(other)), undefined)
  }
  assert.equal(parseLogLine('患者 测试甲'), undefined)
})
