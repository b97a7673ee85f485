// The USB-HID POS scanner over a fake device: choosing it, its scans, unplugging, what it is told.
import assert from 'node:assert/strict'
import { settingDefaults } from '../../src/main/config/schema/setting-defaults.ts'
import { spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import type { LoadHidLibrary } from '../../src/main/scanner/hid-library.ts'
import { probeHid } from '../../src/main/scanner/probe-hid.ts'
import { openScanner, systemDevices, type ScannerSettings } from '../../src/main/scanner/open-scanner.ts'
import { createFakeHid, reportsOf } from '../support/devices/fake-hid.ts'

const codeA = '2801000000000000000000000011'
const codeB = `2801${'0'.repeat(100)}22`
const never = new AbortController().signal
const hasCode = (code: string) => (error: unknown) => error instanceof AgentError && error.code === code

type Settings = Partial<Extract<ScannerSettings, { kind: 'hid' }>>

/** A scanner that is closed when the test ends, with its news as events `unclaimed`, `status`, and what it logs by its name. */
const open = (context: TestContext, loadHid: LoadHidLibrary, settings: Settings = {}) => {
  const news = new EventEmitter()
  const scanner = openScanner(
    { ...settingDefaults.scanners, kind: 'hid', name: '自助机', reopenFirstMs: 5, reopenMostMs: 20, ...settings },
    {
      onUnclaimedScan: (masked) => news.emit('unclaimed', masked),
      onStatusChange: () => news.emit('status'),
      log: (_level, event, fields) => news.emit(event, fields),
    },
    { ...systemDevices, loadHid },
  )
  context.after(() => scanner.close())
  const becomes = async (state: 'open' | 'closed') => {
    while (scanner.status().state !== state) await once(news, 'status')
  }
  const reasonIs = async (reason: RegExp) => {
    while (!reason.test(scanner.status().reason ?? '')) await once(news, 'status')
  }
  const nextScan = (waitMs = 5_000) => scanner.nextScan({ waitMs, signal: never })
  return { scanner, news, becomes, reasonIs, nextScan }
}

test('a waiting decode gets a scan of one report, the next one of several', async (t) => {
  const hid = createFakeHid()
  const device = hid.plugIn()
  const { nextScan, becomes } = open(t, hid.load)
  await becomes('open')
  for (const code of [codeA, codeB]) {
    const scan = nextScan()
    device.scan(code)
    assert.equal(await scan, code)
  }
})

test('a scan with nobody waiting is announced masked and dropped; two decodes at once are one too many', async (t) => {
  const hid = createFakeHid()
  const device = hid.plugIn()
  const { nextScan, becomes, news } = open(t, hid.load)
  await becomes('open')
  const unclaimed = once(news, 'unclaimed')
  device.scan(codeA)
  assert.deepEqual(await unclaimed, ['28****11 (28)'])
  const first = nextScan(50)
  await assert.rejects(nextScan(), hasCode('DECODE_BUSY'))
  await assert.rejects(first, hasCode('SCAN_TIMEOUT'))
})

test('the same code twice in a moment is one scan', async (t) => {
  const hid = createFakeHid()
  const device = hid.plugIn()
  const { nextScan, becomes } = open(t, hid.load, { doubleScanMs: 60_000 })
  await becomes('open')
  const first = nextScan()
  device.scan(codeA)
  assert.equal(await first, codeA)
  const second = nextScan()
  device.scan(codeA)
  device.scan(codeB)
  assert.equal(await second, codeB)
})

test('a code whose rest does not come is dropped, said in the log, and does not prefix the next', async (t) => {
  const hid = createFakeHid()
  const device = hid.plugIn()
  const { nextScan, becomes, news } = open(t, hid.load, { continueWithinMs: 20 })
  await becomes('open')
  const scan = nextScan()
  const logged = once(news, 'scanner.unreadable')
  device.report(reportsOf(codeB)[0] ?? new Uint8Array())
  assert.deepEqual(await logged, [{ scanner: '自助机', reason: 'the rest of a code did not come' }])
  device.scan(codeA)
  assert.equal(await scan, codeA)
})

test('an unplug fails the waiting decode, and the device works again once it is plugged in', async (t) => {
  const hid = createFakeHid()
  const device = hid.plugIn()
  const { nextScan, becomes, reasonIs } = open(t, hid.load)
  await becomes('open')
  device.report(reportsOf(codeB)[0] ?? new Uint8Array())
  const scan = assert.rejects(nextScan(), hasCode('SCANNER_UNAVAILABLE'))
  device.unplug()
  await scan
  await reasonIs(/找不到 HID POS 扫码枪/)
  const again = hid.plugIn()
  await becomes('open')
  const next = nextScan()
  again.scan(codeA)
  assert.equal(await next, codeA)
})

test('vendor and product choose the device, and one that works as a keyboard is named as such', async (t) => {
  const hid = createFakeHid()
  hid.plugIn({ vendorId: 0x0c2e })
  const keyboard = hid.plugIn({ vendorId: 0x1eab, productId: 0x0c10, usagePage: 1 })
  const { scanner, becomes, reasonIs } = open(t, hid.load, { vendorId: '1EAB', productId: '0c10' })
  await reasonIs(/不在 HID POS 模式/)
  keyboard.unplug()
  await reasonIs(/找不到 HID POS 扫码枪 \(1EAB:0c10\)/)
  hid.plugIn({ serialNumber: 'SN-7' })
  await becomes('open')
  assert.equal(scanner.status().serialNumber, 'SN-7')
})

test('of two equal devices none is guessed; the configured serial number decides', async (t) => {
  const hid = createFakeHid()
  hid.plugIn({ serialNumber: 'SN-A' })
  hid.plugIn({ serialNumber: 'SN-B' })
  await open(t, hid.load).reasonIs(/接入了 2 把相同的扫码枪/)
  const chosen = open(t, hid.load, { serialNumber: 'SN-B' })
  await chosen.becomes('open')
  assert.equal(chosen.scanner.status().serialNumber, 'SN-B')
})

test('a device that has several uses in the list is one device', async (t) => {
  const hid = createFakeHid()
  const { entry } = hid.plugIn({ serialNumber: 'SN-A' })
  const load: LoadHidLibrary = async () => {
    const library = await hid.load()
    return { ...library, list: async () => [entry, { ...entry, usagePage: 0xff01 }, entry] }
  }
  await open(t, load).becomes('open')
})

test('another device than the registered is refused with a code of its own, and so is one without a number', async (t) => {
  const hid = createFakeHid()
  const wrong = hid.plugIn({ serialNumber: 'SN-B' })
  const { scanner, nextScan, reasonIs } = open(t, hid.load, { serialNumber: 'SN-A' })
  await reasonIs(/配置的是 SN-A, 接入的是 SN-B/)
  assert.equal(scanner.status().code, 'SCANNER_NOT_ADMITTED')
  await assert.rejects(nextScan(), hasCode('SCANNER_NOT_ADMITTED'))
  wrong.unplug()
  hid.plugIn({ serialNumber: undefined })
  await reasonIs(/设备没有报告序列号/)
})

test('a command that the device does not take holds up no scan, and others do not pile up behind it', async (t) => {
  const hid = createFakeHid()
  const device = hid.plugIn()
  const { scanner, nextScan, becomes } = open(t, hid.load, { onSuccess: Buffer.from('fd0107', 'hex') })
  await becomes('open')
  scanner.signal('failure')
  scanner.signal('success')
  await new Promise(setImmediate)
  device.jam()
  for (let count = 0; count < 5; count++) scanner.signal('success')
  assert.deepEqual(
    device.written.map((report) => report.toString('hex')),
    ['fd0107', 'fd0107'],
  )
  const scan = nextScan()
  device.scan(codeA)
  assert.equal(await scan, codeA)
})

test('a command that fails is a line in the log', async (t) => {
  const hid = createFakeHid()
  hid.plugIn()
  const load: LoadHidLibrary = async () => {
    const library = await hid.load()
    const failing = () => Promise.reject(new Error('cannot write'))
    return { ...library, open: async (path) => ({ ...(await library.open(path)), write: failing }) }
  }
  const { scanner, becomes, news } = open(t, load, { onFailure: Buffer.from('fd', 'hex') })
  await becomes('open')
  const logged = once(news, 'scanner.signal')
  scanner.signal('failure')
  assert.deepEqual(await logged, [{ scanner: '自助机', result: 'failure', error: 'not-sent' }])
})

test('a device that does not answer is reported as stuck and used when it comes after all', async (t) => {
  const hid = createFakeHid()
  hid.plugIn()
  let answer: () => void = () => undefined
  const answered = new Promise<void>((resolve) => (answer = resolve))
  const load: LoadHidLibrary = async () => {
    const library = await hid.load()
    return { ...library, list: () => answered.then(() => library.list()) }
  }
  const { becomes, reasonIs } = open(t, load, { openWithinMs: 20 })
  await reasonIs(/没有响应/)
  assert.equal(hid.loads(), 1)
  answer()
  await becomes('open')
})

test('what cannot be loaded is a reason in the status, and scanning works once it can', async (t) => {
  const hid = createFakeHid()
  hid.plugIn()
  let broken = true
  const load: LoadHidLibrary = () =>
    broken ? Promise.reject(new Error('libudev.so.1: cannot open shared object file')) : hid.load()
  const { becomes, reasonIs, nextScan } = open(t, load)
  await reasonIs(/libudev/)
  await assert.rejects(nextScan(), /扫码枪未连接: libudev/)
  broken = false
  await becomes('open')
})

test('node-hid itself is loaded for a HID scanner only, and where its native part cannot be, the status says why', () => {
  const program = (settings: object, before: string): string => `
    ${before}
    import { openScanner } from './src/main/scanner/open-scanner.ts'
    import { createRequire } from 'node:module'
    const done = Promise.withResolvers()
    const scanner = openScanner(${JSON.stringify({ ...settingDefaults.scanners, ...settings })},
      { onUnclaimedScan: () => {}, log: () => {}, onStatusChange: done.resolve })
    await done.promise
    const loaded = Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('node-hid'))
    console.log(JSON.stringify({ loaded, reason: scanner.status().reason }))
    await scanner.close()`
  const run = (settings: object, before = ''): { loaded: boolean; reason: string } => {
    const args = ['--input-type=module-typescript', '--eval', program(settings, before)]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 })
    assert.notEqual(stdout, '', stderr)
    return JSON.parse(stdout) as { loaded: boolean; reason: string }
  }
  const serial = run({ kind: 'serial', name: 'a', path: '/dev/mip-no-such-port' })
  assert.deepEqual(serial, { loaded: false, reason: '找不到串口 /dev/mip-no-such-port' })
  const hid = run({ kind: 'hid', name: 'a', vendorId: 'ffff', productId: 'fffe' })
  assert.equal(hid.loaded, true)
  assert.match(hid.reason, /找不到 HID POS 扫码枪 \(ffff:fffe\)|本机无法加载 HID 组件|无法列出 HID 设备/)
  const withoutLibrary = "process.dlopen = () => { throw new Error('libudev.so.1: cannot open shared object file') }"
  const broken = run({ kind: 'hid', name: 'a' }, withoutLibrary)
  assert.match(broken.reason, /本机无法加载 HID 组件 \(libudev\.so\.1: .*\); 可改用 USB 串口/)
})

test('a look from outside says which device is there, missing or another one, and opens none', async () => {
  const hid = createFakeHid()
  assert.equal((await probeHid({}, hid.load)).state, 'missing')
  hid.plugIn({ serialNumber: 'SN-1' })
  assert.deepEqual(await probeHid({}, hid.load), { state: 'free', detail: 'SN-1' })
  const other = await probeHid({ serialNumber: 'SN-2' }, hid.load)
  assert.equal(other.state, 'notAdmitted')
  assert.match(other.detail, /SN-2.*SN-1/)
  const broken = await probeHid({}, () => Promise.reject(new Error('no libusb')))
  assert.deepEqual(broken, { state: 'failed', detail: 'no libusb' })
})
