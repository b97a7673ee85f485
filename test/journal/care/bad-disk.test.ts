// The file is deleted, replaced, or a page of it is spoilt, or the disk is read-only: no new payment, questions answered as far
// as they can be, and nothing made anew in silence. A full disk while the agent runs is crash.test.ts.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, copyFileSync, existsSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { journalFile } from '../../../src/main/journal/store/journal-files.ts'
import { bill, newNumber, pay, placement, upload, type Fields } from '../../support/cashier-job.ts'
import { startChildAgent, startedChildAgent } from '../../support/agents/child-agent.ts'
import {
  addNotes,
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
} from '../../support/agents/open-journal.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { cannotMount, diskFor } from '../../support/small-disk.ts'
import { startTestCenter, until } from '../../support/agents/test-center.ts'

const startedAgent = async (t: TestContext): Promise<TestAgent> => {
  const agent = await startTestAgent()
  t.after(agent.close)
  return agent
}

const stateOf = async ({ call }: Pick<TestAgent, 'call'>): Promise<unknown> =>
  ((await call('GET', '/v1/status')).data['journal'] as Fields)['state']

/** A new bill and a placement of `open` are refused with the code, and nothing was sent for them. */
const assertRefused = async (agent: TestAgent, open: string, code: string): Promise<void> => {
  const sent = agent.center.sent()
  for (const answer of [
    await agent.call('POST', '/v1/orders', bill(newNumber('G'))),
    await agent.call('POST', `/v1/orders/${open}/placement`, placement()),
  ]) {
    assert.equal(answer.status, 503)
    assert.equal(answer.code, code)
    assert.match(answer.message, /已停止收费/)
  }
  assert.deepEqual(agent.center.sent(), sent)
}

describe('the file of a running agent', () => {
  for (const name of [journalFile, `${journalFile}-wal`]) {
    it(`${name} deleted: no new payment, questions answered, nothing made in its place`, async (t) => {
      const agent = await startedAgent(t)
      const open = await upload(agent)
      rmSync(join(agent.dataDir, name))
      await assertRefused(agent, open, 'JOURNAL_GONE')
      assert.equal((await agent.call('GET', `/v1/orders/${open}`)).data['state'], 'uploaded')
      assert.equal(await stateOf(agent), 'gone')
      assert.equal(existsSync(join(agent.dataDir, name)), false)
    })
  }

  it('moved away: no new payment; put back: payments go on, and nothing is lost', async (t) => {
    const agent = await startedAgent(t)
    const open = await upload(agent)
    const path = join(agent.dataDir, journalFile)
    renameSync(path, `${path}.moved`)
    await assertRefused(agent, open, 'JOURNAL_GONE')
    renameSync(`${path}.moved`, path)
    assert.equal((await agent.call('POST', `/v1/orders/${open}/placement`, placement())).code, '0')
    assert.equal(await stateOf(agent), 'ok')
  })

  it('replaced by a copy: no new payment, the copy is left as it is', async (t) => {
    const agent = await startedAgent(t)
    const open = await upload(agent)
    const path = join(agent.dataDir, journalFile)
    copyFileSync(path, `${path}.copy`)
    renameSync(`${path}.copy`, path)
    await assertRefused(agent, open, 'JOURNAL_GONE')
    assert.equal((await agent.call('GET', `/v1/orders/${open}`)).code, '0')
  })

  it('deleted and the agent restarted: it does not start, and makes no journal', async (t) => {
    const dataDir = folderFor(t)
    const center = await startTestCenter()
    t.after(center.stop)
    const agent = await startedChildAgent(dataDir, center.url)
    assert.equal((await agent.call('POST', '/v1/orders', bill(newNumber('G')))).code, '0')
    for (const name of readdirSync(dataDir)) if (name.startsWith(journalFile)) rmSync(join(dataDir, name))
    await agent.kill()
    assert.deepEqual(await startChildAgent(dataDir, center.url), { code: 'JOURNAL_GONE' })
    assert.equal(existsSync(join(dataDir, journalFile)), false)
  })
})

