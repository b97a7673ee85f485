// Measures SM2, SM3 and SM4 of ours against sm-crypto and OpenSSL at 1, 50 and 500 KB, after checking that they agree.
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import {
  createSigner,
  createVerifier,
  derivePublicKey,
  generatePrivateKey,
  precomputeBase,
  readSignatures,
} from '../../src/core/gm/sm2.ts'
import { sm3 } from '../../src/core/gm/sm3.ts'
import { encryptSm4Ecb } from '../../src/core/gm/sm4.ts'
import { openLibcryptoSm2 } from '../compared/libcrypto.ts'
import { everyCallUs, interleave, median, type Candidates } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { smCrypto } from '../compared/sm-crypto.ts'

/** Rounds by size: sm-crypto takes up to 0.2 s for one call of the largest. */
const sizes = [
  { kilobytes: 1, rounds: 60 },
  { kilobytes: 50, rounds: 30 },
  { kilobytes: 500, rounds: 9 },
] as const
const userIdText = '1234567812345678'
const signAtMost = 1.3

type Candidate = 'ours' | 'openssl' | 'smCrypto'
type Work = Readonly<Partial<Record<Candidate, () => unknown>>>

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** OpenSSL as it comes with Node; src may not use it, because Electron's has none of these. */
const opensslSm3 = (message: Buffer): Buffer => {
  // eslint-disable-next-line no-restricted-syntax -- the yardstick itself
  return createHash('sm3').update(message).digest()
}
const opensslSm4 = (key: Buffer, plain: Buffer): Buffer => {
  // eslint-disable-next-line no-restricted-syntax -- the yardstick itself
  const cipher = createCipheriv('sm4-ecb', key, null)
  return Buffer.concat([cipher.update(plain), cipher.final()])
}

const assertAgreed = (what: string, agreed: boolean): void => {
  if (!agreed) throw new Error(`${what}: the implementations disagree`)
}

const openKeys = () => {
  const privateKey = generatePrivateKey(randomBytes)
  const publicKey = derivePublicKey(privateKey)
  const userId = Buffer.from(userIdText)
  const verifier = createVerifier({ publicKey, userId })
  precomputeBase()
  verifier.precompute()
  return {
    sign: createSigner({ privateKey, userId, randomBytes }),
    verifier,
    libcrypto: openLibcryptoSm2({ privateKey, publicKey, userId }),
    privateHex: hex(privateKey),
    publicHex: hex(publicKey),
    sm4Key: randomBytes(16),
  }
}
type Keys = ReturnType<typeof openKeys>

/** The works to compare for one message; each pair was seen to agree. */
const worksOf = (keys: Keys, message: Buffer): Readonly<Record<string, Work>> => {
  const { sign, verifier, libcrypto, privateHex, publicHex, sm4Key } = keys
  const options = { hash: true, publicKey: publicHex, userId: userIdText } as const
  const array = [...message]
  const ours = sign(message)
  const foreign = libcrypto?.sign(message)
  assertAgreed('SM2 sm-crypto', smCrypto.sm2.doVerifySignature(array, hex(ours), publicHex, options))
  if (foreign !== undefined) {
    assertAgreed('SM2 libcrypto', verifier.verify(readSignatures(foreign)[0] ?? new Uint8Array(), message))
    assertAgreed('SM2 libcrypto verify', libcrypto?.verify(message, foreign) === true)
  }
  assertAgreed('SM3', opensslSm3(message).equals(sm3(message)) && smCrypto.sm3(array) === hex(sm3(message)))
  assertAgreed('SM4', opensslSm4(sm4Key, message).equals(encryptSm4Ecb(sm4Key, message)))
  assertAgreed('SM4 sm-crypto', smCrypto.sm4.encrypt(array, hex(sm4Key)) === hex(encryptSm4Ecb(sm4Key, message)))
  return {
    'SM2 签名 sign': {
      ours: () => sign(message),
      ...(libcrypto === undefined ? {} : { openssl: () => libcrypto.sign(message) }),
      smCrypto: () => smCrypto.sm2.doSignature(array, privateHex, options),
    },
    'SM2 验签 verify': {
      ours: () => verifier.verify(ours, message),
      ...(libcrypto === undefined || foreign === undefined
        ? {}
        : { openssl: () => libcrypto.verify(message, foreign) }),
      smCrypto: () => smCrypto.sm2.doVerifySignature(array, hex(ours), publicHex, options),
    },
    SM3: {
      ours: () => sm3(message),
      openssl: () => opensslSm3(message),
      smCrypto: () => smCrypto.sm3(array),
    },
    'SM4-ECB': {
      ours: () => encryptSm4Ecb(sm4Key, message),
      openssl: () => opensslSm4(sm4Key, message),
      smCrypto: () => smCrypto.sm4.encrypt(array, hex(sm4Key)),
    },
  }
}

const compare = async (work: Work, rounds: number): Promise<Readonly<Record<Candidate, number>>> => {
  const entries = Object.entries(work).map(([name, call]) => [name, everyCallUs(call)] as const)
  const samples = await interleave(Object.fromEntries(entries) as Candidates<Candidate>, { rounds, warmUp: 3 })
  const of = (name: Candidate): number => (name in samples ? median(samples[name]) : Number.NaN)
  return { ours: of('ours'), openssl: of('openssl'), smCrypto: of('smCrypto') }
}

const run = async (bench: Bench): Promise<void> => {
  const keys = openKeys()
  const { libcrypto } = keys
  bench.print(
    libcrypto === undefined
      ? '  没有 libcrypto.so.3: 仅有 node:crypto 的 SM3、SM4 (no libcrypto.so.3 here: node:crypto for SM3 and SM4 only)'
      : `  SM2 对照 yardstick: ${libcrypto.version}; SM3, SM4: node:crypto ${process.versions.openssl}`,
  )
  const rows = [['微秒/次 us a call (median)', 'KB', '本助手 ours', 'openssl', 'sm-crypto', '/openssl', '/sm-crypto']]
  for (const { kilobytes, rounds } of sizes) {
    for (const [name, work] of Object.entries(worksOf(keys, randomBytes(kilobytes * 1024)))) {
      const us = await compare(work, bench.rounds(rounds))
      const [toOpenssl, toSmCrypto] = [us.ours / us.openssl, us.ours / us.smCrypto]
      const times = [us.ours, us.openssl, us.smCrypto].map(digits)
      rows.push([name, String(kilobytes), ...times, `${digits(toOpenssl)}x`, `${digits(toSmCrypto)}x`])
      const id = `${name.replaceAll(/[^\w-]+/g, '-')}-${kilobytes}KB`.toLowerCase()
      const label = `${name}, ${kilobytes} KB / openssl`
      const limited = name.includes('sign') && kilobytes < 500
      if (us.openssl > 0) {
        const limit = limited ? { limit: { atMost: signAtMost } } : {}
        bench.record({ name: `${id}-to-openssl`, label, value: toOpenssl, unit: 'x', ...limit })
      }
      bench.record({ name: `${id}-to-sm-crypto`, label, value: toSmCrypto, unit: 'x' })
    }
  }
  bench.print(...tableLines(rows))
}

export const gm: Part = { name: 'gm', title: '国密算法 SM2, SM3, SM4', run }
