// What cannot be a 医保码 as it stands is told, and nothing is repaired (RULES 2.1).
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { codeProblem } from '../../src/core/domain/decoding/scanned-code.ts'

const code = '2801000000000000000000000011'

it('a code as the patient shows it has no problem', () => {
  for (const whole of [code, 'ABC-123/+=', '28】01']) assert.equal(codeProblem(whole), undefined, whole)
})

it('an AIM prefix is named, whatever the kind of bar code', () => {
  for (const prefix of [']Q1', ']Q3', ']C0', ']d2', ']E0', ']e0', ']A0', ']L2']) {
    assert.match(codeProblem(prefix + code) ?? '', new RegExp(`AIM 前缀 \\${prefix}`))
  }
})

it('the mark of a charset that a scanner adds before a code (ECI) is named', () => {
  for (const mark of ['\\000026', '\\000003', '\\000029']) {
    assert.match(codeProblem(mark + code) ?? '', new RegExp(`ECI 标记 \\${mark}`))
  }
  assert.match(codeProblem(`]Q2\\000026${code}`) ?? '', /AIM 前缀 \]Q2/)
})

it('CR LF, tabs, blanks at the ends and full-width characters are refused, and the code is not told', () => {
  for (const changed of [
    `${code}\r\n`,
    `\t${code}`,
    ` ${code}`,
    `${code}\u3000`,
    `\ufeff${code}`,
    code.replace('2', '２'),
  ]) {
    const problem = codeProblem(changed)
    assert.ok(problem !== undefined, JSON.stringify(changed))
    assert.ok(!problem.includes(code.slice(1)))
  }
})
