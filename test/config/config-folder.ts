// Owns a folder with a configuration that has no fault, to be spoilt by the tests, and catching what loading throws.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
export const privateKey = generatePrivateKey(randomBytes)
export const publicKey = derivePublicKey(privateKey)
export const centerPublicKey = derivePublicKey(generatePrivateKey(randomBytes))
export const appSecret = `SECRET${randomBytes(13).toString('hex')}`

type Part = Record<string, unknown>
export type Draft = { api: Part & { tokens: Part[] }; center: Part; voucher: Part } & Part

/** Secrets in the files `secret` and `key` of the folder. */
export const validConfig = (): Draft => ({
  environment: 'test',
  orgCodg: 'H00000000001',
  api: { tokens: [{ name: 'his', hash: '0'.repeat(64), scopes: ['read', 'pay'] }] },
  center: {
    baseUrl: 'https://center.invalid:8082',
    appId: 'MIPAGENTTEST0000000000000000000Z',
    appSecret: { file: 'secret' },
    privateKey: { file: 'key' },
    publicKey: base64(publicKey),
    centerPublicKey: base64(centerPublicKey),
  },
  voucher: { library: join(tmpdir(), 'libNationECCode.so'), url: 'http://front.invalid/', scannerOwner: 'agent' },
})

/** A fresh folder, removed after the test. */
export const makeFolder = (t: TestContext, files: Readonly<Record<string, string | Uint8Array>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const all = { secret: `${appSecret}\n`, key: `${base64(privateKey)}\r\n`, ...files }
  for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), content, { mode: 0o600 })
  return folder
}

/** The path of a configuration file with this content, the valid secrets beside it unless `files` has others. */
export const writeConfig = (
  t: TestContext,
  content: object | string | Uint8Array,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): string => {
  const isText = typeof content === 'string' || content instanceof Uint8Array
  const folder = makeFolder(t, { ...files, 'agent.json': isText ? content : JSON.stringify(content, null, 2) })
  return join(folder, 'agent.json')
}

/** What loading the file throws. */
export const errorOf = (path: string): AgentError => {
  try {
    loadConfig(path)
  } catch (error) {
    return error instanceof AgentError ? error : assert.fail(error as Error)
  }
  return assert.fail('the configuration was taken')
}

/** The faults of a configuration, one line each; FOLDER stands for where it lies. */
export const faultsOf = (
  t: TestContext,
  content: object,
  files?: Readonly<Record<string, string | Uint8Array>>,
): readonly string[] => {
  const path = writeConfig(t, content, files)
  const { code, detail } = errorOf(path)
  assert.equal(code, 'CONFIG_INVALID')
  return (detail?.['faults'] as readonly string[]).map((fault) => fault.replaceAll(dirname(path), 'FOLDER'))
}
