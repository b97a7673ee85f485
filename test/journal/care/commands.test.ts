// What an administrator does with the journal: backup and restore, verification, going on after a break, beginning anew, export.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { systemClock } from '../../../src/main/wiring/compose.ts'
import { prepareFolder } from '../../../src/main/wiring/machine/prepare-folder.ts'
import { createVerifier } from '../../../src/core/gm/sm2.ts'
import { journalFile } from '../../../src/main/journal/store/journal-files.ts'
import { openJournal } from '../../../src/main/journal/open-journal.ts'
import { inventedPatient } from '../../fixtures/invented-bill.ts'
import { bill, newNumber, pay, placement, upload, type Fields } from '../../support/cashier-job.ts'
import { runJournal } from '../../support/agents/journal-command.ts'
import {
  addNotes,
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
  withoutTriggers,
} from '../../support/agents/open-journal.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const startedAgent = async (t: TestContext): Promise<TestAgent> => {
  const agent = await startTestAgent()
  t.after(agent.close)
  return agent
}

/** A closed journal of order A1 with a few entries. */
const closedJournal = async (t: TestContext): Promise<string> => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  beginUpload(journal, orderKey('A1'))
  await addNotes(journal, orderKey('A1'), 20)
  journal.close()
  return folder
}

const change = (t: TestContext, folder: string, sql: string): void => {
  const raw = withoutTriggers(rawDatabase(t, folder))
  raw.exec(sql)
  raw.close()
}

