// Owns calling the openssl command, and SM2 keys in the form that it reads (SEC1 and SPKI, PEM).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (args: readonly string[], input: Uint8Array = Buffer.alloc(0)) =>
  spawnSync('openssl', args, { input, maxBuffer: 64 * 1024 * 1024 })

/** Its standard output; throws with its standard error when it fails. */
export const openssl = (args: readonly string[], input?: Uint8Array): Buffer => {
  const { status, stdout, stderr, error } = run(args, input)
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`)
  return stdout
}

/** Why the cross-check cannot run here; undefined when it can. */
export const opensslLacks = (): string | undefined => {
  const { error } = run(['version'])
  if (error !== undefined) return 'the openssl command is not installed'
  if (!run(['ecparam', '-list_curves']).stdout.includes('SM2')) return 'this openssl has no SM2'
  return run(['dgst', '-sm3']).status === 0 && run(['enc', '-sm4-ecb', '-K', '00', '-e']).status === 0
    ? undefined
    : 'this openssl has no SM3 or SM4'
}

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 128 ? [body.length] : [0x81, body.length]
  return Buffer.concat([Buffer.of(tag, ...length), body])
}
const sm2Oid = Buffer.from('06082a811ccf5501822d', 'hex')
const ecPublicKeyOid = Buffer.from('06072a8648ce3d0201', 'hex')
const pem = (label: string, body: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(body).toString('base64')}\n-----END ${label}-----\n`

/** `privateKey`: 32 bytes; `publicKey`: 65 bytes. */
export const privateKeyPem = (privateKey: Uint8Array, publicKey: Uint8Array): string => {
  const bits = der(0x03, Buffer.of(0), publicKey)
  return pem('EC PRIVATE KEY', der(0x30, Buffer.of(2, 1, 1), der(0x04, privateKey), der(0xa0, sm2Oid), der(0xa1, bits)))
}
export const publicKeyPem = (publicKey: Uint8Array): string =>
  pem('PUBLIC KEY', der(0x30, der(0x30, ecPublicKeyOid, sm2Oid), der(0x03, Buffer.of(0), publicKey)))

/** A folder with the given files, removed after `use`. */
export const withFiles = <Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (pathOf: (name: string) => string) => Result,
): Result => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-gm-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 })
    return use((name) => join(folder, name))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
