// The windows, the kiosk's lock, the tray and starting at login: what each decides.
import assert from 'node:assert/strict'
import type { Display } from 'electron'
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pageNames } from '../../src/contract/desktop/desktop-bridge.ts'
import { loadDesktop } from '../../src/main/config/load-desktop.ts'
import { desktopEntry, setAutostart } from '../../src/main/desktop/autostart.ts'
import { guardKiosk, isKioskKeyAllowed, type KioskWindow } from '../../src/main/desktop/windows/kiosk-guard.ts'
import { bitmapSize, drawLight } from '../../src/main/desktop/tray/light-bitmap.ts'
import { machineConfig, readDesktopArguments } from '../../src/main/desktop/read-arguments.ts'
import { createReceiptPrinter } from '../../src/main/desktop/windows/print-receipt.ts'
import { createStaffKeyCheck, hashStaffKey } from '../../src/main/desktop/staff-key.ts'
import { languageOf, quitRefusal, trayMenu, trayTip } from '../../src/main/desktop/tray/tray-menu.ts'
import { pagesToOpen, secondScreen, windowOptions } from '../../src/main/desktop/windows/window-options.ts'
import { lightOfForeign, lightOfState, lights, worstLight } from '../../src/main/desktop/tray/worst-light.ts'
import { validConfig, writeConfig } from '../config/config-folder.ts'
import { folderFor } from '../support/agents/open-journal.ts'

const bounds = { x: 0, y: 0, width: 1920, height: 1080 }
const staffKey = '工作人员-2026'
const stored = hashStaffKey(staffKey)

describe('a window', () => {
  it('is sandboxed and isolated, without Node, disk or spelling, whichever page it shows', () => {
    for (const page of pageNames) {
      const { webPreferences } = windowOptions(page, { preload: '/p.cjs', isPackaged: true, screen: { bounds } })
      assert.equal(webPreferences?.sandbox, true)
      assert.equal(webPreferences.contextIsolation, true)
      assert.equal(webPreferences.webSecurity, true)
      for (const off of [
        'nodeIntegration',
        'nodeIntegrationInWorker',
        'webviewTag',
        'spellcheck',
        'devTools',
      ] as const) {
        assert.equal(webPreferences[off], false, `${page} ${off}`)
      }
      assert.doesNotMatch(webPreferences.partition ?? 'persist:', /^persist:/)
    }
  })

  it('of the kiosk fills its screen without a frame; the display takes no focus; neither has developer tools', () => {
    const kiosk = windowOptions('kiosk', { preload: '', isPackaged: false, screen: { bounds } })
    assert.equal(kiosk.kiosk, true)
    assert.equal(kiosk.frame, false)
    assert.equal(kiosk.webPreferences?.devTools, false)
    const screen = { bounds: { x: 1920, y: 0, width: 1280, height: 800 } }
    const display = windowOptions('display', { preload: '', isPackaged: true, screen })
    assert.deepEqual([display.x, display.y, display.width, display.height], [1920, 0, 1280, 800])
    assert.equal(display.focusable, false)
  })

  it('opens as configured: the console by default, a kiosk alone, a display only on a second screen', () => {
    assert.deepEqual(pagesToOpen({}, 1), ['console'])
    assert.deepEqual(pagesToOpen({ kiosk: {} }, 1), ['kiosk'])
    assert.deepEqual(pagesToOpen({ kiosk: {}, console: true }, 1), ['kiosk', 'console'])
    assert.deepEqual(pagesToOpen({ display: true }, 1), ['console'])
    assert.deepEqual(pagesToOpen({ display: true }, 2), ['console', 'display'])
    const screens: Pick<Display, 'id' | 'bounds'>[] = [1, 2].map((id) => ({ id, bounds }))
    assert.equal(secondScreen(screens, { id: 2 })?.id, 1)
    assert.equal(secondScreen(screens.slice(0, 1), { id: 1 }), undefined)
  })
})

