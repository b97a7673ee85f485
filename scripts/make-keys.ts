// Owns `npm run keys -- DIR`: makes the agent's SM2 pair. The private key goes into a file only its owner can read; the
// public key is printed and written for the center. Neither is ever printed together.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { derivePublicKey, generatePrivateKey } from '../src/main/gm/sm2.ts'

const folder = process.argv[2]
if (folder === undefined) {
  console.error('用法 (usage): npm run keys -- 目录 (DIR)')
  process.exit(1)
}
const privateFile = resolve(folder, 'agent-private.key')
const publicFile = join(resolve(folder), 'agent-public.key')
if (existsSync(privateFile)) {
  console.error(`已存在, 不覆盖 (exists, not overwritten): ${privateFile}`)
  process.exit(1)
}
mkdirSync(resolve(folder), { recursive: true, mode: 0o700 })
const privateKey = generatePrivateKey((length) => randomBytes(length))
const publicKey = Buffer.from(derivePublicKey(privateKey)).toString('base64')
writeFileSync(privateFile, `${Buffer.from(privateKey).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
writeFileSync(publicFile, `${publicKey}\n`, { mode: 0o644 })
console.log(`私钥 (private key, keep it here): ${privateFile}`)
console.log(`公钥 (public key, send it to the center): ${publicFile}\n${publicKey}`)
