// Owns reading SM2 keys out of DER and PEM: PKCS#8 and SEC1 of private keys, SPKI of public ones. What is none of them is named, so
// that whoever filled in the wrong file knows which one it is. Checking the key itself is sm2-keys.ts.

const [integerTag, bitsTag, bytesTag, oidTag, sequenceTag, parametersTag] = [0x02, 0x03, 0x04, 0x06, 0x30, 0xa0]
const sm2Oid = '2a811ccf5501822d'
const ecOid = '2a8648ce3d0201'
const rsaOid = '2a864886f70d010101'
/** The prime of the curve: it stands in the parameters where a key writes its whole curve instead of the curve's name. */
const sm2Prime = 'fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff'

type Node = { readonly tag: number; readonly body: Buffer }

/** The nodes that follow each other in the bytes; undefined when they are no DER. */
const readNodes = (bytes: Buffer): readonly Node[] | undefined => {
  const nodes: Node[] = []
  let at = 0
  while (at < bytes.length) {
    const [tag, first] = [bytes[at], bytes[at + 1]]
    if (tag === undefined || first === undefined) return undefined
    const lengthBytes = first < 0x80 ? 0 : first - 0x80
    if (lengthBytes > 2) return undefined
    const start = at + 2 + lengthBytes
    if (start > bytes.length || (first >= 0x80 && lengthBytes === 0)) return undefined
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes)
    if (start + length > bytes.length) return undefined
    nodes.push({ tag, body: bytes.subarray(start, start + length) })
    at = start + length
  }
  return nodes
}

const childrenOf = ({ tag, body }: Node): readonly Node[] | undefined =>
  tag === sequenceTag || tag === parametersTag ? readNodes(body) : undefined

/** Which key the algorithm is for; throws a RangeError that says so when it is not SM2. */
const assertSm2 = (algorithm: readonly Node[]): void => {
  const [name, parameters] = algorithm.map(({ body }) => body.toString('hex'))
  if (name === rsaOid) throw new RangeError('这是 RSA 密钥, 应为 SM2 密钥')
  const isSm2 = parameters === sm2Oid || name === sm2Oid || (name === ecOid && (parameters ?? '').includes(sm2Prime))
  if (!isSm2) throw new RangeError('这是其他曲线的密钥, 应为 SM2 密钥 (sm2p256v1)')
}

export type ReadKey = { readonly kind: 'private' | 'public'; readonly bytes: Buffer }

/** SEC1: version 1, the scalar, [0] the curve, [1] the public key. */
const readSec1 = (nodes: readonly Node[]): ReadKey | undefined => {
  const [version, scalar, parameters] = nodes
  if (version?.tag !== integerTag || version.body[0] !== 1 || scalar?.tag !== bytesTag) return undefined
  if (parameters?.tag === parametersTag) {
    const curve = childrenOf(parameters)?.[0]
    if (curve !== undefined) assertSm2([{ tag: oidTag, body: Buffer.from(ecOid, 'hex') }, curve])
  }
  return { kind: 'private', bytes: scalar.body }
}

/** PKCS#8: version 0, the algorithm, a SEC1 key in bytes. */
const readPkcs8 = (nodes: readonly Node[]): ReadKey | undefined => {
  const [version, algorithm, wrapped] = nodes
  if (version?.tag !== integerTag || algorithm?.tag !== sequenceTag || wrapped?.tag !== bytesTag) return undefined
  assertSm2(childrenOf(algorithm) ?? [])
  const [inner] = readNodes(wrapped.body) ?? []
  const sec1 = inner === undefined ? undefined : readSec1(childrenOf(inner) ?? [])
  // Some write the scalar itself.
  return sec1 ?? { kind: 'private', bytes: wrapped.body }
}

/** SPKI: the algorithm, the point as bits. */
const readSpki = (nodes: readonly Node[]): ReadKey | undefined => {
  const [algorithm, point] = nodes
  if (algorithm?.tag !== sequenceTag || point?.tag !== bitsTag || nodes.length !== 2) return undefined
  assertSm2(childrenOf(algorithm) ?? [])
  return { kind: 'public', bytes: point.body.subarray(1) }
}