describe('the kiosk', () => {
  const press = (key: string, held: Partial<Record<'control' | 'alt' | 'meta', true>> = {}) =>
    isKioskKeyAllowed({ key, control: false, alt: false, meta: false, ...held })

  it('lets through what types and moves, also from a scanner', () => {
    for (const key of ['a', 'Z', '7', '=', '测', ' ', 'Enter', 'Tab', 'Backspace', 'ArrowDown', 'Shift']) {
      assert.equal(press(key), true, key)
    }
  })

  it('swallows every shortcut out of it', () => {
    for (const key of [
      'F1',
      'F5',
      'F11',
      'F12',
      'Alt',
      'Meta',
      'ContextMenu',
      'PrintScreen',
      'BrowserBack',
      'LaunchApplication1',
    ]) {
      assert.equal(press(key), false, key)
    }
    for (const key of ['w', 'r', 'R', 'i', 'p', 'n', 't', 'q', 'o', 's', '+', '-', '0', 'Tab', 'F4']) {
      assert.equal(press(key, { control: true }), false, `Ctrl+${key}`)
    }
    for (const key of ['F4', 'Tab', 'ArrowLeft', ' ', 'Home', 'd'])
      assert.equal(press(key, { alt: true }), false, `Alt+${key}`)
    assert.equal(press('d', { meta: true }), false)
  })

  it('does not close, and comes back, until a staff key was given', () => {
    const contents = Object.assign(new EventEmitter(), {
      setVisualZoomLevelLimits: () => Promise.resolve(),
      setZoomFactor: (factor: number) => calls.push(`zoom ${factor}`),
    })
    const calls: string[] = []
    const window = Object.assign(new EventEmitter(), {
      webContents: contents,
      setKiosk: (on: boolean) => calls.push(`kiosk ${String(on)}`),
      restore: () => calls.push('restore'),
      focus: () => calls.push('focus'),
      isDestroyed: () => false,
    })
    let mayClose = false
    guardKiosk(window as unknown as KioskWindow, () => mayClose)
    const prevented = (emitter: EventEmitter, event: string, ...given: unknown[]): boolean => {
      let was = false
      emitter.emit(event, { preventDefault: () => (was = true) }, ...given)
      return was
    }
    assert.equal(prevented(window, 'close'), true)
    assert.equal(prevented(contents, 'before-input-event', { key: 'F4', control: false, alt: true, meta: false }), true)
    assert.equal(
      prevented(contents, 'before-input-event', { key: '6', control: false, alt: false, meta: false }),
      false,
    )
    for (const event of ['minimize', 'leave-full-screen', 'blur']) {
      calls.length = 0
      window.emit(event)
      assert.deepEqual(calls, ['restore', 'kiosk true', 'focus'], event)
    }
    mayClose = true
    assert.equal(prevented(window, 'close'), false)
  })

  it('prints by the named printer alone, one receipt for two presses; silence and a refusal are failures', async () => {
    const asked: object[] = []
    const told: string[] = []
    let answer = (done: (isPrinted: boolean, reason: string) => void): void => {
      done(true, '')
    }
    const contents = {
      print: (options: object, done: (isPrinted: boolean, reason: string) => void) => {
        asked.push(options)
        answer(done)
      },
    }
    const tell = (line: string): void => void told.push(line)
    const print = createReceiptPrinter('ZJ-80', () => contents, tell, 50)
    assert.deepEqual(await Promise.all([print(), print()]), ['printed', 'printed'])
    assert.equal(asked.length, 1)
    assert.match(JSON.stringify(asked[0]), /"silent":true,"deviceName":"ZJ-80"/)
    answer = (done) => done(false, 'Print job failed')
    assert.equal(await print(), 'failed')
    answer = () => {
      throw new TypeError('no such option')
    }
    assert.equal(await print(), 'failed')
    answer = () => undefined
    assert.equal(await print(), 'failed')
    assert.equal(await createReceiptPrinter('ZJ-80', () => undefined, tell)(), 'failed')
    assert.deepEqual(
      told,
      ['Print job failed', 'refused', 'no answer', 'no window'].map((why) => `receipt: ${why}`),
    )
  })

  it('opens to the staff key alone, and to nothing at all for a while after five wrong ones', async () => {
    let nowMs = 0
    const check = createStaffKeyCheck(stored, () => nowMs, { atMostWrong: 5, pauseMs: 1_000 })
    assert.equal(await check(staffKey), 'right')
    for (const wrong of ['', 'x'.repeat(65), 7, { key: staffKey }, `${staffKey} `])
      assert.equal(await check(wrong), 'wrong')
    assert.equal(await check(staffKey), 'wait')
    nowMs = 1_000
    const [first, second] = await Promise.all([check(staffKey), check(staffKey)])
    assert.deepEqual([first, second], ['right', 'wait'])
    assert.doesNotMatch(stored, new RegExp(staffKey))
    assert.throws(() => hashStaffKey('12345'), /6 到 64/)
  })
})

describe('the light of the tray', () => {
  it('is the worst light of the agent, and what it does not know is no all-clear', () => {
    assert.equal(worstLight({ worst: 'ok' }), 'green')
    assert.equal(worstLight({ worst: 'unproven' }), 'yellow')
    assert.equal(worstLight({ worst: 'warning' }), 'yellow')
    assert.equal(worstLight({ worst: 'fault' }), 'red')
    assert.equal(worstLight({ worst: 'later' as 'fault' }), 'red')
    assert.equal(worstLight({}), 'grey')
    assert.equal(worstLight(undefined), 'grey')
  })

  it('tells without an answer what the desktop itself knows', () => {
    assert.equal(lightOfState({ kind: 'failed', lines: [] }), 'red')
    assert.equal(lightOfState({ kind: 'starting' }), 'yellow')
    assert.equal(lightOfState({ kind: 'foreign' }), undefined)
    assert.equal(lightOfForeign(false), 'red')
  })

  it('is drawn as four different pictures', () => {
    const pictures = lights.map((light) => drawLight(light))
    for (const picture of pictures) assert.equal(picture.length, bitmapSize * bitmapSize * 4)
    assert.equal(new Set(pictures.map((picture) => picture.toString('hex'))).size, lights.length)
  })
})

