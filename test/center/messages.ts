// Owns the keys of both sides, a valid request and reply of every interface, and sealing replies. No sockets.
import { randomBytes } from 'node:crypto'
import { inventBill, inventedPatient } from '../fixtures/invented-bill.ts'
import type { InputOf, InterfaceCode } from '../../src/contract/interfaces.ts'
import type { UploadFeesInput } from '../../src/contract/interfaces/upload-fees.ts'
import { canonicalJsonText } from '../../src/contract/check/json-text.ts'
import { deriveSm4Key, type EnvelopeKeys, sealEnvelope } from '../../src/main/center/envelope.ts'
import { wireStamp } from '../../src/core/domain/time/shanghai-time.ts'
import { createSigner, createVerifier, derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'

export const appId = 'MIPAGENTTEST0000000000000000000Z'
export const appSecret = 'SECRETOFNOBODY000000000000000000'
const userId = Buffer.from('1234567812345678')

const agentKey = generatePrivateKey(randomBytes)
const centerKey = generatePrivateKey(randomBytes)
const side = (own: Uint8Array, other: Uint8Array): EnvelopeKeys => ({
  appId,
  appSecret,
  sm4Key: deriveSm4Key(appId, appSecret),
  sign: createSigner({ privateKey: own, userId, randomBytes }),
  verifier: createVerifier({ publicKey: derivePublicKey(other), userId }),
})

export const agentKeys = side(agentKey, centerKey)
export const centerKeys = side(centerKey, agentKey)
/** Of somebody who knows the secret but has another private key. */
export const impostorKeys = side(generatePrivateKey(randomBytes), agentKey)

export const codes = ['6201', '6202', '6203', '6205', '6301', '6401'] as const satisfies readonly InterfaceCode[]
export const payOrdId = 'ORD00000000000000000001'
const order = { payOrdId, payToken: 'PT01', orgCodg: 'H00000000001' }
const { ecToken, ...patient } = inventedPatient

export const inputs: { readonly [Code in InterfaceCode]: InputOf<Code> } = {
  '6201': {
    ...inventBill({ medOrgOrd: 'MO01', lines: 2, lineFen: 500 }),
    ...inventedPatient,
    orgCodg: order.orgCodg,
  } as unknown as UploadFeesInput,
  '6202': { ...order, payAuthNo: 'AUTH01', orgBizSer: 'BS01', chrgBchno: 'B01', feeType: '01', mdtrtId: 'MD01' },
  '6203': {
    payOrdId,
    appRefdSn: 'R01',
    appRefdTime: '20261120083000',
    totlRefdAmt: '10.00',
    cashRefdAmt: '2.00',
    refdType: 'ALL',
    ecToken,
  },
  '6205': { ...order, payAuthNo: 'AUTH01', orgBizSer: 'BS01' },
  '6301': { ...order, ...patient },
  '6401': { ...order, ...patient },
}

const amounts = { feeSumamt: '10.00', ownPayAmt: '2.00', psnAcctPay: '3.00', fundPay: '5.00' }

/** A complete reply of each interface. */
export const outputs: Readonly<Record<InterfaceCode, Readonly<Record<string, unknown>>>> = {
  '6201': { payOrdId, payToken: 'PT01' },
  '6202': { payOrdId, ordStas: '2', ...amounts, othFeeAmt: '0.00' },
  '6203': { refdSn: 'RS1', hiFefdSn: 'HR1', hiTrnsDate: '20261120', hiTrnsTime: '083000', refStatus: 'SUCC' },
  '6205': { medBankPayUrl: 'https://bank.invalid/pay' },
  '6301': {
    payOrdId,
    ordStas: '6',
    callType: '02',
    medOrgOrd: 'MO01',
    traceTime: '2026-11-20 08:30:00',
    orgCodg: order.orgCodg,
    orgName: '测试医院',
    setlType: 'ALL',
    ...amounts,
    revsToken: 'RT1',
    hiChrgTime: '083000',
    hiDocSn: 'D1',
    hiRgstSn: 'G1',
  },
  '6401': { success: true },
}

export type Change = Readonly<Record<string, unknown>>

/** The fields around a successful reply; a member of `change` that is undefined takes the field away. */
export const replyFields = (change: Change = {}): Record<string, unknown> => {
  const stamp = wireStamp(Date.now())
  const all: Record<string, unknown> = {
    appId,
    code: '0',
    message: '成功',
    success: true,
    timestamp: stamp,
    version: '2.0.1',
    ...change,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** A signed, encrypted reply. */
export const sealReply = (data: object, change: Change = {}, keys = centerKeys): Buffer =>
  sealEnvelope(keys, replyFields(change), canonicalJsonText(data))

const refusal = { code: '30001', message: '医保待遇已暂停', success: false }

/** A refusal with a signature over its fields and no encData. */
export const sealRefusal = (change: Change = {}): Buffer =>
  sealEnvelope(centerKeys, replyFields({ ...refusal, ...change }))

/** A refusal as most centers send it: neither signature nor encData. */
export const unsignedRefusal = (change: Change = {}): Buffer =>
  Buffer.from(JSON.stringify(replyFields({ ...refusal, ...change })))
