// A reply of a center that signs under some SM2 user id, as an engineer would capture it from the line.
import { canonicalJsonText } from '../../src/contract/json-text.ts'
import { sealEnvelope } from '../../src/main/center/envelope.ts'
import { derivePublicKey } from '../../src/main/gm/sm2.ts'
import { envelopeKeys } from '../../src/main/settings-of-config.ts'
import { centerPrivateKeyOfTests, testChannel } from './test-center.ts'

export const captureReply = (userId: string, data: object | null = { payOrdId: 'P1', amount: '1.00' }): string => {
  const { appId, appSecret } = testChannel
  const privateKey = centerPrivateKeyOfTests
  const keys = envelopeKeys({ appId, appSecret, privateKey, peerPublicKey: derivePublicKey(privateKey), userId })
  const fields = { appId, code: 0, message: '成功', success: true, timestamp: '20261121080000' }
  return sealEnvelope(keys, fields, data === null ? undefined : canonicalJsonText(data)).toString()
}
