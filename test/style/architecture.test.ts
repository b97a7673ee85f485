// Proves that the architecture rules bite: a tree in which every rule is broken once, judged by the real configuration.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'

const root = join(import.meta.dirname, '../..')

/** File -> what it imports against the rules, and the rule that must say so. */
const breaches: readonly (readonly [file: string, imports: string, rule: string])[] = [
  ['src/contract/x.ts', '../core/domain/ok.ts', 'contract-imports'],
  ['src/core/gm/x.ts', '../domain/ok.ts', 'core/gm-imports'],
  ['src/core/domain/x.ts', '../../main/journal/ok.ts', 'core/domain-imports'],
  ['src/core/domain/y.ts', 'node:fs', 'pure'],
  ['src/main/usecases/base/x.ts', '../order/ok.ts', 'usecases/base-imports'],
  ['src/main/usecases/order/x.ts', '../operations/ok.ts', 'usecases/order-imports'],
  ['src/main/usecases/operations/x.ts', '../following/ok.ts', 'usecases/operations-imports'],
  ['src/main/usecases/decoding/x.ts', '../following/ok.ts', 'usecases/decoding-imports'],
  ['src/main/usecases/kiosk/x.ts', '../following/ok.ts', 'usecases/kiosk-imports'],
  ['src/main/usecases/following/x.ts', '../../api/ok.ts', 'usecases/following-imports'],
  ['src/main/usecases/reading/x.ts', '../operations/ok.ts', 'usecases/reading-imports'],
  ['src/main/usecases/order/y.ts', 'axios', 'pure'],
  ['src/main/api/x.ts', '../journal/ok.ts', 'api-imports'],
  ['src/main/callbacks/x.ts', '../journal/ok.ts', 'callbacks-imports'],
  ['src/main/journal/x.ts', '../center/ok.ts', 'journal-imports'],
  ['src/main/center/x.ts', '../scanner/ok.ts', 'center-imports'],
  ['src/main/scanner/x.ts', '../voucher/ok.ts', 'scanner-imports'],
  ['src/main/voucher/x.ts', '../journal/ok.ts', 'voucher-imports'],
  ['src/main/control/x.ts', '../journal/ok.ts', 'control-imports'],
  ['src/main/config/x.ts', '../center/ok.ts', 'config-imports'],
  ['src/main/doctor/x.ts', '../voucher/ok.ts', 'doctor-imports'],
  ['src/main/desktop/x.ts', '../journal/ok.ts', 'desktop-imports'],
  ['src/preload/x.ts', '../core/domain/ok.ts', 'preload-imports'],
  ['src/renderer/x.ts', '../core/domain/ok.ts', 'renderer-imports'],
  ['src/sandbox/x.ts', '../main/journal/ok.ts', 'sandbox-imports'],
  ['src/sandbox/y.ts', '../main/center/ok.ts', 'sandbox-imports'],
  ['src/sandbox/z.ts', '../core/gm/ok.ts', 'sandbox-imports'],
  ['src/sandbox/w.ts', '@noble/curves/utils.js', '@noble/curves-owner'],
  ['src/main/scanner/y.ts', 'fastify', 'fastify-owner'],
  ['src/main/api/y.ts', 'better-sqlite3', 'better-sqlite3-owner'],
  ['src/main/api/z.ts', 'axios', 'axios-owner'],
  ['src/main/voucher/y.ts', 'serialport', 'serialport-owner'],
  ['src/main/scanner/z.ts', 'node-hid', 'node-hid-owner'],
  ['src/main/voucher/z.ts', 'koffi', 'koffi-owner'],
  ['src/main/center/y.ts', '@noble/curves/utils.js', '@noble/curves-owner'],
  ['src/main/center/z.ts', 'sm-crypto-v2', 'sm-crypto-v2-owner'],
  ['src/main/journal/y.ts', 'hash-wasm', 'hash-wasm-owner'],
  ['src/main/journal/z.ts', 'typebox', 'typebox-owner'],
  ['src/main/api/e.ts', 'electron', 'electron-owner'],
  ['src/main/center/d.ts', 'sm-crypto', 'development-packages'],
  ['src/main/wiring/x.ts', '../desktop/ok.ts', 'wiring-is-headless'],
  ['src/main/wiring/machine/x.ts', '../../journal/ok.ts', 'wiring/machine-imports'],
  ['src/main/api/t.ts', '../wiring/x.ts', 'nobody-imports-the-top'],
  ['src/main/api/s.ts', '../../sandbox/ok.ts', 'nobody-imports-the-sandbox'],
  ['src/main/api/v.ts', '../../../evidence/torture/ok.ts', 'nobody-imports-the-evidence'],
  ['evidence/checker/x.ts', '../../src/core/domain/ok.ts', 'checker-stands-alone'],
  ['evidence/checker/y.ts', '../torture/ok.ts', 'checker-stands-alone'],
  ['src/main/config/gone.ts', './not-there.ts', 'resolvable'],
  ['src/core/gm/circle-a.ts', './circle-b.ts', 'no-circular'],
]

type Violation = { readonly from: string; readonly rule: { readonly name: string } }

const cruise = (folder: string): readonly Violation[] => {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [program, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'src', 'evidence']
  // The JSON reporter exits with 0 whatever it found.
  const output = execFileSync(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' })
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations
}

describe('dependency rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-agent-architecture-'))
  let violations: readonly Violation[] = []

  before(() => {
    for (const name of ['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      cpSync(join(root, name), join(folder, name))
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const put = (file: string, text: string): void => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const rooms = ['order', 'operations', 'following'].map((name) => `usecases/${name}`)
    const places = ['journal', 'center', 'api', 'scanner', 'voucher', 'desktop', ...rooms].map(
      (name) => `src/main/${name}`,
    )
    for (const place of [...places, 'src/core/domain', 'src/core/gm', 'src/sandbox', 'evidence/torture'])
      put(`${place}/ok.ts`, 'export const ok = 1\n')
    for (const [file, imports] of breaches) {
      put(file, `import * as other from '${imports}'\nexport const value = other\n`)
    }
    put('src/core/gm/circle-b.ts', "export * from './circle-a.ts'\n")
    violations = cruise(folder)
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  for (const [file, imports, rule] of breaches) {
    it(`${rule} refuses ${imports} in ${file}`, () => {
      const found = violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)
      assert.ok(found.includes(rule), `found ${found.join(', ') || 'nothing'}`)
    })
  }
})