describe('the menu of the tray', () => {
  const nothing = (): void => undefined
  const actions = { open: nothing, retry: nothing, update: nothing, about: nothing, quit: nothing }
  const labels = (...given: Parameters<typeof trayMenu>) =>
    trayMenu(...given).flatMap(({ label }) => (label === undefined ? [] : [label]))

  it('speaks Chinese, and English where the system does', () => {
    const plain = { hasKiosk: true, failed: false, readyVersion: undefined }
    assert.deepEqual(labels(plain, languageOf('zh-CN'), actions), ['打开控制台', '打开自助机', '关于', '退出'])
    assert.deepEqual(labels(plain, languageOf('en-GB'), actions), ['Open console', 'Open kiosk', 'About', 'Quit'])
    assert.equal(languageOf('fr'), 'zh')
    assert.match(trayTip('red', 'zh'), /有故障/)
  })

  it('offers what is there: no kiosk, a failed agent, a waiting update', () => {
    const given = { hasKiosk: false, failed: true, readyVersion: '1.2.3' }
    assert.deepEqual(labels(given, 'zh', actions), ['打开控制台', '重新启动助手', '安装更新 1.2.3', '关于', '退出'])
  })

  it('does not quit while operations run or a kiosk is open; an agent that is silent keeps nobody', () => {
    assert.match(quitRefusal({ status: { runningOperations: 2 }, kioskIsOpen: false }, 'zh') ?? '', /还有 2 笔/)
    assert.match(quitRefusal({ status: { runningOperations: 1 }, kioskIsOpen: false }, 'en') ?? '', /^1 operations/)
    assert.match(quitRefusal({ status: undefined, kioskIsOpen: true }, 'zh') ?? '', /自助机/)
    assert.equal(quitRefusal({ status: { runningOperations: 0, openOrders: 3 }, kioskIsOpen: false }, 'zh'), undefined)
    assert.equal(quitRefusal({ status: undefined, kioskIsOpen: false }, 'zh'), undefined)
  })
})

describe('starting', () => {
  it('reads the configuration rolled out for the machine, or the one that is named, beside switches of Chromium', () => {
    assert.equal(machineConfig('linux', {}), '/etc/mip-agent/agent.json')
    assert.equal(machineConfig('win32', { ProgramData: 'D:\\Data' }), 'D:\\Data\\mip-agent\\agent.json')
    const given = ['--ozone-platform=x11', '--config', '/a.json', '--recover-key=/r.txt', 'file']
    assert.deepEqual(readDesktopArguments(given, 'linux', {}), {
      config: '/a.json',
      isGiven: true,
      recoverFrom: '/r.txt',
      writeRecoveryTo: undefined,
    })
    assert.equal(readDesktopArguments(['--config'], 'linux', {}).isGiven, false)
  })

  it('reads its part of the configuration and names its faults', (t) => {
    const draft = validConfig()
    const desktop = { kiosk: { staffKey: stored }, display: true, autostart: true }
    const path = writeConfig(t, { ...draft, api: { ...draft.api, port: 17_700 }, desktop })
    assert.deepEqual(loadDesktop(path), { port: 17_700, desktop })
    assert.deepEqual(loadDesktop(writeConfig(t, {})), {})
    const wrong = { desktop: { kiosk: { staffKey: 'x' }, tray: true, update: { manifestUrl: 'ftp://a/b.json' } } }
    assert.throws(
      () => loadDesktop(writeConfig(t, wrong)),
      ({ code, detail }: { code: string; detail: { faults: string[] } }) =>
        code === 'CONFIG_INVALID' &&
        ['staffKey', 'tray', 'manifestUrl', 'publicKey'].every((name) => detail.faults.join().includes(name)),
    )
  })

  it('at login is a file of the desktop standard on Linux, the system setting on Windows, and can be taken back', (t) => {
    const configFolder = folderFor(t)
    const file = join(configFolder, 'autostart/mip-agent.desktop')
    const asked: unknown[] = []
    const app = { setLoginItemSettings: (settings: unknown) => asked.push(settings) }
    const place = { program: '/opt/医保 $HOME/mip"agent', arguments: ['--config', '/etc/100%.json'], configFolder }
    setAutostart(true, app, { ...place, platform: 'linux' })
    const entry = readFileSync(file, 'utf8')
    assert.equal(entry, desktopEntry(place.program, place.arguments))
    assert.match(entry, /^Exec="\/opt\/医保 \\\\\$HOME\/mip\\\\"agent" "--config" "\/etc\/100%%\.json"$/m)
    setAutostart(false, app, { ...place, platform: 'linux' })
    assert.equal(existsSync(file), false)
    assert.deepEqual(asked, [])
    setAutostart(true, app, { ...place, platform: 'win32' })
    assert.deepEqual(asked, [{ openAtLogin: true, path: place.program, args: place.arguments }])
  })
})
