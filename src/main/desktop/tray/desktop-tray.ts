// Owns the tray: asks the agent every few seconds and shows the worst light and the menu. What they are is worst-light.ts and
// tray-menu.ts.
import { Menu, nativeImage, Tray } from 'electron'
import type { AgentState } from '../agent-keeper.ts'
import { bitmapSize, drawLight } from './light-bitmap.ts'
import type { AgentStatus } from '../read-health.ts'
import { trayMenu, trayTip, type Language, type TrayActions } from './tray-menu.ts'
import { lightOfForeign, lightOfState, worstLight, type Light } from './worst-light.ts'

const everyMs = 5_000

export type TrayOptions = {
  readonly language: Language
  readonly hasKiosk: boolean
  readonly actions: TrayActions
  readonly state: () => AgentState
  readonly readStatus: () => Promise<AgentStatus | undefined>
  readonly isAnswering: () => Promise<boolean>
  /** The version that waits to be installed. */
  readonly readyVersion: () => string | undefined
}

const pictureOf = (light: Light) =>
  nativeImage.createFromBitmap(drawLight(light), { width: bitmapSize, height: bitmapSize, scaleFactor: 2 })

/** Returns a function that shows what has changed at once. */
export const showTray = (options: TrayOptions): (() => void) => {
  const { language } = options
  const tray = new Tray(pictureOf('grey'))
  tray.on('click', () => options.actions.open(options.hasKiosk ? 'kiosk' : 'console'))
  let shown = ''
  const show = async (): Promise<void> => {
    const state = options.state()
    const light =
      lightOfState(state) ??
      (state.kind === 'foreign' ? lightOfForeign(await options.isAnswering()) : worstLight(await options.readStatus()))
    const failed = state.kind === 'failed'
    const readyVersion = options.readyVersion()
    const next = `${light} ${String(failed)} ${readyVersion ?? ''}`
    if (next === shown || tray.isDestroyed()) return
    shown = next
    tray.setImage(pictureOf(light))
    tray.setToolTip(trayTip(light, language))
    const menu = trayMenu({ hasKiosk: options.hasKiosk, failed, readyVersion }, language, options.actions)
    tray.setContextMenu(Menu.buildFromTemplate(menu))
  }
  setInterval(() => void show(), everyMs)
  void show()
  return () => void show()
}
