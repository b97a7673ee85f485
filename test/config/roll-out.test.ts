// api.provisioning: a file of hashes beside the configuration. Whatever is wrong with it is a fault of the configuration, by its place.
import assert from 'node:assert/strict'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { errorOf, validConfig, writeConfig, type Draft } from './config-folder.ts'

const draft = (): Draft => {
  const config = validConfig()
  return { ...config, api: { ...config.api, tokens: [], provisioning: 'tokens.json' } }
}
const hash = '1'.repeat(64)
const token = { name: 'window-3', hash, scopes: ['read', 'pay'] }

test('its tokens are read from beside the configuration, which itself may have none', (t) => {
  const file = JSON.stringify({ tokens: [{ ...token, expiresAt: '2027-01-01T00:00:00+08:00' }] })
  const { rolledOut, config } = loadConfig(writeConfig(t, draft(), { 'tokens.json': file }))
  assert.deepEqual(config.api.tokens, [])
  assert.deepEqual(
    rolledOut.map(({ name, scopes }) => [name, scopes]),
    [['window-3', ['read', 'pay']]],
  )
})

const faulty: readonly (readonly [string, string | object, RegExp])[] = [
  ['no JSON', '{', /^api\.provisioning: 不是有效的 JSON$/],
  ['a list', '[]', /^api\.provisioning: 应为 \{"tokens": \[\.\.\.\]\}$/],
  ['a token in plain text', { tokens: [{ ...token, token: 'secret-text' }] }, /tokens\[0\]\.token: 未知字段/],
  ['a token where its hash belongs', { tokens: [{ ...token, hash: 'secret-text' }] }, /tokens\[0\]\.hash .*格式不对/],
  ['a name twice', { tokens: [token, token] }, /tokens\[1\]\.name: 名称重复/],
  [
    'a time that is none',
    { tokens: [{ ...token, expiresAt: '2027-13-01T00:00' }] },
    /tokens\[0\]\.expiresAt: 不是有效的时间/,
  ],
]
for (const [what, content, problem] of faulty) {
  test(`${what} is refused, and what stood there is not repeated`, (t) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    const faults = errorOf(writeConfig(t, draft(), { 'tokens.json': text })).detail?.['faults'] as string[]
    assert.equal(faults.length, 1, faults.join('; '))
    assert.match(faults[0] ?? '', problem)
    assert.ok(!faults.join().includes('secret-text'))
  })
}

test('a file that is not there is a fault', (t) => {
  const path = writeConfig(t, draft())
  assert.deepEqual(errorOf(path).detail?.['faults'], [
    `api.provisioning: 文件不存在: ${join(dirname(path), 'tokens.json')} (ENOENT)`,
  ])
})
