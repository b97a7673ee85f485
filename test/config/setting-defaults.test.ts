import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import Value from 'typebox/value'
import type { TSchema } from 'typebox'
import { Config } from '../../src/main/config/schema/config-schema.ts'
import { settingDefaults, withDefaults } from '../../src/main/config/schema/setting-defaults.ts'

type Node = TSchema & { description?: string; default?: unknown; properties?: Record<string, Node>; items?: Node }

/** Every setting with its path. */
const settingsIn = (node: Node, path = ''): [string, Node][] =>
  Object.entries(node.properties ?? node.items?.properties ?? {}).flatMap(([name, setting]) => [
    [`${path}${name}`, setting] as [string, Node],
    ...settingsIn(setting, `${path}${name}.`),
  ])
const settings = settingsIn(Config)
const withDefault = settings.filter(([, { default: value }]) => value !== undefined)

test('every default is a value that its setting takes', () => {
  const wrong = withDefault.filter(([, setting]) => !Value.Check(setting, setting.default)).map(([path]) => path)
  assert.ok(withDefault.length > 40)
  assert.deepEqual(wrong, [])
})

test('a default of no setting is refused', () => {
  assert.throws(() => withDefaults(Config, { orders: { dayEnds: '23:30' } }), /no setting orders[.]dayEnds/)
})

test('no description of a setting tells a default by itself', () => {
  const told = withDefault.filter(([, { description = '' }]) => /默认|default/.test(description)).map(([path]) => path)
  assert.deepEqual(told, [])
})

const { orders, center } = settingDefaults
const minuteMs = 60_000
/** Where a text says a default in its own words: the file, the words around the number, the number. */
const told: readonly (readonly [string, RegExp, number])[] = [
  ['docs/rules.md', /repeated identically at most N times\s+\[setting (\d+)\]/, orders.uploadRepeats],
  ['docs/rules.md', /after the processing time\s+\[setting (\d+) min\]/, orders.processingMs / minuteMs],
  ['docs/rules.md', /\[setting stuckAfterMs, (\d+) min\]/, orders.stuckAfterMs / minuteMs],
  ['docs/rules.md', /their time stamp lies within\s+\[setting (\d+) min\]/, center.replyWindowMs / minuteMs],
  ['docs/rules.md', /8[.]1 A settlement unbooked for\s+\[setting (\d+) min\]/, orders.unbookedAfterMs / minuteMs],
  ['docs/callbacks.zh-CN.md', /orders[.]callbackDeadlineMs [(]默认 (\d+) 秒/, orders.callbackDeadlineMs / 1_000],
  ['docs/doctor.zh-CN.md', /超过应答时间窗的一半 [(]默认 (\d+) 分钟/, center.replyWindowMs / 2 / minuteMs],
]

test('a text that tells a default in its own words tells the one in force', () => {
  for (const [file, words, value] of told) {
    assert.equal(Number(words.exec(readFileSync(file, 'utf8'))?.[1]), value, `${file}: ${words.source}`)
  }
})