/** A key in DER; undefined when the bytes are no DER at all. Throws a RangeError, in Chinese, when they are something else. */
export const readDer = (bytes: Buffer): ReadKey | undefined => {
  const [whole, ...others] = bytes[0] === sequenceTag ? (readNodes(bytes) ?? []) : []
  if (whole === undefined || others.length > 0) return undefined
  const nodes = childrenOf(whole)
  if (nodes === undefined) return undefined
  const key = readSec1(nodes) ?? readPkcs8(nodes) ?? readSpki(nodes)
  if (key !== undefined) return key
  if (isPkcs12(bytes)) throw new RangeError(pkcs12)
  if (nodes[0]?.tag === integerTag && nodes.length === 9) throw new RangeError('这是 RSA 密钥, 应为 SM2 密钥')
  if (nodes[0]?.tag === sequenceTag && nodes.length === 3) throw new RangeError('这是证书, 应为密钥; 请索取公钥本身')
  if (nodes[0]?.tag === sequenceTag) throw new RangeError('这是加密过的私钥 (PKCS#8), 请先解密')
  throw new RangeError('不是 SM2 密钥')
}

const pkcs12 = '这是 PKCS#12 文件 (.pfx、.p12), 请导出为 PEM: openssl pkcs12 -in 文件 -nocerts -nodes -out 私钥.pem'

/** SEQUENCE { INTEGER 3, SEQUENCE ... }, in DER or with the open lengths of BER. */
const isPkcs12 = (bytes: Buffer): boolean => {
  const lengthBytes = (bytes[1] ?? 0) < 0x81 ? 0 : (bytes[1] ?? 0) - 0x80
  return bytes.subarray(2 + lengthBytes, 6 + lengthBytes).equals(Buffer.from([integerTag, 1, 3, sequenceTag]))
}

/** No text has these; every key in DER does. */
const isBinary = (bytes: Buffer): boolean => bytes.some((byte) => byte < 0x09)

/**
 * The text of a file of a secret: as it is, or, where the file is a key in binary DER, the base64 of it, which is read alike. Throws a
 * RangeError, in Chinese, that names any other binary file.
 */
export const textOfSecretFile = (bytes: Buffer): string => {
  if (!isBinary(bytes)) return bytes.toString('utf8')
  if (bytes[0] === 0xff || bytes[0] === 0xfe) {
    throw new RangeError(
      bytes[1] === 0xed ? '这是 Java 密钥库 (JKS), 请导出为 PEM' : '文件是 UTF-16 编码, 请另存为 UTF-8',
    )
  }
  if (bytes[0] !== sequenceTag) throw new RangeError('文件是二进制的, 应为文本或 DER 密钥')
  if (isPkcs12(bytes)) throw new RangeError(pkcs12)
  return bytes.toString('base64')
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g

/** The first PEM block that is a key; undefined when the text is no PEM. Throws a RangeError, in Chinese, when there is no key. */
export const readPem = (text: string): Buffer | undefined => {
  if (!text.includes('-----BEGIN ')) return undefined
  for (const [, label = '', body = ''] of text.matchAll(block)) {
    if (label.endsWith('PARAMETERS')) continue
    if (label === 'ENCRYPTED PRIVATE KEY' || body.includes('Proc-Type:'))
      throw new RangeError('这是加密过的私钥, 请先解密')
    if (label.endsWith('CERTIFICATE')) throw new RangeError('这是证书, 应为密钥; 请索取公钥本身')
    if (label.startsWith('RSA ')) throw new RangeError('这是 RSA 密钥, 应为 SM2 密钥')
    if (label.endsWith('KEY')) return Buffer.from(body.replaceAll(/\s+/g, ''), 'base64')
    throw new RangeError(`PEM 中没有密钥 (${label.slice(0, 40)})`)
  }
  throw new RangeError('PEM 不完整: 缺少 END 一行')
}
