// How a patient's name is shown, by its length: the table that stands in the file itself, and nowhere else.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { maskName } from '../../src/contract/mask-patient.ts'

const rows = {
  '': '',
  测: '*',
  ' 测 ': '*',
  𠮷: '*',
  测甲: '测*',
  𠮷甲: '𠮷*',
  测试甲: '测*甲',
  测𠮷𠮷: '测*𠮷',
  测试甲乙: '测**乙',
  测试甲乙丙: '测***丙',
  测试甲乙丙丁: '测****丁',
  [`测${'试'.repeat(30)}丁`]: '测****丁',
} as const

for (const [name, shown] of Object.entries(rows)) {
  it(`a name of ${Array.from(name.trim()).length} characters is shown as ${JSON.stringify(shown)}`, () => {
    assert.equal(maskName(name), shown)
  })
}

it('no name is ever shown whole', () => {
  for (let length = 1; length < 40; length++) {
    const name = '测试甲'.repeat(14).slice(0, length)
    assert.ok(maskName(name).includes('*'), name)
  }
})

it('there is one way to mask a name', () => {
  const root = join(import.meta.dirname, '../../src')
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ts|vue)$/.test(file) && /(const|function) maskName\b/.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(found, [join('contract', 'mask-patient.ts')])
})
