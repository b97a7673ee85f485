// Stands for Electron's module in a desktop under plain Node: real processes and a real network behind it, no screen. It tells
// the test what happens, and does what the test orders, over the channel of child_process.fork.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { tmpdir } from 'node:os'

const tell = (what: string, facts: object = {}): void => void process.send?.({ what, ...facts })

type Row = { readonly label?: string; readonly click?: () => void }
type Handler = (event: unknown, given: unknown) => Promise<unknown>
type PageHandler = (request: { url: string; method: string }) => Promise<Response>

const handlers = new Map<string, Handler>()
const windows = new Map<string, BrowserWindow>()
let menu: readonly Row[] = []
let servePage: PageHandler | undefined
let lastId = 0

/** As Electron's: whoever listens to before-quit may prevent it. */
const quit = (): void => {
  const event = { defaultPrevented: false, preventDefault: () => (event.defaultPrevented = true) }
  app.emit('before-quit', event)
  if (event.defaultPrevented) return
  tell('quit')
  process.disconnect()
  process.exit(0)
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  requestSingleInstanceLock: () => true,
  whenReady: () => Promise.resolve(),
  enableSandbox: () => tell('sandbox'),
  commandLine: { appendSwitch: (name: string) => tell('switch', { name }) },
  getLocale: () => 'zh-CN',
  getPath: () => tmpdir(),
  quit,
  exit: (code: number) => process.exit(code),
})

export const dialog = {
  showErrorBox: (title: string, text: string) => tell('error', { title, text }),
  showMessageBox: (given: { message: string }) => {
    tell('dialog', given)
    return Promise.resolve({ response: 1 })
  },
}

export const ipcMain = { handle: (channel: string, handler: Handler) => handlers.set(channel, handler) }

export const Menu = {
  setApplicationMenu: () => undefined,
  buildFromTemplate: (rows: readonly Row[]) => rows,
}

export class Tray extends EventEmitter {
  isDestroyed = (): boolean => false
  setImage = (): void => undefined
  setToolTip = (text: string): void => tell('tip', { text })
  setContextMenu = (rows: readonly Row[]): void => {
    menu = rows
    tell('menu', { labels: rows.flatMap(({ label }) => (label === undefined ? [] : [label])) })
  }
}

export const nativeImage = { createFromBitmap: (bytes: Buffer) => bytes }
export const powerMonitor = new EventEmitter()
export const protocol = { registerSchemesAsPrivileged: (schemes: object) => tell('schemes', { schemes }) }

const display = { id: 1, bounds: { x: 0, y: 0, width: 1280, height: 800 } }
export const screen = Object.assign(new EventEmitter(), {
  getAllDisplays: () => [display],
  getPrimaryDisplay: () => display,
})

const turn = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
export const safeStorage = {
  getSelectedStorageBackend: () => 'gnome_libsecret',
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  encryptStringAsync: (plain: string) => Promise.resolve(turn(Buffer.from(plain))),
  decryptStringAsync: (sealed: Buffer) => Promise.resolve({ result: turn(sealed).toString(), shouldReEncrypt: false }),
}

const nothing = (): void => undefined
export const session = {
  fromPartition: (name: string, options: object) => {
    tell('partition', { name, ...options })
    return Object.assign(new EventEmitter(), {
      setPermissionCheckHandler: nothing,
      setPermissionRequestHandler: nothing,
      setDevicePermissionHandler: nothing,
      setDisplayMediaRequestHandler: nothing,
      setSpellCheckerEnabled: nothing,
      webRequest: { onBeforeRequest: nothing },
      protocol: { handle: (_scheme: string, handler: PageHandler) => (servePage = handler) },
    })
  },
}

export const utilityProcess = {
  fork: (program: string, given: string[], { env }: { env: NodeJS.ProcessEnv }) => {
    const child = fork(program, given, { env, execArgv: process.execArgv, serialization: 'advanced' })
    tell('forked', { pid: child.pid })
    return Object.assign(child, { postMessage: (message: object) => child.send(message, () => undefined) })
  },
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = Object.assign(new EventEmitter(), {
    id: (lastId += 1),
    setWindowOpenHandler: nothing,
    print: (options: object, done: (isPrinted: boolean, reason: string) => void) => {
      tell('print', { options })
      done(true, '')
    },
  })
  url = ''

  constructor() {
    super()
    app.emit('web-contents-created', {}, this.webContents)
  }

  readonly isMinimized = (): boolean => false
  readonly isDestroyed = (): boolean => !windows.has(this.url)
  readonly show = (): void => tell('shown', { url: this.url })
  readonly focus = (): void => tell('focused', { url: this.url })
  readonly destroy = (): void => {
    windows.delete(this.url)
    this.emit('closed')
    tell('closed', { url: this.url })
  }

  readonly loadURL = async (url: string): Promise<void> => {
    this.url = url
    windows.set(url, this)
    const reply = await servePage?.({ url, method: 'GET' })
    this.emit('ready-to-show')
    tell('loaded', { url, status: reply?.status })
  }
}

type Order =
  | { readonly do: 'ask'; readonly page: string; readonly channel: string; readonly given?: unknown }
  | { readonly do: 'click'; readonly label: string }
  | { readonly do: 'start-again' }

process.on('message', (order: Order) => {
  switch (order.do) {
    case 'ask': {
      const url = `app://mip/${order.page}/index.html`
      const event = { sender: { id: windows.get(url)?.webContents.id }, senderFrame: { url, parent: null } }
      const answered = handlers.get(order.channel)?.(event, order.given) ?? Promise.reject(new Error('nobody'))
      answered.then(
        (answer) => tell('answer', { answer }),
        (error: unknown) => tell('answer', { error: String(error) }),
      )
      return
    }
    case 'click':
      menu.find(({ label }) => label === order.label)?.click?.()
      return
    case 'start-again':
      app.emit('second-instance')
  }
})
