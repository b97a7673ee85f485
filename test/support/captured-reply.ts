// A reply of a center that signs under some SM2 user id, as an engineer would capture it from the line.
import { parseJsonText } from '../../src/contract/check/json-text.ts'
import { sealEnvelope } from '../../src/main/center/envelope.ts'
import { writeInForm, type SignatureForm } from '../../src/main/center/signature-forms.ts'
import { derivePublicKey } from '../../src/core/gm/sm2.ts'
import { envelopeKeys } from '../../src/main/wiring/settings-of-config.ts'
import { centerPrivateKeyOfTests, testChannel } from './agents/test-center.ts'

export type Captured = {
  readonly data?: object | null
  /** What the envelope's own fields say instead. */
  readonly change?: Readonly<Record<string, unknown>>
  readonly form?: SignatureForm
  readonly privateKey?: Uint8Array
}

export const captureReply = (userId: string, captured: Captured = {}): string => {
  const { data = { payOrdId: 'P1', amount: 1.5 }, change = {}, form = 'text-listsDropped' } = captured
  const { appId, appSecret } = testChannel
  const { privateKey = centerPrivateKeyOfTests } = captured
  const keys = envelopeKeys({ appId, appSecret, privateKey, peerPublicKey: derivePublicKey(privateKey), userId })
  const fields = { appId, code: 0, message: '成功', success: true, timestamp: '20261121080000', ...change }
  if (data === null) return sealEnvelope(keys, fields).toString()
  const sent = JSON.stringify(data)
  return sealEnvelope(keys, fields, writeInForm(form, parseJsonText(sent)), sent).toString()
}
