// Owns a site for doctor's tests: a library, a data folder and a configuration in a fresh folder, to be spoilt, and doctor run on
// it as the engineer runs it, as a program.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { DoctorCheck, DoctorReport } from '../../src/contract/local-api/doctor.ts'
import { makeFolder, validConfig, type Draft } from '../config/config-folder.ts'
import { skipWithoutOtherUser } from '../support/agents/other-user.ts'
import { compiledLibrary } from '../support/devices/simulated-library.ts'
import { testChannel } from '../support/agents/test-center.ts'

export const skipWithoutLibrary = { skip: compiledLibrary().skip }

export type Site = {
  readonly folder: string
  readonly dataDir: string
  readonly libraryFolder: string
  readonly library: string
  readonly config: string
}

/** Everything in order, but for a center that nobody listens for. `spoil` changes the configuration. */
export const makeSite = (t: TestContext, spoil: (draft: Draft) => void = () => undefined): Site => {
  const folder = makeFolder(t)
  const [dataDir, libraryFolder] = [join(folder, 'data'), join(folder, 'vendor')]
  mkdirSync(dataDir, { mode: 0o700 })
  mkdirSync(libraryFolder, { mode: 0o755 })
  const library = join(libraryFolder, 'libNationECCode.so')
  copyFileSync(compiledLibrary().path ?? assert.fail('no library'), library)
  const draft = validConfig()
  Object.assign(draft, { dataDir })
  // Nobody listens on port 1 of a test's machine.
  Object.assign(draft.center, { baseUrl: 'http://127.0.0.1:1', allowPlainHttp: true })
  // Below those that the system gives to whoever asks for any.
  Object.assign(draft.api, { port: 1_024 + (process.pid % 30_000) })
  draft.voucher['library'] = library
  spoil(draft)
  const config = join(folder, 'agent.json')
  writeFileSync(config, JSON.stringify(draft), { mode: 0o600 })
  return { folder, dataDir, libraryFolder, library, config }
}

/** The same with the keys of the test channel, for a center that listens. */
export const makeSiteAt = (t: TestContext, baseUrl: string): Site => {
  const { appId, appSecret, centerPublicKey, privateKey } = testChannel
  const site = makeSite(t, (draft) => {
    delete draft.center['publicKey']
    const key = Buffer.from(centerPublicKey).toString('base64')
    Object.assign(draft.center, { appId, centerPublicKey: key, baseUrl })
  })
  writeFileSync(join(site.folder, 'secret'), appSecret, { mode: 0o600 })
  writeFileSync(join(site.folder, 'key'), Buffer.from(privateKey).toString('base64'), { mode: 0o600 })
  return site
}

export type Ran = {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
  readonly report: DoctorReport
  readonly check: (id: string) => DoctorCheck
}

type RunOptions = { readonly environment?: NodeJS.ProcessEnv; readonly node?: readonly string[]; readonly uid?: number }

const runProgram = async (flags: readonly string[], { environment, node = [], uid }: RunOptions) => {
  const child = spawn(process.execPath, [...node, 'src/main/programs/start.ts', 'doctor', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // As an administrator in China has it; a test runner's own settings stay out.
    env: { ...process.env, TZ: 'Asia/Shanghai', LANG: 'C.UTF-8', NODE_OPTIONS: '', ...environment },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (part: Buffer) => (out += part.toString()))
  child.stderr.on('data', (part: Buffer) => (err += part.toString()))
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { exitCode, out, err }
}

/** Runs it to its end, with text for people. */
export const runForPeople = (...flags: readonly string[]) => runProgram(flags, {})

/** Runs it to its end with `--json`. */
export const runDoctor = async (flags: readonly string[], options: RunOptions = {}): Promise<Ran> => {
  const ended = await runProgram([...flags, '--json'], options)
  assert.match(ended.out, /^\{/, ended.err)
  const report = JSON.parse(ended.out) as DoctorReport
  const check = (id: string): DoctorCheck => report.checks.find((one) => one.id === id) ?? assert.fail(`no check ${id}`)
  return { ...ended, report, check }
}

/** A check's result, and that it is told as it must be: what is wrong has a remedy in both languages and somebody to call. */
export const assertResult = ({ check }: Pick<Ran, 'check'>, id: string, expected: string, detail = /(?:)/): void => {
  const { state, result, remedy, remedyEn, call, detail: seen } = check(id)
  assert.equal(`${state}: ${result}`, expected, seen)
  assert.match(seen, detail)
  const isWrong = state === 'warning' || state === 'fault'
  if (isWrong) assert.match(remedy, /\p{Script=Han}/u)
  if (isWrong) assert.match(remedyEn, /^[ -~]+$/)
  if (isWrong) assert.notEqual(call, '')
}

/** Gives a site to a user who is nobody, so that rights mean something also where tests run as root. */
export const nobody = skipWithoutOtherUser === false ? 65_534 : undefined
export const giveToNobody = (path: string): void => {
  if (nobody === undefined) return
  chownSync(path, nobody, nobody)
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) giveToNobody(join(path, name))
}
