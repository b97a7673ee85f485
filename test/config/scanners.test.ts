// What of the scanners' settings is refused when the agent starts, and what the right ones become.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { scannerSettings } from '../../src/main/wiring/settings-of-config.ts'
import { errorOf, validConfig, writeConfig } from './config-folder.ts'

type Part = Record<string, unknown>

const window = { name: '一号窗口', kind: 'serial', path: 'COM3', role: 'window' }
const kiosk = { name: '自助机', kind: 'hid', role: 'kiosk', vendorId: '1eab', productId: '0C10', serialNumber: 'SN-1' }

const faultsOf = (t: TestContext, scanners: unknown, token: Part = {}): unknown => {
  const draft = validConfig()
  const [first] = draft.api.tokens
  return errorOf(writeConfig(t, { ...draft, api: { tokens: [{ ...first, ...token }] }, scanners })).detail?.['faults']
}

test('scanners of both kinds become what the agent opens, commands as bytes', (t) => {
  const draft = validConfig()
  draft.api.tokens[0] = { ...draft.api.tokens[0], scannerRoles: ['window'] }
  const { config } = loadConfig(writeConfig(t, { ...draft, scanners: [{ ...window, onSuccess: '16540D' }, kiosk] }))
  const [first, second] = (config.scanners ?? []).map(scannerSettings)
  assert.deepEqual(first?.onSuccess, Buffer.from('16540d', 'hex'))
  assert.deepEqual([first.kind, first.name, first.role], ['serial', '一号窗口', 'window'])
  assert.deepEqual([second?.kind, second?.serialNumber, second?.onFailure], ['hid', 'SN-1', undefined])
  assert.deepEqual(config.api.tokens[0]?.scannerRoles, ['window'])
})

test('each kind has settings of its own', (t) => {
  assert.deepEqual(faultsOf(t, [{ name: 'a', kind: 'serial', vendorId: '1eab' }]), [
    'scanners[0].vendorId: kind 为 serial 时不能填写',
    'scanners[0].path: 必填',
  ])
  assert.deepEqual(faultsOf(t, [{ name: 'a', kind: 'hid', path: 'COM3', baudRate: 9600 }]), [
    'scanners[0].path: kind 为 hid 时不能填写',
    'scanners[0].baudRate: kind 为 hid 时不能填写',
  ])
})

test('two scanners that may be one device are refused: one scan would reach two windows', (t) => {
  assert.deepEqual(faultsOf(t, [window, { ...window, name: '二号窗口', path: 'com3' }]), [
    'scanners[1]: 与 一号窗口 可能是同一把扫码枪',
  ])
  const anyHid = { name: '二号窗口', kind: 'hid' }
  assert.deepEqual(faultsOf(t, [kiosk, anyHid]), ['scanners[1]: 与 自助机 可能是同一把扫码枪; 请用 serialNumber 区分'])
  assert.deepEqual(faultsOf(t, [kiosk, { ...anyHid, serialNumber: 'SN-2' }, { ...kiosk, serialNumber: 'SN-3' }]), [
    'scanners[2].name: 名称重复',
  ])
})

test('a token cannot be bound to a role that no scanner has', (t) => {
  assert.deepEqual(faultsOf(t, [window], { scannerRoles: ['window', 'kiosk'] }), [
    'api.tokens[0].scannerRoles: 没有用途为 kiosk 的扫码枪',
  ])
})

test('a command is at most 65 bytes of hex, an id four digits, and there are at most 16 scanners', (t) => {
  for (const [bad, path] of [
    [{ onSuccess: 'ab'.repeat(66) }, 'scanners[0].onSuccess'],
    [{ onFailure: 'abc' }, 'scanners[0].onFailure'],
    [{ onFailure: '' }, 'scanners[0].onFailure'],
  ] as const) {
    const [fault, another] = faultsOf(t, [{ ...window, ...bad }]) as string[]
    assert.ok(fault?.startsWith(`${path} `), fault)
    assert.equal(another, undefined)
  }
  const [fault] = faultsOf(t, [{ ...kiosk, vendorId: '0x1eab' }]) as string[]
  assert.ok(fault?.startsWith('scanners[0].vendorId '), fault)
  const many = Array.from({ length: 17 }, (_, index) => ({ ...window, name: `${index}`, path: `COM${index}` }))
  assert.equal((faultsOf(t, many) as string[]).length, 1)
})
