// Owns `npm run sign-update`: makes the key of updates, and signs the manifest of packages for the intranet server. The private
// key belongs on a machine that builds, never on one that runs the agent.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { checkManifest, type SignedManifest, type UpdateTarget } from '../src/contract/desktop/update-manifest.ts'
import { faultText } from '../src/contract/check/check.ts'
import { version } from '../src/main/wiring/machine/version.ts'

const usage = `升级签名 (sign an update)
  npm run sign-update -- make-key 私钥文件        生成密钥, 打印写入配置 desktop.update.publicKey 的公钥
  npm run sign-update -- sign 私钥文件 清单文件 安装包...
                                                  为安装包 (.exe .deb .AppImage) 生成签名的清单, 与安装包放在同一目录
`

const targets: Readonly<Record<string, UpdateTarget>> = { exe: 'nsis', deb: 'deb', AppImage: 'appimage' }

/** The 32 bytes of an Ed25519 public key, Base64: the end of its SubjectPublicKeyInfo (RFC 8410). */
const publicText = (pem: string): string =>
  createPublicKey(pem).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')

/** Writes a new private key (PEM, 0600; never over another file) and returns the public key. */
export const makeUpdateKey = (file: string): string => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' })
  return publicText(pem)
}

/** The signed manifest of packages. Throws a RangeError for what the desktop would not take. */
export const signUpdate = (privateKey: string, ofVersion: string, packages: readonly string[]): SignedManifest => {
  const files = packages.map((path) => {
    const bytes = readFileSync(path)
    const name = basename(path)
    const target = targets[name.split('.').at(-1) ?? '']
    return { target, name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
  const manifest = { product: 'mip-agent', version: ofVersion, files }
  const { faults } = checkManifest(structuredClone(manifest))
  if (faults.length > 0) throw new RangeError(faults.map(faultText).join('; '))
  const bytes = Buffer.from(JSON.stringify(manifest))
  const signature = sign(null, bytes, createPrivateKey(privateKey))
  return { manifest: bytes.toString('base64'), signature: signature.toString('base64') }
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true, strict: true })
  const [command, keyFile, target, ...packages] = positionals
  if (command === 'make-key' && keyFile !== undefined && target === undefined) {
    console.log(`公钥 (desktop.update.publicKey): ${makeUpdateKey(keyFile)}`)
  } else if (command === 'sign' && keyFile !== undefined && target !== undefined && packages.length > 0) {
    const signed = signUpdate(readFileSync(keyFile, 'utf8'), version, packages)
    writeFileSync(target, `${JSON.stringify(signed)}\n`)
    console.log(`已签名 (signed): ${target}, 版本 ${version}, ${packages.length} 个安装包`)
  } else {
    process.stderr.write(usage)
    process.exitCode = 1
  }
}