/** Overwrites pages of a closed file with what no page looks like. */
const spoilPages = (folder: string, pages: readonly number[], pageBytes: number): void => {
  const file = openSync(join(folder, journalFile), 'r+')
  for (const page of pages) writeSync(file, Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (page - 1) * pageBytes)
  closeSync(file)
}

describe('a page that cannot be read', () => {
  it('of entries: what lies elsewhere is answered, no new payment, also after a restart', async (t) => {
    const agent = await startedAgent(t)
    const first = await upload(agent)
    for (let at = 0; at < 12; at++) await pay(agent, 'insurance')
    const last = await upload(agent)
    await agent.stop()
    const raw = rawDatabase(t, agent.dataDir)
    const leaf = `SELECT pageno FROM dbstat WHERE name = 'entries' AND pagetype = 'leaf' ORDER BY path LIMIT 1`
    const page = raw.prepare(leaf).pluck().get() as number
    const pageBytes = raw.pragma('page_size', { simple: true }) as number
    raw.close()
    spoilPages(agent.dataDir, [page], pageBytes)

    await agent.start()
    assert.equal((await agent.call('GET', `/v1/orders/${first}`)).code, 'JOURNAL_DAMAGED')
    assert.equal((await agent.call('GET', `/v1/orders/${last}`)).data['state'], 'uploaded')
    await assertRefused(agent, last, 'JOURNAL_DAMAGED')
    assert.equal(await stateOf(agent), 'damaged')
    await agent.stop()
    await agent.start()
    await assertRefused(agent, last, 'JOURNAL_DAMAGED')
  })

  it('is found by the background walk before anybody asks for what lies there', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A1'))
    await addNotes(journal, orderKey('A1'), 200)
    journal.close()
    const raw = rawDatabase(t, folder)
    const leaf = `SELECT pageno FROM dbstat WHERE name = 'entries' AND pagetype = 'leaf' ORDER BY path LIMIT 1`
    const page = raw.prepare(leaf).pluck().get() as number
    raw.close()
    spoilPages(folder, [page], 4096)
    const reopened = journalIn(t, folder, { times: { firstWalkAfterMs: 1 } })
    assert.equal(reopened.care.status().state, 'ok')
    reopened.care.start()
    await until('the walk', () => reopened.care.status().state === 'damaged')
    assert.throws(() => beginUpload(reopened, orderKey('A2')), { code: 'JOURNAL_DAMAGED' })
  })
})

describe('a disk', { skip: cannotMount }, () => {
  it('that is read-only: the agent does not start, says so, and changes nothing', async (t) => {
    const folder = diskFor(t, '8m')
    const dataDir = join(folder, 'data')
    const agent = await startedChildAgent(dataDir, 'http://127.0.0.1:9')
    await agent.kill()
    const before = readdirSync(dataDir)
    execFileSync('mount', ['-o', 'remount,ro', folder])
    assert.deepEqual(await startChildAgent(dataDir, 'http://127.0.0.1:9'), { code: 'JOURNAL_UNWRITABLE' })
    assert.deepEqual(readdirSync(dataDir), before)
  })

  it('that is full while payments run: refused as 磁盘已满, questions answered, and with room the same call works', async (t) => {
    const folder = diskFor(t, '4m')
    const dataDir = join(folder, 'data')
    const center = await startTestCenter()
    t.after(center.stop)
    const agent = await startedChildAgent(dataDir, center.url)
    t.after(agent.kill)
    const open = newNumber('G')
    assert.equal((await agent.call('POST', '/v1/orders', bill(open))).code, '0')
    spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=4k'])
    const refused = await until('a refusal', async () => {
      const answer = await agent.call('POST', '/v1/orders', bill(newNumber('G')))
      return answer.code !== '0' && answer
    })
    assert.equal(refused.code, 'JOURNAL_UNWRITABLE')
    assert.match(refused.message, /磁盘/)
    assert.equal(await stateOf(agent), 'unwritable')
    assert.equal((await agent.call('GET', `/v1/orders/${open}`)).data['state'], 'uploaded')
    rmSync(join(folder, 'filler'))
    assert.equal((await agent.call('POST', `/v1/orders/${open}/placement`, placement())).code, '0')
    assert.equal(await stateOf(agent), 'ok')
  })
})