describe('backup and restore', () => {
  it('while payments run; restored after the agent stopped: what was backed up is answered, the old file is kept', async (t) => {
    const agent = await startedAgent(t)
    const kept = await pay(agent, 'insurance')
    const file = join(folderFor(t), 'backup.db')
    const running = Promise.all([pay(agent, 'insurance'), pay(agent, 'insurance')])
    const backup = await runJournal(agent.dataDir, 'backup', file)
    assert.equal(backup.exitCode, 0, backup.errors)
    await running
    const later = await upload(agent)

    const refused = await runJournal(agent.dataDir, 'restore', file)
    assert.equal(refused.exitCode, 1)
    assert.match(refused.errors, /DATA_FOLDER_IN_USE/)
    await agent.stop()
    const restored = await runJournal(agent.dataDir, 'restore', file)
    assert.equal(restored.exitCode, 0, restored.errors)
    await agent.start()
    assert.equal((await agent.call('GET', `/v1/orders/${kept}`)).data['paid'], true)
    assert.equal((await agent.call('GET', `/v1/orders/${later}`)).code, 'ORDER_NOT_FOUND')
    assert.equal((await agent.call('POST', '/v1/orders', bill(newNumber('R')))).code, '0')
    const aside = readdirSync(agent.dataDir).find((name) => name.startsWith('replaced-')) ?? ''
    assert.ok(existsSync(join(agent.dataDir, aside, journalFile)))
  })

  it('a backup holds no wrapping key, and is not restored under another one', async (t) => {
    const folder = await closedJournal(t)
    const file = join(folderFor(t), 'backup.db')
    await runJournal(folder, 'backup', file)
    const key = readFileSync(join(folder, 'journal.key'), 'utf8')
    assert.equal(readFileSync(file).includes(Buffer.from(key, 'hex')), false)
    assert.equal(readFileSync(file).includes(key), false)
    const other = await closedJournal(t)
    const before = readFileSync(join(other, journalFile))
    const refused = await runJournal(other, 'restore', file)
    assert.match(refused.errors, /JOURNAL_KEY_LOST/)
    assert.deepEqual(readFileSync(join(other, journalFile)), before)
    assert.deepEqual(
      readdirSync(other).filter((name) => name.includes('restoring') || name.includes('replaced')),
      [],
    )
  })

  it('a backup that was changed is not restored, and an existing file is not overwritten', async (t) => {
    const folder = await closedJournal(t)
    const backups = folderFor(t)
    const file = join(backups, journalFile)
    await runJournal(folder, 'backup', file)
    assert.equal((await runJournal(folder, 'backup', file)).exitCode, 1)
    change(t, backups, 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 5')
    const refused = await runJournal(folder, 'restore', file)
    assert.match(refused.errors, /JOURNAL_BROKEN/)
    assert.equal((await runJournal(folder, 'verify')).exitCode, 0)
  })

  it('a journal that was deleted, or is none any more, comes back from its backup', async (t) => {
    const folder = await closedJournal(t)
    const file = join(folderFor(t), 'backup.db')
    await runJournal(folder, 'backup', file)
    rmSync(join(folder, journalFile))
    assert.equal((await runJournal(folder, 'restore', file)).exitCode, 0)
    writeFileSync(join(folder, journalFile), 'nothing of a journal'.repeat(300))
    assert.equal((await runJournal(folder, 'restore', file)).exitCode, 0)
    assert.equal(journalIn(t, folder).readEntries(orderKey('A1')).length, 21)
  })

  it('a backup of another environment is refused', async (t) => {
    const folder = await closedJournal(t)
    const file = join(folderFor(t), 'backup.db')
    await runJournal(folder, 'backup', file)
    change(t, folder, "UPDATE meta SET value = CAST('test' AS BLOB) WHERE name = 'environment'")
    assert.match((await runJournal(folder, 'restore', file)).errors, /DATA_FOLDER_OTHER_ENVIRONMENT/)
  })

  it('a backup of another institution is refused; one of before there was a stamp is not', async (t) => {
    const folder = await closedJournal(t)
    const [unclaimed, file] = [join(folderFor(t), 'old.db'), join(folderFor(t), 'backup.db')]
    await runJournal(folder, 'backup', unclaimed)
    change(t, folder, "INSERT INTO meta VALUES ('mark:institution', CAST('H00000000001' AS BLOB))")
    await runJournal(folder, 'backup', file)
    change(t, folder, "UPDATE meta SET value = CAST('H00000000002' AS BLOB) WHERE name = 'mark:institution'")
    assert.match((await runJournal(folder, 'restore', file)).errors, /DATA_FOLDER_OTHER_INSTITUTION/)
    assert.equal((await runJournal(folder, 'restore', unclaimed)).exitCode, 0)
  })
})

describe('verify', () => {
  it('says the head, and later whether the journal still holds it: an older copy does not', async (t) => {
    const folder = await closedJournal(t)
    const file = join(folderFor(t), 'backup.db')
    await runJournal(folder, 'backup', file)
    const journal = journalIn(t, folder)
    await addNotes(journal, orderKey('A1'), 3)
    journal.close()
    const { output } = await runJournal(folder, 'verify')
    const head = /head\): (\d+:[0-9a-f]{64})/.exec(output)?.[1] ?? ''
    assert.match(head, /^24:/)
    assert.equal((await runJournal(folder, 'verify', '--head', head)).exitCode, 0)
    await runJournal(folder, 'restore', file)
    assert.equal((await runJournal(folder, 'verify')).exitCode, 0)
    const older = await runJournal(folder, 'verify', '--head', head)
    assert.equal(older.exitCode, 2)
    assert.match(older.output, /没有这个链头/)
  })

  it('a change is shown by its number, with exit code 2', async (t) => {
    const folder = await closedJournal(t)
    change(t, folder, 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 5')
    const { exitCode, output } = await runJournal(folder, 'verify')
    assert.equal(exitCode, 2)
    assert.match(output, /序号 5: link/)
    assert.match((await runJournal(folder, 'quarantine')).output, /序号 5: link 订单 H00000000001\/A1/)
  })
})

describe('a break that a person accepts', () => {
  it('lets payments go on; its order stays with a person; a later change of the same row is found again', async (t) => {
    const folder = await closedJournal(t)
    change(t, folder, 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 5')
    const accept = () => runJournal(folder, 'accept', '--operator', 'OP01', '--remark', '已核对')
    assert.equal((await runJournal(folder, 'accept', '--operator', 'OP01')).exitCode, 1)
    assert.equal((await accept()).exitCode, 0)
    assert.equal((await runJournal(folder, 'verify')).exitCode, 0)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A2'))
    assert.throws(() => beginUpload(journal, orderKey('A1'), { attempt: 2 }), { code: 'ORDER_QUARANTINED' })
    journal.close()
    change(t, folder, 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 5')
    assert.equal((await runJournal(folder, 'verify')).exitCode, 2)
    change(t, folder, `UPDATE quarantine SET accepted = '{"operator":"nobody"}'`)
    assert.equal((await runJournal(folder, 'verify')).exitCode, 2)
  })
})

describe('begin-anew', () => {
  it('is done only when asked for by name, moves everything aside, and the next start makes a new journal', async (t) => {
    const folder = await closedJournal(t)
    assert.equal((await runJournal(folder, 'begin-anew', '--operator', 'OP01')).exitCode, 1)
    assert.ok(existsSync(join(folder, journalFile)))
    assert.equal((await runJournal(folder, 'begin-anew', '--operator', 'OP01', '--yes')).exitCode, 0)
    const aside = readdirSync(folder).find((name) => name.startsWith('set-aside-')) ?? ''
    assert.deepEqual(readdirSync(join(folder, aside)).toSorted(), [journalFile, 'journal.key'])
    assert.deepEqual(journalIn(t, folder).readEntries(orderKey('A1')), [])
    assert.equal(openJournal(join(folder, aside), 'sandbox', systemClock).readEntries(orderKey('A1')).length, 21)
  })
})

describe('export', () => {
  const linesOf = (output: string): Fields[] =>
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fields)

  it('shows every entry without names, id numbers and tokens; with --unmasked as they are', async (t) => {
    const agent = await startedAgent(t)
    const medOrgOrd = await upload(agent)
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    const masked = await runJournal(agent.dataDir, 'export')
    assert.equal(masked.exitCode, 0, masked.errors)
    const { idNo, userName, ecToken } = inventedPatient
    const { payToken } = agent.center.order(medOrgOrd)
    for (const secret of [idNo, userName, ecToken, payToken]) assert.equal(masked.output.includes(secret), false)
    const lines = linesOf(masked.output)
    assert.deepEqual([lines[0]?.['type'], lines.at(-1)?.['type'], lines.at(-1)?.['holds']], ['journal', 'end', true])
    const entries = lines.filter(({ type }) => type === 'entry')
    assert.ok(entries.length >= 4)
    assert.ok(entries.every((entry) => entry['medOrgOrd'] === medOrgOrd))
    const whole = await runJournal(agent.dataDir, 'export', '--unmasked')
    for (const secret of [idNo, userName, ecToken, payToken]) assert.ok(whole.output.includes(secret), secret)
  })

  it('its checkpoints verify with the public key it names, and no key of the journal', async (t) => {
    const folder = await closedJournal(t)
    const lines = linesOf((await runJournal(folder, 'export')).output)
    const publicKey = Buffer.from(String(lines[0]?.['checkpointPublicKey']), 'hex')
    const { verify } = createVerifier({ publicKey, userId: Buffer.from('mip-agent journal') })
    const signed = lines.filter(({ type }) => type === 'checkpoint')
    assert.equal(signed.length, 1)
    for (const { text, signature } of signed) {
      assert.ok(verify(Buffer.from(String(signature), 'hex'), Buffer.from(String(text))))
      assert.equal(verify(Buffer.from(String(signature), 'hex'), Buffer.from(`${String(text)} `)), false)
    }
  })

  it('of some days has their entries alone, and still verifies everything', async (t) => {
    const folder = folderFor(t)
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-03']) {
      const wallMs = (): number => Date.parse(`${day}T00:30:00+08:00`)
      const journal = openJournal(folder, 'sandbox', { ...systemClock, wallMs })
      beginUpload(journal, orderKey(day))
      journal.close()
    }
    const days = ['--from', '2026-03-02', '--to', '2026-03-02']
    const lines = linesOf((await runJournal(folder, 'export', ...days)).output)
    assert.deepEqual(
      lines.filter(({ type }) => type === 'entry').map(({ medOrgOrd }) => medOrgOrd),
      ['2026-03-02'],
    )
    assert.equal(lines.at(-1)?.['entries'], 3)
    change(t, folder, 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 1')
    const broken = await runJournal(folder, 'export', ...days)
    assert.equal(broken.exitCode, 2)
    assert.equal(linesOf(broken.output).at(-1)?.['holds'], false)
    assert.equal((await runJournal(folder, 'export', '--from', 'yesterday')).exitCode, 1)
  })
})

describe('the agent itself', () => {
  it('backs up after a walk that found nothing, once a day, keeps the newest seven, and touches no other file', async (t) => {
    const folder = await closedJournal(t)
    const backupDir = folderFor(t)
    const old = ['2020-01-01', '2020-01-02', '2020-01-03', '2020-01-04', '2020-01-05', '2020-01-06', '2020-01-07']
    for (const day of old) writeFileSync(join(backupDir, `journal-${day}.db`), '')
    writeFileSync(join(backupDir, 'journal.db'), 'of somebody else')
    const journal = journalIn(t, folder, { backupDir, times: { firstWalkAfterMs: 1, walkEveryMs: 5 } })
    journal.care.start()
    const file = await until('a backup', () => {
      const { file: made } = journal.care.status().backup as { file: string }
      return made !== '' && made
    })
    await until('the oldest to go', () => !existsSync(join(backupDir, 'journal-2020-01-01.db')))
    assert.deepEqual(readdirSync(backupDir).toSorted().slice(0, 2), ['journal-2020-01-02.db', 'journal-2020-01-03.db'])
    assert.ok(existsSync(join(backupDir, 'journal.db')))
    journal.close()
    const restored = await runJournal(folder, 'restore', file)
    assert.equal(restored.exitCode, 0, restored.errors)
  })

  it('takes no file of today for its own that it did not make, and files of later days neither push its own away nor go', async (t) => {
    const folder = await closedJournal(t)
    const backupDir = folderFor(t)
    const today = `journal-${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)}.db`
    const later = [1, 2, 3, 4, 5, 6, 7].map((day) => `journal-2099-01-0${day}.db`)
    for (const name of [today, ...later]) writeFileSync(join(backupDir, name), 'planted')
    const journal = journalIn(t, folder, { backupDir, prepareBackups: prepareFolder, times: { firstWalkAfterMs: 1 } })
    journal.care.start()
    const file = await until('a backup', () => journal.care.status().backup.file || undefined)
    assert.equal(file, join(backupDir, today))
    assert.deepEqual(readdirSync(backupDir).toSorted(), [today, ...later])
    journal.close()
    assert.equal((await runJournal(folder, 'restore', file)).exitCode, 0)
  })

  it('makes no backup in a folder that others can open, and says so', async (t) => {
    const backupDir = folderFor(t)
    chmodSync(backupDir, 0o1777)
    const journal = journalIn(t, await closedJournal(t), {
      backupDir,
      prepareBackups: prepareFolder,
      times: { firstWalkAfterMs: 1 },
    })
    journal.care.start()
    const error = await until('the refusal', () => journal.care.status().backup.error || undefined)
    assert.match(error, /数据目录不安全|其他用户也能打开/)
    assert.deepEqual(readdirSync(backupDir), [])
  })

  it('backs up nothing that does not verify, and goes on when the folder of backups cannot be written', async (t) => {
    const blocked = join(folderFor(t), 'a-file')
    writeFileSync(blocked, '')
    const lines: string[] = []
    const journal = journalIn(t, await closedJournal(t), {
      backupDir: blocked,
      times: { firstWalkAfterMs: 1 },
      log: (_level, what) => lines.push(what),
    })
    journal.care.start()
    await until('the failure', () => lines.includes('journal.backup-failed'))
    beginUpload(journal, orderKey('A2'))
    assert.equal(journal.care.status().state, 'ok')

    const folder = await closedJournal(t)
    change(t, folder, 'UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 5')
    const backupDir = folderFor(t)
    const broken = journalIn(t, folder, { backupDir, times: { firstWalkAfterMs: 1 } })
    broken.care.start()
    await until('the walk', () => broken.care.status().state === 'broken')
    assert.deepEqual(readdirSync(backupDir), [])
  })
})
