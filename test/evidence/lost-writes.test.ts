// Every kill is a power cut: what was written and not synced is gone. The agent keeps its promises all the same; one that
// does not wait for its disk is found out.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildPrograms } from '../../evidence/torture/processes/build-programs.ts'
import { runTorture, type TortureRun } from '../../evidence/torture/run-torture.ts'
import { buildPowerCut } from '../../scripts/build/build-native.ts'

const build = buildPowerCut()
const skip = build.built ? false : build.reason
const powerCutLibrary = build.built ? build.path : ''

const torture = async (syncs: boolean, patienceMs?: number): Promise<TortureRun> => {
  const programs = await buildPrograms({ syncs })
  const patience = patienceMs === undefined ? {} : { patienceMs }
  const options = { seed: 11, kills: 5, atSteps: false, programs, powerCutLibrary, ...patience }
  return runTorture(options).finally(programs.close)
}

describe('writes that were not synced', { skip }, () => {
  it('disappear at every kill, and nothing that was answered with them', async () => {
    const { verdict, synced } = await torture(true)
    // Proof that the preloaded library sees SQLite's syncs at all: of the log, and of the checkpointed database.
    assert.ok(synced.includes('journal.db-wal') && synced.includes('journal.db'), synced.join())
    assert.deepEqual(verdict.violations, [])
    assert.ok(verdict.orders >= 4)
  })

  it('take answers with them from an agent that does not sync (synchronous=OFF)', async () => {
    const { verdict } = await torture(false, 6_000)
    assert.ok(verdict.lostAnswers > 0, JSON.stringify(verdict.violations))
  })
})
