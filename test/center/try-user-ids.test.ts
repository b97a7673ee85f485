// Finding the SM2 user id of a center on a captured reply: which one verifies, and what is said when none can.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tryUserIds, type TrialOptions } from '../../src/main/center/try-user-ids.ts'
import { derivePublicKey } from '../../src/main/gm/sm2.ts'
import { captureReply } from '../support/captured-reply.ts'
import { testChannel } from '../support/test-center.ts'

const { appId, appSecret, centerPublicKey } = testChannel
const candidates = ['1234567812345678', appId, '', 'H00000000001']
const options: TrialOptions = { appId, appSecret, centerPublicKey, candidates }

describe('the user id is found', () => {
  for (const userId of candidates) {
    it(userId === '' ? 'the empty one' : userId, () => {
      assert.equal(tryUserIds(captureReply(userId), options).userId, userId)
    })
  }
  it('in a reply without data, and in one that a relay wrapped', () => {
    assert.equal(tryUserIds(captureReply(appId, null), options).userId, appId)
    assert.equal(tryUserIds(JSON.stringify({ data: captureReply(appId) }), options).userId, appId)
  })
})

describe('what cannot be found is told apart', () => {
  const textOf = (reply: string, change: Partial<TrialOptions> = {}): string => {
    const { userId, text } = tryUserIds(reply, { ...options, ...change })
    assert.equal(userId, null)
    return text
  }
  it('another user id, or another key', () => {
    assert.match(textOf(captureReply('another')), /都验不过/)
    assert.match(textOf(captureReply(appId), { centerPublicKey: derivePublicKey(Buffer.alloc(32, 0x44)) }), /都验不过/)
    assert.deepEqual(tryUserIds(captureReply('another'), options).tried, candidates)
  })
  it('another secret, no signature, no reply at all', () => {
    assert.match(textOf(captureReply(appId), { appSecret: 'FEDCBA9876543210FEDCBA9876543210' }), /解不开/)
    assert.match(textOf('{"code":1,"message":"x","success":false}'), /没有 SM2 签名/)
    for (const reply of ['', '[]', 'null', '<html>', '"x"']) assert.match(textOf(reply), /不是中心的应答报文/)
  })
})
