// The serial scanner over a real pseudo-terminal.
import assert from 'node:assert/strict'
import { settingDefaults } from '../../src/main/config/schema/setting-defaults.ts'
import { EventEmitter, once } from 'node:events'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { openScanner as openAnyScanner, systemDevices } from '../../src/main/scanner/open-scanner.ts'
import type { ListPorts } from '../../src/main/scanner/serial-line.ts'
import { openPty, skipWithoutSocat } from '../support/devices/pty.ts'

const codeA = '2801000000000000000000000011'
const codeB = '2801000000000000000000000022'
const never = new AbortController().signal

type Settings = {
  readonly idleFlushMs?: number
  readonly doubleScanMs?: number
  readonly serialNumber?: string
  readonly onSuccess?: Uint8Array
  readonly onFailure?: Uint8Array
}

/** A scanner that is closed when the test ends, with its news as events `unclaimed` (masked) and `status`. */
const openScanner = (context: TestContext, path: string, settings: Settings = {}, listPorts?: ListPorts) => {
  const news = new EventEmitter()
  const scanner = openAnyScanner(
    {
      ...settingDefaults.scanners,
      kind: 'serial',
      name: '一号窗口',
      path,
      reopenFirstMs: 10,
      reopenMostMs: 40,
      ...settings,
    },
    {
      onUnclaimedScan: (masked) => news.emit('unclaimed', masked),
      onStatusChange: () => news.emit('status'),
      log: () => undefined,
    },
    listPorts === undefined ? systemDevices : { ...systemDevices, listPorts },
  )
  context.after(() => scanner.close())
  const nextScan = (waitMs = 5_000, signal = never) => scanner.nextScan({ waitMs, signal })
  const becomes = async (state: 'open' | 'closed') => {
    while (scanner.status().state !== state) await once(news, 'status')
  }
  return { scanner, news, nextScan, becomes }
}

const hasCode = (code: string) => (error: unknown) => error instanceof AgentError && error.code === code

if (skipWithoutSocat !== false) console.error(`跳过扫码枪测试: ${skipWithoutSocat}`)

