// Owns `npm run keys -- DIR`: makes the agent's SM2 pair. The private key goes sealed into a file, which only this user on this
// machine opens; the public key is printed and written for the center. Neither is ever printed together.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { derivePublicKey, generatePrivateKey } from '../src/core/gm/sm2.ts'
import { headlessSealer } from '../src/main/wiring/secret-commands.ts'

const [folder, option] = process.argv.slice(2)
if (folder === undefined || (option !== undefined && option !== '--plain')) {
  console.error('用法 (usage): npm run keys -- 目录 (DIR) [--plain]')
  console.error('--plain: 不密封, 用于给另一台电脑生成; 放到那里后用 agent secrets seal 密封 (for another machine)')
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
const text = Buffer.from(privateKey).toString('base64')
const content = option === '--plain' ? `${text}\n` : headlessSealer().seal(privateFile, 'center.privateKey', text)
writeFileSync(privateFile, content, { mode: 0o600, flag: 'wx' })
writeFileSync(publicFile, `${publicKey}\n`, { mode: 0o644 })
console.log(
  option === '--plain'
    ? `私钥, 明文 (private key, in plain): ${privateFile}`
    : `私钥, 已密封, 与旁边的 secrets.key 一起只能在本机使用 (private key, sealed for this machine): ${privateFile}`,
)
console.log(`公钥 (public key, send it to the center): ${publicFile}\n${publicKey}`)
