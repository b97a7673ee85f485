// Owns how a configuration points to a secret: secrets never stand in the file itself (I9).
import Type, { type Static } from 'typebox'

const text = (title: string) => Type.String({ title, minLength: 1, maxLength: 2_000 })

/** They come from another file or from the environment. */
export const Secret = Type.Object(
  { file: Type.Optional(text('密钥文件')), env: Type.Optional(text('环境变量名')) },
  { title: '密钥来源', description: '{"file": 路径} 或 {"env": 环境变量名}', additionalProperties: false },
)
export type Secret = Static<typeof Secret>
