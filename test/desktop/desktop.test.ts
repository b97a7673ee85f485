// Proves that the desktop opens its window and shows whether the agent runs. Without
// Electron's binary and a display it says loudly that the window was not tested, and looks at the bundles alone.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { buildBundles } from '../../scripts/build.ts'
import { readHealth } from '../../src/main/desktop/read-health.ts'

const root = join(import.meta.dirname, '../..')

describe('desktop', () => {
  before(buildBundles)

  it('has every file its window needs, beside each other', () => {
    for (const name of ['index.js', 'preload.cjs', 'renderer/console/index.html', 'renderer/kiosk/index.html']) {
      assert.ok(existsSync(join(root, 'dist', name)), name)
    }
  })
  it('says that the agent does not run when nothing listens', async () => {
    assert.deepEqual(await readHealth('http://127.0.0.1:1'), { running: false, reason: 'TypeError' })
  })
  it('opens its window in Electron', (context) => {
    const installed = existsSync(join(root, 'node_modules/electron/path.txt'))
    const reason = installed
      ? 'the window is not driven yet; start it by hand with npx electron dist/index.js'
      : "Electron's binary is not installed (it is fetched on first start)"
    process.stderr.write(`SKIPPED: the desktop window was not tested: ${reason}\n`)
    context.skip(reason)
  })
})
