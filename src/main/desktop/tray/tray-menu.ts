// Owns what the tray shows: its line, its menu, and whether the desktop may be left. What a click does is given.
import type { MenuItemConstructorOptions } from 'electron'
import type { PageName } from '../../../contract/desktop/desktop-bridge.ts'
import type { AgentStatus } from '../read-health.ts'
import type { Light } from './worst-light.ts'

export type Language = 'zh' | 'en'

/** Chinese unless the system clearly speaks English. */
export const languageOf = (locale: string): Language => (/^en\b/i.test(locale) ? 'en' : 'zh')

const texts = {
  zh: {
    name: '医保移动支付助手',
    lights: { green: '正常', yellow: '正在启动或有一项未就绪', red: '有故障, 请打开控制台', grey: '没有应答' },
    console: '打开控制台',
    kiosk: '打开自助机',
    retry: '重新启动助手',
    update: '安装更新',
    about: '关于',
    quit: '退出',
  },
  en: {
    name: 'mip-agent',
    lights: {
      green: 'working',
      yellow: 'starting, or one side is not ready',
      red: 'a fault: open the console',
      grey: 'no answer',
    },
    console: 'Open console',
    kiosk: 'Open kiosk',
    retry: 'Start the agent again',
    update: 'Install update',
    about: 'About',
    quit: 'Quit',
  },
} as const

export const trayTip = (light: Light, language: Language): string => {
  const { name, lights } = texts[language]
  return `${name}: ${lights[light]}`
}

export type TrayActions = {
  readonly open: (page: PageName) => void
  readonly retry: () => void
  readonly update: () => void
  readonly about: () => void
  readonly quit: () => void
}

/** `failed`: the agent waits for a person. `readyVersion`: an update that was downloaded and verified. */
export const trayMenu = (
  {
    hasKiosk,
    failed,
    readyVersion,
  }: { readonly hasKiosk: boolean; readonly failed: boolean; readonly readyVersion: string | undefined },
  language: Language,
  actions: TrayActions,
): MenuItemConstructorOptions[] => {
  const text = texts[language]
  const row = (label: string, click: () => void): MenuItemConstructorOptions => ({ label, click })
  return [
    row(text.console, () => actions.open('console')),
    ...(hasKiosk ? [row(text.kiosk, () => actions.open('kiosk'))] : []),
    ...(failed ? [row(text.retry, actions.retry)] : []),
    ...(readyVersion === undefined ? [] : [row(`${text.update} ${readyVersion}`, actions.update)]),
    { type: 'separator' },
    row(text.about, actions.about),
    row(text.quit, actions.quit),
  ]
}

/**
 * Why the desktop may not be left now, or undefined. Only its own agent is asked about: another one goes on by itself. An
 * agent that does not answer is no reason to stay; what it began is in its journal (I4).
 */
export const quitRefusal = (
  { status, kioskIsOpen }: { readonly status: AgentStatus | undefined; readonly kioskIsOpen: boolean },
  language: Language,
): string | undefined => {
  const chinese = language === 'zh'
  if (kioskIsOpen) {
    return chinese
      ? '自助机正在使用, 请先凭工作人员口令退出自助机。'
      : 'The kiosk is open: leave it with the staff key first.'
  }
  const running = status?.runningOperations ?? 0
  if (running === 0) return undefined
  return chinese
    ? `还有 ${running} 笔业务正在办理, 请等它们办完再退出。`
    : `${running} operations are running; quit when they are done.`
}
