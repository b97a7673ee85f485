// Owns where Electron's binary is, if it is: the package alone brings none, and asking it would start a download.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The path of the program, as Electron's own package finds it; undefined when it was not fetched. */
export const findElectron = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
  folder = join(import.meta.dirname, '../node_modules/electron'),
): string | undefined => {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile)
    ? readFileSync(pathFile, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron'
  const program = join(environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name)
  return existsSync(program) ? program : undefined
}
