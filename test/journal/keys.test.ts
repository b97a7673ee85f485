// Keys of the journal: rotation that may be killed at any step, recovery when the key store is lost, other key stores.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createKeySealer, type KeyRing } from '../../src/main/desktop/safe-storage.ts'
import { keyFile, nextKeyFile, type KeyProtection } from '../../src/main/journal/keys/key-store.ts'
import { prepareProtection } from '../../src/main/journal/keys/prepare-protection.ts'
import { windowsProgram } from '../../src/core/domain/machine/windows-program.ts'
import { createWindowsProtection, type DpapiFiles } from '../../src/main/journal/keys/windows-protection.ts'
import { skipOf } from '../support/devices/simulated-library.ts'
import { compileLibrary } from '../voucher/compile-library.ts'
import { runJournal } from '../support/agents/journal-command.ts'
import { beginUpload, folderFor, journalIn, orderKey, rawDatabase } from '../support/agents/open-journal.ts'

const closedJournal = (t: TestContext): string => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  beginUpload(journal, orderKey('A1'))
  journal.close()
  return folder
}

const readKey = (folder: string): string => readFileSync(join(folder, keyFile), 'utf8')

/** The id of the data key that sealed each entry. */
const keyIds = (t: TestContext, folder: string): number[] =>
  (rawDatabase(t, folder).prepare('SELECT facts FROM entries ORDER BY seq').pluck().all() as Buffer[]).map((facts) =>
    facts.readUInt16BE(0),
  )

describe('a rotation of the keys', () => {
  it('seals what is new with a new key, opens what is old, and finds by the same hashes', async (t) => {
    const folder = closedJournal(t)
    const before = readKey(folder)
    const recovery = join(folderFor(t), 'recovery.txt')
    const rotated = await runJournal(folder, 'rotate-keys', '--recovery', recovery)
    assert.equal(rotated.exitCode, 0, rotated.errors)
    assert.notEqual(readKey(folder), before)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A2'))
    for (const number of ['A1', 'A2']) assert.equal(journal.readEntries(orderKey(number))[0]?.kind, 'intent')
    assert.equal(journal.findOrders('H00000000001', { kind: 'idNo', value: '11010119900307000X' }).length, 2)
    await journal.durable()
    assert.deepEqual(keyIds(t, folder), [1, 2])
    journal.close()
    assert.equal((await runJournal(folder, 'verify')).exitCode, 0)
    writeFileSync(join(folder, keyFile), before)
    assert.throws(() => journalIn(t, folder), { code: 'JOURNAL_KEY_LOST' })
  })

  for (const step of ['prepare', 'rewrap', 'adopt', 'done'] as const) {
    it(`killed before "${step}": the journal opens, everything is read, and it can be rotated again`, async (t) => {
      const folder = closedJournal(t)
      const before = readKey(folder)
      const program = join(import.meta.dirname, '../support/agents/rotate-program.ts')
      assert.equal(spawnSync(process.execPath, [program, folder, step]).signal, 'SIGKILL')
      const journal = journalIn(t, folder)
      assert.equal(journal.readEntries(orderKey('A1'))[0]?.kind, 'intent')
      journal.close()
      assert.equal(existsSync(join(folder, nextKeyFile)), false)
      assert.equal(readKey(folder) === before, step === 'prepare' || step === 'rewrap')
      const again = await runJournal(folder, 'rotate-keys', '--recovery', join(folderFor(t), 'recovery.txt'))
      assert.equal(again.exitCode, 0, again.errors)
      assert.equal(journalIn(t, folder).readEntries(orderKey('A1'))[0]?.kind, 'intent')
    })
  }
})

