// The library profiles by name. Made from the files of profiles/ by `npm run docs`.
import type { ProfileKind } from './profile-kind.ts'
import { heaSec } from '../profiles/hea-sec.ts'
import { nationEc } from '../profiles/nation-ec.ts'
import { shanghaiSe } from '../profiles/shanghai-se.ts'
import { sichuanYyjks } from '../profiles/sichuan-yyjks.ts'

export const profileKinds = {
  'hea-sec': heaSec,
  'nation-ec': nationEc,
  'shanghai-se': shanghaiSe,
  'sichuan-yyjks': sichuanYyjks,
} as const satisfies Readonly<Record<string, ProfileKind>>
