// Owns the channel of a bench: the keys and secrets that the center, the agent and the naive agent share, and 6201
// envelopes sealed ahead for the direct calls.
import { randomBytes } from 'node:crypto'
import { inventBill, inventedPatient } from '../test/fixtures/invented-bill.ts'
import { canonicalJsonTexts } from '../src/contract/check/json-text.ts'
import { interfaces } from '../src/contract/interfaces.ts'
import { envelopeVersion } from '../src/main/center/create-center.ts'
import { sealEnvelope } from '../src/main/center/envelope.ts'
import { wireStamp } from '../src/core/domain/time/shanghai-time.ts'
import { derivePublicKey, generatePrivateKey } from '../src/core/gm/sm2.ts'
import { settingDefaults } from '../src/main/config/schema/setting-defaults.ts'
import { envelopeKeys } from '../src/main/wiring/settings-of-config.ts'
import { newOrderNumber } from './order-number.ts'

export const orgCodg = 'H00000000001'

export const newChannel = () => {
  const privateKey = generatePrivateKey(randomBytes)
  return {
    appId: randomBytes(16).toString('hex').toUpperCase(),
    appSecret: randomBytes(16).toString('hex').toUpperCase(),
    privateKey,
    publicKey: derivePublicKey(privateKey),
  }
}
export type Channel = ReturnType<typeof newChannel>

export type BillSize = { readonly lines: number; readonly full: boolean }

const lineFen = 1_234

/** The body of a fresh upload as the HIS sends it to the agent. */
export const newUpload = ({ lines, full }: BillSize): Buffer =>
  Buffer.from(
    JSON.stringify({ ...inventBill({ medOrgOrd: newOrderNumber(), lines, lineFen, full }), ...inventedPatient }),
  )

/** Seals fresh uploads for the center itself. */
export const createSealer = ({ appId, appSecret, privateKey, publicKey }: Channel): ((size: BillSize) => Buffer) => {
  const keys = envelopeKeys({
    appId,
    appSecret,
    privateKey,
    peerPublicKey: publicKey,
    userId: settingDefaults.center.userId,
  })
  return (size) => {
    const body = { ...(JSON.parse(newUpload(size).toString()) as object), orgCodg }
    const { sent, signed } = canonicalJsonTexts(body)
    return sealEnvelope(keys, { appId, version: envelopeVersion, timestamp: wireStamp(Date.now()) }, signed, sent)
  }
}

export const uploadPath = interfaces['6201'].path
