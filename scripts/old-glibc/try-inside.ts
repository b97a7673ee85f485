// Runs inside the Debian folder: uses every native binary of the packages once, and says what it saw. It ends with an error when one does
// not load or answers otherwise. Its argument is the folder of the binaries.
import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import koffi from 'koffi'
import { devices } from 'node-hid'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import type { Readable } from 'node:stream'
import { simulatedLibrary } from './compile.ts'
import { makeFunctionArgument } from '../../src/contract/host/host-function.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { createFrameDecoder } from '../../src/main/voucher/hosts/framing.ts'

const [binaries = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'mip-old-glibc-'))

const say = (what: string, seen: unknown): void => console.log(`  ${what}: ${JSON.stringify(seen)}`)

const tryDatabase = (): void => {
  const path = join(folder, 'try.db')
  const database = new Sqlite(path)
  assert.equal(database.pragma('journal_mode = WAL', { simple: true }), 'wal')
  database.exec('CREATE TABLE tried (what TEXT) STRICT')
  database.prepare('INSERT INTO tried VALUES (?)').run('测试甲')
  const again = new Sqlite(path, { readonly: true })
  const row = again
    .prepare('SELECT what, log2(8) AS log2, exp(0) AS exp, pow(2, 10) AS pow, ln(1) AS ln FROM tried')
    .get()
  assert.deepEqual(row, { what: '测试甲', log2: 3, exp: 1, pow: 1024, ln: 0 })
  say('better_sqlite3.node', [again.prepare('SELECT sqlite_version() AS sqlite').get(), 'wal', row])
  again.close()
  assert.equal(database.pragma('integrity_check', { simple: true }), 'ok')
  database.close()
}

const tryJournal = (): void => {
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  const clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }
  for (const time of ['first', 'second']) {
    openJournal(data, 'test', clock).close()
    say('journal', `opened and closed, ${time} time`)
  }
}

const tryHost = async (): Promise<void> => {
  const argument = makeFunctionArgument({
    name: 'NationEcTrans',
    parameters: ['text', 'text', 'buffer'],
    returns: 'int',
  })
  const host = spawn(join(binaries, 'decoder-host'), [join(binaries, simulatedLibrary.file), argument], {
    stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
  })
  const ended = once(host, 'close')
  const decoder = createFrameDecoder()
  const frames: unknown[] = []
  for await (const chunk of host.stdio[3] as Readable) {
    frames.push(...decoder.push(chunk as Buffer))
    if (frames.length > 0) host.stdin?.end()
  }
  assert.deepEqual(await ended, [0, null])
  assert.partialDeepStrictEqual(frames, [{ type: 'ready', bits: 64, symbols: ['NationEcTrans'] }])
  say('decoder-host', frames)
}

const tryClient = (): void => {
  const library = koffi.load(join(binaries, 'libMipClient.so'))
  const open = library.func('int MipOpenA(int port, const char *token)')
  const seen = [open(-1, ''), library.func('int MipClose(void)')()] as readonly number[]
  // MIP_BAD_ARGUMENT: port -1 is none.
  assert.equal(seen[0], -2)
  say('libMipClient.so, koffi', seen)
}

try {
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }
  say('system', { node: process.version, glibc: header.glibcVersionRuntime })
  tryDatabase()
  tryJournal()
  await tryHost()
  tryClient()
  say('node-hid', devices().length)
  say('serialport', typeof SerialPort.binding.list)
  console.log('均可加载使用 (all of them load and work)')
} finally {
  rmSync(folder, { recursive: true })
}
