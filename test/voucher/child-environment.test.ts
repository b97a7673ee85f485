// No child of the product inherits the environment, where secrets may be: a vendor's library runs in one of them.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { childEnvironment } from '../../src/core/domain/machine/child-environment.ts'
import { childrenOf } from '../support/agents/processes.ts'
import { openTestLibrary, skipOf, type HostKind } from '../support/devices/simulated-library.ts'

const root = join(import.meta.dirname, '../..')
const name = 'MIP_TEST_PRIVATE_KEY'

describe('a decoder host', () => {
  for (const kind of ['node', 'c', 'simulated'] as const satisfies readonly HostKind[]) {
    const skip = process.platform === 'linux' ? skipOf(kind) : '要有 /proc (needs /proc)'
    it(`(${kind}) sees no variable that a secret may be in, whatever its name`, { skip }, async (t) => {
      const names = [name, 'LD_PRELOAD_MIP', 'DB_PASSWORD', 'NODE_MIP_TEST']
      for (const each of names) process.env[each] = 'not-for-the-vendor'
      t.after(() => {
        for (const each of names) delete process.env[each]
      })
      const { decode } = openTestLibrary(t, kind)
      await decode('1')
      const hosts = childrenOf(process.pid)
      assert.ok(hosts.length > 0)
      for (const host of hosts) {
        const seen = readFileSync(`/proc/${host}/environ`, 'utf8')
        assert.equal(seen.includes('not-for-the-vendor'), false)
        assert.match(seen, /(^|\0)PATH=/)
      }
    })
  }
})

describe('the environment of a child', () => {
  it('is what a list lets through, and what is added by name', () => {
    const given = {
      PATH: '/bin',
      LANG: 'zh_CN.UTF-8',
      LC_SECRET: 'x',
      SystemRoot: 'C:\\Windows',
      KEY: 'x',
      TZ: undefined,
    }
    assert.deepEqual(childEnvironment(given, { MIP_PATH: 'a' }), {
      PATH: '/bin',
      LANG: 'zh_CN.UTF-8',
      SystemRoot: 'C:\\Windows',
      MIP_PATH: 'a',
    })
  })

  it('is given in every place of the product that starts a program', () => {
    const sources = globSync('src/**/*.ts', { cwd: root }).map((path) => ({
      path,
      text: readFileSync(join(root, path), 'utf8'),
    }))
    const starts = /\b(spawn|spawnSync|fork|execFileSync|promisify\(execFile\))\(/g
    const starters = sources.filter(({ text }) => /node:child_process|utilityProcess[.]fork/.test(text))
    assert.ok(starters.length >= 7)
    for (const { path, text } of starters) {
      const given = text.match(/env: childEnvironment\(process[.]env/g) ?? []
      assert.ok(given.length >= (text.match(starts) ?? []).length, path)
      assert.doesNotMatch(text, /[.]{3}process[.]env/, path)
    }
  })
})
