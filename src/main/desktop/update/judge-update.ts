// Owns what is believed of an update: the signature of our own key over the manifest's bytes, a version that only goes up, a
// file that is the one named. Pure; fetching is fetch-update.ts.
import { ed25519 } from '@noble/curves/ed25519.js'
import {
  checkManifest,
  checkSignedManifest,
  type UpdateFile,
  type UpdateManifest,
  type UpdateTarget,
} from '../../../contract/desktop/update-manifest.ts'

/** An update that is not taken; the reason is Chinese, for the log and the person who put it there. */
export class UpdateRefused extends Error {
  override readonly name = 'UpdateRefused'
}

const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

/** RFC 8032 to the letter. Noble's, as what node:crypto can do differs between Node and Electron (docs/adr/0050). */
const isSigned = (bytes: Uint8Array, signature: string, publicKey: string): boolean => {
  try {
    return ed25519.verify(bytesOf(signature), bytes, bytesOf(publicKey), { zip215: false })
  } catch {
    // Not even the shape of a signature, or of a key.
    return false
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new UpdateRefused('升级清单不是 JSON')
  }
}

/** The manifest in what lies on the server. Nothing of it is read before the signature is right. Throws UpdateRefused. */
export const openManifest = (text: string, publicKey: string): UpdateManifest => {
  const { value: signed, faults } = checkSignedManifest(parse(text))
  if (faults.length > 0) throw new UpdateRefused('升级清单格式有误')
  const bytes = Buffer.from(signed.manifest, 'base64')
  if (!isSigned(bytes, signed.signature, publicKey)) throw new UpdateRefused('升级清单的签名不符')
  const manifest = checkManifest(parse(bytes.toString('utf8')))
  if (manifest.faults.length > 0) throw new UpdateRefused('升级清单内容有误')
  return manifest.value
}

const partsOf = (version: string): readonly number[] => version.split('.').map(Number)

/** Negative, 0 or positive, as the versions are ordered. Both are number.number.number. */
export const compareVersions = (left: string, right: string): number => {
  const others = partsOf(right)
  return partsOf(left).reduce((order, part, index) => order || part - (others[index] ?? 0), 0)
}

/**
 * The file to install, or undefined when this version already runs. `highestSeen`: of this version and every manifest seen
 * before. Throws UpdateRefused below it: an old manifest is still signed, and brings back the faults of its time.
 */
export const chooseFile = (
  manifest: UpdateManifest,
  here: { readonly version: string; readonly highestSeen: string; readonly target: UpdateTarget },
): UpdateFile | undefined => {
  if (compareVersions(manifest.version, here.highestSeen) < 0) {
    throw new UpdateRefused(`清单版本 ${manifest.version} 低于已有或见过的 ${here.highestSeen}, 不降级`)
  }
  if (compareVersions(manifest.version, here.version) === 0) return undefined
  const file = manifest.files.find(({ target }) => target === here.target)
  if (file === undefined) throw new UpdateRefused(`清单中没有适用于本机的安装包 (${here.target})`)
  return file
}

/** Whether an update may be installed now: never with an open order, and never when that is not known. */
export const mayInstall = (
  status: { readonly openOrders?: number; readonly runningOperations?: number } | undefined,
): boolean => status?.openOrders === 0 && status.runningOperations === 0
