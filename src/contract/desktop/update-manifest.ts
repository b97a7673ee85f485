// Owns the shape of an update's manifest, as scripts/sign-update.ts makes it and the desktop reads it.
import Type, { type Static } from 'typebox'
import { createCheck } from '../check/check.ts'
import { Strict, Text } from '../check/fields.ts'

const maxFileBytes = 1024 * 1024 * 1024

/** The packages of electron-builder.yml. */
export const updateTargets = ['nsis', 'deb', 'appimage'] as const
export type UpdateTarget = (typeof updateTargets)[number]

const UpdateFile = Strict({
  target: Type.Enum([...updateTargets], { title: '安装包类型' }),
  /** A name beside the manifest, never a path. */
  name: Type.String({ title: '文件名', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$' }),
  size: Type.Integer({ title: '字节数', minimum: 1, maximum: maxFileBytes }),
  sha256: Type.String({ title: 'SHA-256', pattern: '^[0-9a-f]{64}$' }),
})
export type UpdateFile = Static<typeof UpdateFile>

const UpdateManifest = Strict({
  product: Type.Literal('mip-agent'),
  version: Type.String({ title: '版本', pattern: '^\\d{1,4}[.]\\d{1,4}[.]\\d{1,4}$' }),
  files: Type.Array(UpdateFile, { title: '安装包', minItems: 1, maxItems: 10 }),
})
export type UpdateManifest = Static<typeof UpdateManifest>

/** What lies on the server: the manifest's exact bytes and the signature over them, both Base64. */
const SignedManifest = Strict({ manifest: Text('清单', 65_536), signature: Text('签名', 100) })
export type SignedManifest = Static<typeof SignedManifest>

export const checkManifest = createCheck<UpdateManifest>(UpdateManifest)
export const checkSignedManifest = createCheck<SignedManifest>(SignedManifest)