describe('a lost key', () => {
  it('comes back from the recovery key; without it, or with another one, nothing is opened or changed', async (t) => {
    const folder = closedJournal(t)
    const safe = folderFor(t)
    const recovery = join(safe, 'recovery.txt')
    assert.equal((await runJournal(folder, 'recovery-key', recovery)).exitCode, 0)
    assert.equal(statSync(recovery).mode & 0o777, 0o600)
    assert.equal((await runJournal(folder, 'recovery-key', recovery)).exitCode, 1)
    const key = readKey(folder)
    rmSync(join(folder, keyFile))
    assert.throws(() => journalIn(t, folder), { code: 'JOURNAL_KEY_LOST' })

    const foreign = join(safe, 'foreign.txt')
    await runJournal(closedJournal(t), 'recovery-key', foreign)
    const mistyped = join(safe, 'mistyped.txt')
    writeFileSync(
      mistyped,
      readFileSync(recovery, 'utf8').replace(/[0-9a-f](?=-)/, (digit) => (digit === '0' ? '1' : '0')),
    )
    for (const wrong of [foreign, mistyped]) {
      assert.match((await runJournal(folder, 'recover-key', wrong)).errors, /JOURNAL_KEY_LOST/)
      assert.equal(existsSync(join(folder, keyFile)), false)
    }
    assert.equal((await runJournal(folder, 'recover-key', recovery)).exitCode, 0)
    assert.equal(readKey(folder), key)
    assert.equal(journalIn(t, folder).readEntries(orderKey('A1'))[0]?.kind, 'intent')
  })
})

describe('safeStorage of the desktop, asked before the journal opens', () => {
  const ringOf = (backend: ReturnType<KeyRing['getSelectedStorageBackend']>, available = true): KeyRing => ({
    isAsyncEncryptionAvailable: () => Promise.resolve(available),
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: (plain) => Promise.resolve(Buffer.from(Buffer.from(plain).map((byte) => byte ^ 0x55))),
    decryptStringAsync: (sealed) =>
      Promise.resolve({ result: Buffer.from(sealed.map((byte) => byte ^ 0x55)).toString(), shouldReEncrypt: false }),
  })
  const prepare = (folder: string, ring = ringOf('gnome_libsecret')): Promise<KeyProtection> =>
    prepareProtection(folder, createKeySealer(ring, 'linux'))

  it('keeps the key where the system has a safe store', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder, { protection: await prepare(folder) })
    beginUpload(journal, orderKey('A1'))
    journal.close()
    assert.match(readKey(folder), /^safeStorage:/)
    const again = journalIn(t, folder, { protection: await prepare(folder) })
    assert.equal(again.readEntries(orderKey('A1'))[0]?.kind, 'intent')
  })

  it('is refused as basic_text, and where there is no key ring: in Chinese, and nothing is written', async (t) => {
    for (const [ring, says] of [
      [ringOf('basic_text'), /basic_text.*--recover-key/],
      [ringOf('gnome_libsecret', false), /密钥环不可用.*恢复密钥/],
    ] as const) {
      const folder = folderFor(t)
      await assert.rejects(prepare(folder, ring), { code: 'KEY_NOT_SEALED', message: says })
      assert.equal(existsSync(join(folder, keyFile)), false)
    }
  })

  it('seals a key that was kept by a file, or put back by hand, once it is known to open the journal', async (t) => {
    const folder = closedJournal(t)
    const plain = readKey(folder)
    journalIn(t, folder, { protection: await prepare(folder) }).close()
    assert.match(readKey(folder), /^safeStorage:/)
    const stranger = folderFor(t)
    journalIn(t, stranger).close()
    writeFileSync(join(stranger, keyFile), plain)
    const protection = await prepare(stranger)
    assert.throws(() => journalIn(t, stranger, { protection }), { code: 'JOURNAL_KEY_LOST' })
    assert.equal(readKey(stranger), plain)
  })

  it('does not open what another store sealed, and leaves it alone', async (t) => {
    const folder = folderFor(t)
    const text = `dpapi:${Buffer.alloc(40).toString('base64')}`
    journalIn(t, folder).close()
    writeFileSync(join(folder, keyFile), text)
    const protection = await prepare(folder)
    assert.throws(() => journalIn(t, folder, { protection }), { code: 'JOURNAL_KEY_LOST', message: /dpapi/ })
    assert.equal(readKey(folder), text)
  })

  it('never makes a key for a folder that lost its journal', async (t) => {
    const folder = closedJournal(t)
    const key = readKey(folder)
    rmSync(join(folder, 'journal.db'))
    const protection = await prepare(folder)
    assert.throws(() => journalIn(t, folder, { protection }), { code: 'JOURNAL_GONE' })
    assert.equal(readKey(folder), key)
  })
})

