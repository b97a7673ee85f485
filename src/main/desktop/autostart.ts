// Owns starting the desktop at login: the system's own setting on Windows, a file of the desktop's standard on Linux.
import type { App } from 'electron'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** An argument in a desktop entry's Exec line (Desktop Entry Specification, "The Exec key"). */
const quote = (argument: string): string =>
  `"${argument
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`

/** The entry that starts `program` with `parameters` at login. */
export const desktopEntry = (program: string, parameters: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=mip-agent',
    'Name[zh_CN]=医保移动支付助手',
    `Exec=${[program, ...parameters].map(quote).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')

export type AutostartPlace = {
  readonly platform: NodeJS.Platform
  /** The program as it is started: an AppImage's own path, not the folder it is mounted at. */
  readonly program: string
  readonly arguments: readonly string[]
  /** Linux: the user's configuration folder, e.g. ~/.config. */
  readonly configFolder: string
}

/** Turns it on or off for this user. Throws what the file system says. */
export const setAutostart = (
  on: boolean,
  app: Pick<App, 'setLoginItemSettings'>,
  { platform, program, arguments: args, configFolder }: AutostartPlace,
): void => {
  if (platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on, path: program, args: [...args] })
    return
  }
  const file = join(configFolder, 'autostart', 'mip-agent.desktop')
  if (!on) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, desktopEntry(program, args))
}
