// The example clients that can run here, as a HIS programmer would start them, against a real agent and its simulated center:
// from the scan to the refund, with answers lost on the way, refused, and asked for again.
import assert from 'node:assert/strict'
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { attentionOf, newNumber, readOrder } from '../support/cashier-job.ts'
import { freshFolder, startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { startLossyWay } from './lossy-way.ts'
import { startPayingPatient } from './paying-patient.ts'

const run = promisify(execFile)
const folder = join(import.meta.dirname, '../../examples/clients')

/** Name -> how it is started, and what must be there. */
const clients = {
  'client.py': ['python3'],
  'client.ts': [process.execPath],
  'curl.sh': ['sh'],
  // Compiled as C# 3, which .NET Framework 3.5 speaks.
  'Client.cs': ['mono'],
} as const
const needs: Readonly<Record<string, readonly string[]>> = {
  'client.py': ['python3'],
  'curl.sh': ['curl', 'sed'],
  'Client.cs': ['mcs', 'mono'],
}

const lacks = (name: string): string | false => {
  const missing = (needs[name] ?? []).filter((program) => spawnSync(program, ['--version']).error !== undefined)
  return missing.length === 0 ? false : `no ${missing.join(', ')}`
}

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

type Ended = { readonly exitCode: number; readonly text: string }

for (const [name, [program, ...flags]] of Object.entries(clients)) {
  const skip = lacks(name)
  if (skip !== false) process.stderr.write(`SKIPPED: examples/clients/${name}: ${skip}\n`)
  describe(`examples/clients/${name}`, { skip }, () => {
    let path = join(folder, name)
    let built: string | undefined
    before(() => {
      if (name !== 'Client.cs') return
      built = freshFolder()
      const compiled = join(built, 'Client.exe')
      execFileSync('mcs', ['-langversion:3', '-r:System.Web.Extensions.dll', `-out:${compiled}`, path])
      path = compiled
    })
    after(() => {
      if (built !== undefined) rmSync(built, { recursive: true })
    })

    const start = async (medOrgOrd: string, url = agent.url, token = 'token-of-his'): Promise<Ended> => {
      const patient = startPayingPatient(agent.center, medOrgOrd)
      const env = { ...process.env, AGENT: url, TOKEN: token, PAY_AUTH_NO: 'AUTH0001', PAUSE_S: '0.1' }
      try {
        const { stdout } = await run(program, [...flags, path, medOrgOrd], { cwd: folder, env, timeout: 60_000 })
        return { exitCode: 0, text: stdout }
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
        return { exitCode: code, text: `${stdout}${stderr}` }
      } finally {
        await patient.end()
      }
    }

    const assertPaidAndRefunded = async (medOrgOrd: string): Promise<void> => {
      const order = agent.center.order(medOrgOrd)
      assert.deepEqual([order.ordStas, order.collectedFen, order.refundedFen], ['7', 10_000, 10_000])
      assert.equal(order.refunds.length, 1)
      assert.equal(agent.center.ledger().orders.filter((each) => each.medOrgOrd === medOrgOrd).length, 1)
      const { data } = await readOrder(agent, medOrgOrd)
      assert.deepEqual(data['booking'], { success: true, remark: '' })
      assert.equal(await attentionOf(agent, medOrgOrd), undefined)
    }

    it('scans, uploads, places, waits for the patient, books and refunds; started again it does nothing twice', async () => {
      const medOrgOrd = newNumber('X')
      for (const time of ['first', 'again']) {
        const { exitCode, text } = await start(medOrgOrd)
        assert.equal(exitCode, 0, `${time}: ${text}`)
        assert.match(text, /退费后: refunded/)
      }
      await assertPaidAndRefunded(medOrgOrd)
    })

    it('an answer lost at every step is asked for again, and nothing happens twice', async () => {
      const medOrgOrd = newNumber('X')
      const addresses = ['6201', '6202', '6301', 'booking', '6203'].map((code) => `/call/${code}`)
      const way = await startLossyWay(agent.url, addresses)
      try {
        const { exitCode, text } = await start(medOrgOrd, way.url)
        assert.equal(exitCode, 0, text)
        assert.deepEqual([...way.lost].toSorted(), addresses.toSorted())
      } finally {
        await way.close()
      }
      await assertPaidAndRefunded(medOrgOrd)
    })

    it('an outcome that is not known yet is waited for, not done again', async () => {
      const medOrgOrd = newNumber('X')
      await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
      const { exitCode, text } = await start(medOrgOrd)
      assert.equal(exitCode, 0, text)
      await assertPaidAndRefunded(medOrgOrd)
    })

    it('what did not happen is asked for again under the same number', async () => {
      const medOrgOrd = newNumber('X')
      await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
      const { exitCode, text } = await start(medOrgOrd)
      assert.equal(exitCode, 0, text)
      await assertPaidAndRefunded(medOrgOrd)
    })

    it('a refusal stops it with the code and the reason in Chinese', async () => {
      const medOrgOrd = newNumber('X')
      await agent.center.script(medOrgOrd, { interface: '6201', decline: { code: '500', message: '药品编码错误' } })
      const declined = await start(medOrgOrd)
      assert.notEqual(declined.exitCode, 0)
      assert.match(declined.text, /CENTER_DECLINED[\s\S]*药品编码错误/)
      const stranger = await start(newNumber('X'), agent.url, 'token-of-nobody')
      assert.notEqual(stranger.exitCode, 0)
      assert.match(stranger.text, /TOKEN_INVALID/)
    })
  })
}
