// The package as it will be built: the configuration by electron-builder's own schema, the fuses, what goes in.
// Building it needs Electron's binary (.github/workflows/desktop.yml does it).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'

const root = join(import.meta.dirname, '../..')
type Validate = ((value: unknown) => boolean) & { readonly errors?: readonly unknown[] | null }
/** What electron-builder itself reads and checks its configuration with. */
const requireBuilders = createRequire(join(root, 'node_modules/app-builder-lib/package.json'))
const { load } = requireBuilders('js-yaml') as { readonly load: (text: string) => unknown }
const { default: Ajv } = requireBuilders('ajv') as {
  readonly default: new (options: object) => { readonly compile: (schema: unknown) => Validate }
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

type Builder = {
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly asar: boolean
  readonly files: readonly string[]
  readonly extraResources: readonly { readonly from: string; readonly to: string }[]
  readonly nsis: Readonly<Record<string, unknown>>
  readonly linux: { readonly target: readonly { readonly target: string }[] }
}

describe('electron-builder.yml', () => {
  const config = load(read('electron-builder.yml')) as Builder

  it('is what electron-builder takes', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
    const validate = ajv.compile(JSON.parse(read('node_modules/app-builder-lib/scheme.json')))
    assert.equal(validate(config), true, JSON.stringify(validate.errors?.slice(0, 5), undefined, 1))
    assert.equal(validate({ ...config, nsis: { ...config.nsis, silent: true } }), false)
  })

  it('burns every fuse that opens the program, and keeps those that close it', () => {
    const { electronFuses: fuses } = config
    for (const off of [
      'runAsNode',
      'enableNodeOptionsEnvironmentVariable',
      'enableNodeCliInspectArguments',
      'grantFileProtocolExtraPrivileges',
    ]) {
      assert.equal(fuses[off], false, off)
    }
    for (const on of ['enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar', 'enableCookieEncryption']) {
      assert.equal(fuses[on], true, on)
    }
    assert.equal(config.asar, true)
  })

  it('installs for all users without a question, keeps the data at the end, and brings the hosts and the client library in C', () => {
    assert.equal(config.nsis['perMachine'], true)
    assert.equal(config.nsis['oneClick'], true)
    assert.equal(config.nsis['packElevateHelper'], true)
    assert.equal(config.nsis['deleteAppDataOnUninstall'], false)
    assert.deepEqual(
      config.linux.target.map(({ target }) => target),
      ['deb', 'AppImage'],
    )
    assert.deepEqual(config.extraResources[0], {
      from: 'build/native',
      to: 'native',
      filter: ['*/decoder-host', '*/decoder-host.exe', '*/MipClient.dll', '*/libMipClient.so'],
    })
  })

  it('leaves the simulated center and host out', () => {
    for (const left of ['!dist/sandbox.js*', '!dist/host-simulated.js*']) assert.ok(config.files.includes(left), left)
  })
})