describe('DPAPI', () => {
  /** Stands for crypt32 and kernel32, called as Windows calls them: turns bytes round, counts what it frees. */
  const standIn = (t: TestContext, body = 'out->data[at] = in->data[at] ^ 0x5a;', result = 1): DpapiFiles => {
    const path = join(folderFor(t), 'libcrypt32.so')
    const source = `#include <stdint.h>
#include <stdlib.h>
typedef struct { uint32_t size; uint8_t *data; } blob;
static int turn(const blob *in, uint32_t flags, blob *out) {
  if (flags != 1) return 0;
  out->size = in->size; out->data = malloc(in->size + 1);
  for (uint32_t at = 0; at < in->size; at++) { ${body} }
  return ${result};
}
int CryptProtectData(const blob *in, void *a, void *b, void *c, void *d, uint32_t flags, blob *out) { return turn(in, flags, out); }
int CryptUnprotectData(const blob *in, void *a, void *b, void *c, void *d, uint32_t flags, blob *out) { return turn(in, flags, out); }
void *LocalFree(void *data) { free(data); return 0; }
`
    compileLibrary('c', path, source)
    return { crypt32: path, kernel32: path }
  }
  const options = { skip: process.platform === 'linux' ? skipOf('node') : '只在 Linux 上有替身 (Linux only)' }

  it('seals the key by the function of Windows, in this process', options, (t) => {
    const folder = folderFor(t)
    const protection = createWindowsProtection(standIn(t))
    journalIn(t, folder, { protection }).close()
    journalIn(t, folder, { protection }).close()
    const kept = Buffer.from(readKey(folder).replace('dpapi:', ''), 'base64')
    assert.equal(kept.length, 16)
    assert.deepEqual(Buffer.from(protection.unprotect(kept)), Buffer.from(kept.map((byte) => byte ^ 0x5a)))
  })

  it('that refuses at the first start says so, and nothing is kept; later its key is lost', options, (t) => {
    const refusing = createWindowsProtection(standIn(t, '', 0))
    const absent = createWindowsProtection({ crypt32: '/nowhere/crypt32.dll', kernel32: '/nowhere/kernel32.dll' })
    for (const protection of [refusing, absent]) {
      const folder = folderFor(t)
      assert.throws(() => journalIn(t, folder, { protection }), { code: 'KEY_NOT_SEALED' })
      assert.equal(existsSync(join(folder, keyFile)), false)
    }
    const folder = folderFor(t)
    journalIn(t, folder, { protection: createWindowsProtection(standIn(t)) }).close()
    assert.throws(() => journalIn(t, folder, { protection: refusing }), { code: 'JOURNAL_KEY_LOST' })
  })

  it('is asked of the libraries in the folder of Windows, and of no program', () => {
    assert.equal(windowsProgram('crypt32.dll', { SystemRoot: 'D:\\Win' }), 'D:\\Win\\System32\\crypt32.dll')
    assert.equal(windowsProgram('reg.exe', {}), 'C:\\Windows\\System32\\reg.exe')
  })
})

describe('a key store of the system', () => {
  /** Stands for safeStorage or DPAPI: only the same user opens what it made. */
  const protectionOf = (user: number): KeyProtection => ({
    name: 'test-store',
    protect: (plain) => plain.map((byte) => byte ^ user),
    unprotect: (sealed) => sealed.map((byte) => byte ^ user),
  })

  it('keeps the wrapping key: the file alone does not open the journal', (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder, { protection: protectionOf(7) })
    beginUpload(journal, orderKey('A1'))
    journal.close()
    assert.match(readKey(folder), /^test-store:/)
    assert.throws(() => journalIn(t, folder, { protection: protectionOf(8) }), { code: 'JOURNAL_KEY_LOST' })
    assert.throws(() => journalIn(t, folder), { code: 'JOURNAL_KEY_LOST', message: /test-store/ })
    const again = journalIn(t, folder, { protection: protectionOf(7) })
    assert.equal(again.readEntries(orderKey('A1'))[0]?.kind, 'intent')
  })

  it('that refuses is a lost key, not a new one', (t) => {
    const folder = folderFor(t)
    journalIn(t, folder, { protection: protectionOf(7) }).close()
    const refusing: KeyProtection = {
      ...protectionOf(7),
      unprotect: () => {
        throw new Error('locked')
      },
    }
    const before = readKey(folder)
    assert.throws(() => journalIn(t, folder, { protection: refusing }), { code: 'JOURNAL_KEY_LOST' })
    assert.equal(readKey(folder), before)
  })
})
