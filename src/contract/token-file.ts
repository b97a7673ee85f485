// Owns the shape of the files that hold tokens: the store in the data folder and the file of a roll-out. Both hold hashes only.
import Type, { type Static } from 'typebox'
import { shapeKey, Strict, Text } from './check/fields.ts'

const optional = Type.Optional
const Hash = Type.String({
  title: '令牌摘要',
  pattern: '^[0-9a-f]{64}$',
  description: 'npm run token 生成; SM3, 十六进制',
})
const Moment = (title: string) =>
  Type.String({ title, pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d', maxLength: 40, description: 'ISO 8601' })

export const TokenScopes = Type.Array(Type.Enum(['read', 'decode', 'pay', 'refund', 'admin'], { title: '权限' }), {
  title: '权限',
  minItems: 1,
  maxItems: 5,
})

/** A name stands in addresses, logs and the journal. */
export const TokenName = Type.String({
  title: '令牌名称',
  pattern: '^[\\w.\\u4e00-\\u9fff-]{1,40}$',
  [shapeKey]: '应为 1 到 40 个汉字、字母、数字、_、.、-',
})

export const TokenOrigin = Type.String({
  title: '网页来源',
  pattern: '^https?://[^/\\s]{1,200}$',
  [shapeKey]: '应为来源, 如 https://his.hospital.example, 不带路径',
})
export const TokenCharset = Type.Enum(['utf-8', 'gbk'], { title: '老接口的字符集' })
export const TokenFsiNames = Type.Enum(['table', 'snake'], { title: '/fsi 的字段名' })

const habits = { charset: optional(TokenCharset), fsiNames: optional(TokenFsiNames) }

export const RolledOutToken = Strict({
  name: TokenName,
  hash: Hash,
  scopes: TokenScopes,
  orgCodg: optional(Text('机构编码', 12)),
  expiresAt: optional(Moment('到期时间')),
  origin: optional(TokenOrigin),
  ...habits,
})
export type RolledOutToken = Static<typeof RolledOutToken>

export const RollOutFile = Strict({ tokens: Type.Array(RolledOutToken, { title: '令牌', maxItems: 100 }) })
export type RollOutFile = Static<typeof RollOutFile>

export const KeptToken = Strict({
  name: TokenName,
  hash: Hash,
  scopes: TokenScopes,
  orgCodg: Text('机构编码', 12),
  createdAt: Moment('签发时间'),
  expiresAt: optional(Moment('到期时间')),
  revokedAt: optional(Moment('吊销时间')),
  origin: optional(TokenOrigin),
  application: optional(Type.String({ maxLength: 40 })),
  /** The hash before the last rotation, and until when it works. */
  previous: optional(Strict({ hash: Hash, until: Moment('旧令牌有效到') })),
  /** The hash last taken from the file of a roll-out: another one there is a new roll-out. */
  rolledOut: optional(Hash),
  ...habits,
})
export type KeptToken = Static<typeof KeptToken>

/** Raised when a record means something else than before: an older version refuses the file. */
export const tokenFileVersion = 1

export const TokenFile = Strict({
  version: Type.Literal(tokenFileVersion),
  tokens: Type.Array(KeptToken, { maxItems: 1_000 }),
  /** Of the configuration, revoked here. */
  refused: Type.Array(Strict({ name: Type.String({ maxLength: 40 }), hash: Hash, revokedAt: Moment('吊销时间') }), {
    maxItems: 1_000,
  }),
})
export type TokenFile = Static<typeof TokenFile>
