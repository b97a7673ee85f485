// Owns whether the system's charset is the one that the library is spoken to in.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { childEnvironment } from '../../core/domain/machine/child-environment.ts'
import { windowsProgram } from '../../core/domain/machine/windows-program.ts'
import { find, type FindingOf } from './tables/check-table.ts'

export type Charsets = { readonly inputCharset: string; readonly outputCharset: string }

const withinMs = 5_000
const codePages: Readonly<Record<string, string>> = { gbk: '936', 'utf-8': '65001' }

/** What `reg query` prints of the ANSI code page; "" when it cannot be asked. */
export type AskRegistry = () => Promise<string>

const askRegistry: AskRegistry = async () => {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage'
  const options = { timeout: withinMs, windowsHide: true, env: childEnvironment(process.env) }
  return promisify(execFile)(windowsProgram('reg.exe', process.env), ['query', key, '/v', 'ACP'], options).then(
    ({ stdout }) => stdout,
    () => '',
  )
}

/** Windows: the ANSI code page, which vendors' libraries take. */
export const lookAtAnsiPage = async (
  { inputCharset, outputCharset }: Charsets,
  ask: AskRegistry = askRegistry,
): Promise<FindingOf<'libraryCodePage'>> => {
  const page = /ACP\s+REG_SZ\s+(\d+)/.exec(await ask())?.[1]
  if (page === undefined) return find('libraryCodePage', 'skipped', '查不到系统代码页')
  const detail = `系统代码页 ${page}, 入参 ${inputCharset}, 出参 ${outputCharset}`
  return find('libraryCodePage', page === codePages[inputCharset] ? 'ok' : 'differs', detail)
}

/** Elsewhere: the locale of this process, which the host inherits; "C" and none say nothing. */
export const lookAtLocale = (
  { inputCharset, outputCharset }: Charsets,
  environment: NodeJS.ProcessEnv = process.env,
): FindingOf<'libraryCodePage'> => {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || 'C'
  const isGbk = /[.](gbk|gb2312|gb18030)/i.test(locale)
  const detail = `系统区域 ${locale.slice(0, 40)}, 入参 ${inputCharset}, 出参 ${outputCharset}`
  const differs = isGbk ? inputCharset !== 'gbk' : inputCharset === 'gbk'
  return find('libraryCodePage', differs ? 'differs' : 'ok', detail)
}

export const lookAtCodePage = (charsets: Charsets): Promise<FindingOf<'libraryCodePage'>> =>
  process.platform === 'win32' ? lookAtAnsiPage(charsets) : Promise.resolve(lookAtLocale(charsets))
