// Owns what the simulated center is started with: the schema of its options and their defaults.
import Type, { type Static } from 'typebox'
import { createCheck } from '../contract/check/check.ts'
import { Strict } from '../contract/check/fields.ts'
import { CenterForms } from './channel/center-forms.ts'

/** 6302 as it was met: flat, in {data}, in {appId, version, timestamp, data}; in an envelope, in one around {data}, in one unsigned. */
const CallbackForm = Type.Enum([
  'encrypted',
  'encryptedData',
  'encryptedUnsigned',
  'plain',
  'plainData',
  'plainEnvelope',
])
export type CallbackForm = Static<typeof CallbackForm>

/** Where 6302 goes and in which form. */
export const CallbackTarget = Strict({
  url: Type.String({ title: '回调地址', pattern: '^http://', maxLength: 500 }),
  form: CallbackForm,
  /** How the plain forms write amounts; of the encrypted ones the center's forms say it. Default numbers. */
  amounts: Type.Optional(Type.Enum(['numbers', 'strings'])),
  /** True: a settled order stays at 4 until the hospital answers success (RULES 6.2). Default false. */
  ackSettles: Type.Optional(Type.Boolean()),
})
export type CallbackTarget = Static<typeof CallbackTarget>

const maxDelayMs = 3_600_000
export const DelayMs = Type.Integer({ minimum: 0, maximum: maxDelayMs })

export const SandboxOptions = Strict({
  appId: Type.String({ title: '渠道id', minLength: 16, maxLength: 32 }),
  appSecret: Type.String({ title: '渠道秘钥', minLength: 1, maxLength: 200 }),
  /** Base64 of 65 bytes: what the center verifies the agent's signatures with. */
  agentPublicKey: Type.String({ title: '助手公钥', minLength: 1, maxLength: 200 }),
  /** SM2 user id of both sides. */
  userId: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  /** 0 takes a free port. */
  port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
  orgCodg: Type.Optional(Type.String({ minLength: 1, maxLength: 12 })),
  callback: Type.Optional(CallbackTarget),
  /** How long an order without cash stays at 2 (结算中) after 6202. */
  processingDelayMs: Type.Optional(DelayMs),
  /** What totlRefdAmt of CASH and HI must be: the order's total, or the sum of the parts (RULES 7.2). */
  refundTotal: Type.Optional(Type.Enum(['original', 'parts'])),
  /** How its messages differ from the usual form. */
  forms: Type.Optional(CenterForms),
})
export type SandboxOptions = Static<typeof SandboxOptions>

/** What the program takes beside: the HIS stub, started with the center when its token is given. */
export const ProgramOptions = Strict({
  ...SandboxOptions.properties,
  his: Type.Optional(Strict({ token: Type.String({ minLength: 1, maxLength: 200 }) })),
})
export type ProgramOptions = Static<typeof ProgramOptions>

export const defaultUserId = '1234567812345678'
export const defaultOrgCodg = 'H00000000001'

export const checkProgramOptions = createCheck<ProgramOptions>(ProgramOptions)
