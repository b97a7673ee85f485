// docs/what-to-do-when.zh-CN.md names everything an answer can say, and nothing that it cannot. That it is what `npm run docs`
// makes is test/style/files.test.ts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { errorTable } from '../../src/core/domain/errors/error-table.ts'
import { foldOrder } from '../../src/core/domain/fold/fold-order.ts'
import { stateOf } from '../../src/core/domain/order/order-state.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/what-to-do-when.zh-CN.md'), 'utf8')
const client = readFileSync(join(root, 'native/client/fault.c'), 'utf8')

/** The first cells of the table below a heading. */
const named = (heading: string): string[] => {
  const [, section = ''] = page.split(`\n## ${heading}`)
  const rows = section.split('\n## ')[0] ?? ''
  return [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name ?? '')
}

describe('what to do when', () => {
  it('has every error code, and none that is no code', () => {
    assert.deepEqual(named('code').toSorted(), Object.keys(errorTable).toSorted())
  })

  it('has every next, and none that no answer gives', () => {
    const source = readFileSync(join(root, 'src/core/domain/order/order-state.ts'), 'utf8')
    const [, union = ''] = /export type Next = (.*)/.exec(source) ?? []
    const known = [...union.matchAll(/'(\w+)'/g)].map(([, name]) => name)
    assert.ok(known.length > 5)
    // `query` is of a past operation's answer, not of an order.
    assert.deepEqual(named('next').toSorted(), [...known, 'query'].toSorted())
  })

  it('has every ordStas of the dictionary, and any other is what its last row says: a person', () => {
    const codes = named('ordStas')
    assert.deepEqual(codes, [...Array.from({ length: 17 }, (_, code) => String(code)), '其他'])
    for (const code of ['17', '25', '99', '']) {
      const upload = { payOrdId: 'P', payToken: 'T' } as never
      assert.equal(stateOf({ ...foldOrder('', '', []), upload, ordStas: code }), 'needsPerson', code)
    }
  })

  it('leaves no row without what the program and the cashier do', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    const empty = rows.filter((line) =>
      line.split('|').some((cell, at, all) => at > 0 && at < all.length - 1 && cell.trim() === ''),
    )
    assert.deepEqual(empty, [])
  })

  it('the codes of the client library are explained in its own page', () => {
    const codes = [...new Set([...client.matchAll(/AGENT_[A-Z]+/g)].map(([code]) => code))]
    assert.ok(codes.length >= 3)
    const guide = readFileSync(join(root, 'docs/client-library.zh-CN.md'), 'utf8')
    for (const code of codes) assert.match(guide, new RegExp(`^\\| \`${code}\` \\|`, 'm'))
  })
})
