// Finding the SM2 user id and form of a center on a captured reply: which verifies, whose key is wrong when none does.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nameOfForm, signatureForms } from '../../../src/main/center/signature-forms.ts'
import { tryUserIds, type TrialOptions } from '../../../src/main/center/try-user-ids.ts'
import { derivePublicKey } from '../../../src/core/gm/sm2.ts'
import { captureReply } from '../../support/captured-reply.ts'
import { testChannel } from '../../support/agents/test-center.ts'

const { appId, appSecret, centerPublicKey, privateKey } = testChannel
const ownPublicKey = derivePublicKey(privateKey)
const ownBase64 = Buffer.from(ownPublicKey).toString('base64')
const otherPublicKey = derivePublicKey(Buffer.alloc(32, 0x44))
const candidates = ['1234567812345678', appId, '', 'H00000000001']
const keys = { appId, appSecret, centerPublicKey, ownPublicKey }
const options: TrialOptions = { ...keys, candidates, charset: 'auto', successCodes: new Set(['0']) }
const signatureRefused = { code: '401', message: '验签失败', success: false }

describe('the user id and the form are found', () => {
  for (const userId of candidates) {
    it(userId === '' ? 'the empty one' : userId, async () => {
      const { userId: found, wrongKey } = await tryUserIds(captureReply(userId), options)
      assert.deepEqual({ found, wrongKey }, { found: userId, wrongKey: null })
    })
  }
  for (const form of signatureForms) {
    it(nameOfForm(form), async () => {
      const data = { amount: 1.5, list: [], none: {}, paid: true }
      const answer = await tryUserIds(captureReply('H00000000001', { form, data }), options)
      assert.equal(answer.userId, 'H00000000001')
      assert.equal(answer.form, nameOfForm(form))
      assert.match(answer.text, new RegExp(nameOfForm(form)))
    })
  }
  it('in a reply without data, and in one that a relay wrapped', async () => {
    assert.equal((await tryUserIds(captureReply(appId, { data: null }), options)).userId, appId)
    assert.equal((await tryUserIds(JSON.stringify({ data: captureReply(appId) }), options)).userId, appId)
  })
})

describe('whose key is wrong', () => {
  const judge = async (reply: string, change: Partial<TrialOptions> = {}) => {
    const { userId, wrongKey, text } = await tryUserIds(reply, { ...options, ...change })
    return { userId, wrongKey, text }
  }
  it('ours at the center: its signature holds, and it says that ours does not; our key is shown to be sent again', async () => {
    const { userId, wrongKey, text } = await judge(captureReply(appId, { change: signatureRefused, data: null }))
    assert.deepEqual({ userId, wrongKey }, { userId: appId, wrongKey: 'own' })
    assert.match(text, /确定: 中心公钥和应用密钥没有问题.*多半: 中心登记的本机构公钥不对/)
    assert.ok(text.includes(ownBase64))
  })
  it('ours at the center, in a refusal without a signature', async () => {
    const { wrongKey, text } = await judge(JSON.stringify({ appId, ...signatureRefused }))
    assert.equal(wrongKey, null, 'the signed text ends with the secret, which nothing here proves')
    assert.match(text, /确定: 中心说验不过.*可能: .*公钥、用户标识或应用密钥.*先核对 appSecret/)
    assert.ok(text.includes(ownBase64))
  })
  it("the center's with us: it took our request, and its own signature does not hold", async () => {
    const { userId, wrongKey, text } = await judge(captureReply(appId), { centerPublicKey: otherPublicKey })
    assert.deepEqual({ userId, wrongKey }, { userId: null, wrongKey: 'center' })
    assert.match(text, /确定: 应用密钥 .*没有问题.*多半: .*本机构的密钥没有问题/)
  })
  it('both: neither signature holds', async () => {
    const reply = captureReply(appId, { change: signatureRefused })
    assert.equal((await judge(reply, { centerPublicKey: otherPublicKey })).wrongKey, 'both')
  })
  it('nobody can say where nothing proves the secret: a wrong one alone makes every signature fail', async () => {
    const wrongSecret = { appSecret: 'FEDCBA9876543210FEDCBA9876543210' }
    const refused = await judge(captureReply(appId, { change: signatureRefused, data: null }), wrongSecret)
    assert.deepEqual({ ...refused, text: '' }, { userId: null, wrongKey: null, text: '' })
    assert.match(refused.text, /不能确定: 应用密钥.*先核对它/)
    const taken = await judge(captureReply(appId, { data: null }), wrongSecret)
    assert.equal(taken.wrongKey, null)
    assert.match(taken.text, /核对 appSecret、中心公钥和用户标识, 或换一份有 encData 的应答/)
  })
  it("our own key was filled in as the center's", async () => {
    const { wrongKey, text } = await judge(captureReply(appId), { centerPublicKey: ownPublicKey })
    assert.equal(wrongKey, 'center')
    assert.match(text, /本机构自己的公钥/)
  })
  it('a request of ours is no reply', async () => {
    const { wrongKey, text } = await judge(captureReply(appId, { privateKey }))
    assert.equal(wrongKey, null)
    assert.match(text, /本机构发出的请求/)
  })
})

describe('what cannot be found is told apart', () => {
  const textOf = async (reply: string, change: Partial<TrialOptions> = {}): Promise<string> => {
    const { userId, text } = await tryUserIds(reply, { ...options, ...change })
    assert.equal(userId, null)
    return text
  }
  it('another user id', async () => {
    assert.match(await textOf(captureReply('another')), /都验不过/)
    assert.deepEqual((await tryUserIds(captureReply('another'), options)).tried, candidates)
  })
  it('another secret, no signature, no reply at all', async () => {
    assert.match(await textOf(captureReply(appId), { appSecret: 'FEDCBA9876543210FEDCBA9876543210' }), /解不开/)
    assert.match(await textOf('{"code":1,"message":"x","success":false}'), /没有 SM2 签名/)
    for (const reply of ['', '[]', 'null', '<html>', '"x"']) assert.match(await textOf(reply), /不是中心的应答报文/)
  })
  it('more ids than may be tried: it stops, and says so', async () => {
    const many = Array.from({ length: 400 }, (_, index) => `ID${index}`)
    const { tried, text } = await tryUserIds(captureReply('another'), { ...options, candidates: many })
    assert.ok(tried.length > 10 && tried.length < 400)
    assert.match(text, /试到上限/)
  })
})