suite('serial scanner', { skip: skipWithoutSocat }, () => {
  test('a code that arrives byte by byte is delivered whole', async (t) => {
    const pty = await openPty(t)
    // However long one of them takes: what silence does is shown below.
    const { nextScan, becomes } = openScanner(t, pty.path, { idleFlushMs: 60_000 })
    await becomes('open')
    const scan = nextScan()
    for (const character of `${codeA}\r`) {
      pty.type(character)
      await new Promise(setImmediate)
    }
    assert.equal(await scan, codeA)
  })

  test('a code with its terminator does not wait for silence', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path, { idleFlushMs: 60_000 })
    await becomes('open')
    // Waits for less than that silence.
    const scan = nextScan(30_000)
    pty.type(`${codeA}\r`)
    assert.equal(await scan, codeA)
  })

  test('a code without terminator is delivered after the silence', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path, { idleFlushMs: 50 })
    await becomes('open')
    const scan = nextScan()
    pty.type(codeA)
    assert.equal(await scan, codeA)
  })

  test('of several codes in one write the waiting decode gets the first, the others are announced masked', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes, news } = openScanner(t, pty.path)
    await becomes('open')
    const unclaimed = once(news, 'unclaimed')
    const scan = nextScan()
    pty.type(`${codeA}\r\n${codeB}\r\n`)
    assert.equal(await scan, codeA)
    assert.deepEqual(await unclaimed, ['28****22 (28)'])
  })

  test('a scan with nobody waiting is announced masked and is not kept for the next patient', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes, news } = openScanner(t, pty.path)
    await becomes('open')
    const unclaimed = once(news, 'unclaimed')
    pty.type(`${codeA}\r`)
    assert.deepEqual(await unclaimed, ['28****11 (28)'])
    await assert.rejects(nextScan(100), hasCode('SCAN_TIMEOUT'))
  })

  test('the same code twice in a moment is one scan, even for a decode that already waits', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path, { doubleScanMs: 60_000 })
    await becomes('open')
    const first = nextScan()
    pty.type(`${codeA}\r`)
    assert.equal(await first, codeA)
    const second = nextScan()
    pty.type(`${codeA}\r${codeB}\r`)
    assert.equal(await second, codeB)
  })

  test('a scanner that repeats while it sees a code does not give it to the next patient, however long that lasts', async (t) => {
    const pty = await openPty(t)
    const doubleScanMs = 1_500
    const { nextScan, becomes } = openScanner(t, pty.path, { doubleScanMs })
    await becomes('open')
    const first = nextScan()
    pty.type(`${codeA}\r`)
    assert.equal(await first, codeA)
    const startedMs = performance.now()
    while (performance.now() - startedMs < 2 * doubleScanMs) {
      // Another code in its sight now and then, too.
      pty.type(`${codeA}\r${codeB}\r`)
      await wait(200)
    }
    const next = nextScan(60_000)
    pty.type(`${codeA}\r`)
    pty.type(`${codeB}\r`)
    assert.equal(await next, codeB)
  })

  test('a code that pauses is not delivered in half once the line is known to end its codes', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path, { idleFlushMs: 50 })
    await becomes('open')
    for (const code of [codeA, codeB]) {
      const scan = nextScan(30_000)
      pty.type(code.slice(0, 9))
      await wait(500)
      pty.type(`${code.slice(9)}\r`)
      assert.equal(await scan, code)
    }
  })

  test('half a code whose end never comes is no code, and does not prefix the next', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path, { idleFlushMs: 50 })
    await becomes('open')
    const first = nextScan()
    pty.type(`${codeA}\r`)
    assert.equal(await first, codeA)
    const scan = nextScan(30_000)
    pty.type(codeA.slice(0, 9))
    await wait(3_500)
    pty.type(`${codeB}\r`)
    assert.equal(await scan, codeB)
  })

  test('a code that nobody took may be scanned again at once', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes, news } = openScanner(t, pty.path, { doubleScanMs: 60_000 })
    await becomes('open')
    const unclaimed = once(news, 'unclaimed')
    pty.type(`${codeA}\r`)
    await unclaimed
    const scan = nextScan()
    pty.type(`${codeA}\r`)
    assert.equal(await scan, codeA)
  })

  test('an unplug fails the waiting decode, discards the half code, and the port opens again by itself', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes, scanner } = openScanner(t, pty.path, { idleFlushMs: 60_000 })
    await becomes('open')
    const first = nextScan()
    pty.type(`${codeA}\r2801HALF`)
    assert.equal(await first, codeA)
    const second = assert.rejects(nextScan(), hasCode('SCANNER_UNAVAILABLE'))
    await pty.unplug()
    await second
    await becomes('closed')
    assert.match(scanner.status().reason ?? '', /找不到串口|已断开/)

    await pty.plugIn()
    await becomes('open')
    const third = nextScan()
    pty.type(`${codeB}\r`)
    assert.equal(await third, codeB)
  })

  test('while the scanner is missing a decode is refused at once, with the reason', async (t) => {
    const { nextScan, becomes } = openScanner(t, '/dev/mip-no-such-port')
    await assert.rejects(nextScan(), hasCode('SCANNER_UNAVAILABLE'))
    await becomes('closed')
    await assert.rejects(nextScan(), /扫码枪未连接: 找不到串口 \/dev\/mip-no-such-port/)
  })

  test('a second port on the same line is refused: the lock stays on', async (t) => {
    const pty = await openPty(t)
    await openScanner(t, pty.path).becomes('open')
    const second = openScanner(t, pty.path)
    await once(second.news, 'status')
    assert.match(second.scanner.status().reason ?? '', /被其他程序占用/)
  })

  test('waiting ends in time, and the next wait works', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path)
    await becomes('open')
    await assert.rejects(nextScan(30), hasCode('SCAN_TIMEOUT'))
    const scan = nextScan()
    pty.type(`${codeA}\r`)
    assert.equal(await scan, codeA)
  })

  test('an aborted wait ends at once, and its scan goes to nobody', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes, news } = openScanner(t, pty.path)
    await becomes('open')
    const cancel = new AbortController()
    const scan = assert.rejects(nextScan(5_000, cancel.signal), hasCode('DECODE_CANCELLED'))
    cancel.abort()
    await scan
    await assert.rejects(nextScan(5_000, cancel.signal), hasCode('DECODE_CANCELLED'))
    const unclaimed = once(news, 'unclaimed')
    pty.type(`${codeA}\r`)
    assert.deepEqual(await unclaimed, ['28****11 (28)'])
  })

  test('a second decode on the same scanner is refused while the first waits', async (t) => {
    const pty = await openPty(t)
    const { nextScan, becomes } = openScanner(t, pty.path)
    await becomes('open')
    const first = nextScan()
    await assert.rejects(nextScan(), hasCode('DECODE_BUSY'))
    pty.type(`${codeA}\r`)
    assert.equal(await first, codeA)
  })

  test('the serial number that the system knows of the port is in the status', async (t) => {
    const pty = await openPty(t)
    const listed: ListPorts = async () => [
      { path: '/dev/other', serialNumber: 'SN-9' },
      { path: pty.path, serialNumber: ' SN-1 ' },
    ]
    const { scanner, becomes } = openScanner(t, pty.path, {}, listed)
    await becomes('open')
    // It is looked up beside the work.
    while (scanner.status().serialNumber === '') await new Promise(setImmediate)
    assert.equal(scanner.status().serialNumber, 'SN-1')
  })

  test('a system that cannot list its ports costs the serial number and nothing else', async (t) => {
    const pty = await openPty(t)
    const { scanner, nextScan, becomes } = openScanner(t, pty.path, {}, () =>
      Promise.reject(new Error('spawn udevadm')),
    )
    await becomes('open')
    const scan = nextScan()
    pty.type(`${codeA}\r`)
    assert.equal(await scan, codeA)
    assert.equal(scanner.status().serialNumber, '')
  })

  test('a device with another serial number than the registered is refused until the right one is there', async (t) => {
    const pty = await openPty(t)
    let there = 'SN-2'
    const listed: ListPorts = async () => [{ path: pty.path, serialNumber: there }]
    const { scanner, nextScan, becomes, news } = openScanner(t, pty.path, { serialNumber: 'SN-1' }, listed)
    await once(news, 'status')
    assert.equal(scanner.status().code, 'SCANNER_NOT_ADMITTED')
    assert.match(scanner.status().reason ?? '', /配置的是 SN-1, 接入的是 SN-2/)
    await assert.rejects(nextScan(), hasCode('SCANNER_NOT_ADMITTED'))
    there = 'SN-1'
    await becomes('open')
    assert.deepEqual(scanner.status(), {
      name: '一号窗口',
      kind: 'serial',
      role: '',
      state: 'open',
      serialNumber: 'SN-1',
      waiting: false,
    })
  })

  test('a success and a failure are signalled with the configured bytes', async (t) => {
    const pty = await openPty(t)
    const settings = { onSuccess: Buffer.from('16540d', 'hex'), onFailure: Buffer.from('07', 'hex') }
    const { scanner, becomes } = openScanner(t, pty.path, settings)
    await becomes('open')
    scanner.signal('success')
    assert.equal((await pty.read(3)).toString('hex'), '16540d')
    scanner.signal('failure')
    assert.equal((await pty.read(1)).toString('hex'), '07')
  })

  test('closing fails the waiting decode and frees the port, also while it is being opened', async (t) => {
    const pty = await openPty(t)
    const first = openScanner(t, pty.path)
    const scan = assert.rejects(first.nextScan(), hasCode('SCANNER_UNAVAILABLE'))
    await first.scanner.close()
    await scan
    // socat may end its line when the last reader leaves.
    await pty.plugIn()
    const second = openScanner(t, pty.path)
    await second.becomes('open')
  })
})
