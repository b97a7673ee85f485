// Owns `npm run token -- NAME SCOPE...`: makes an access token. It is shown once; the configuration gets only its hash.
import { createToken, scopes, type Scope } from '../src/main/api/callers/tokens.ts'

const [name, ...asked] = process.argv.slice(2)
const isScope = (text: string): text is Scope => scopes.some((scope) => scope === text)
if (name === undefined || asked.length === 0 || !asked.every(isScope)) {
  console.error(`用法 (usage): npm run token -- 名称 (NAME) ${scopes.join('|')} ...`)
  process.exit(1)
}
const { token, hash } = createToken()
console.log(`令牌, 只显示这一次 (the token, shown only now): ${token}`)
console.log(`写入配置 api.tokens (for the configuration): ${JSON.stringify({ name, hash, scopes: asked })}`)
