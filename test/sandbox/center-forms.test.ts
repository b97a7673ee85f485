// The agent's client against the simulated center in every form that a center may have: what one wrote the other reads, though
// they share no cipher and no envelope.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { InputOf } from '../../src/contract/interfaces.ts'
import { deriveSm4Key } from '../../src/main/center/envelope.ts'
import type { SignatureForm } from '../../src/main/center/signature-forms.ts'
import { createSigner, createVerifier, derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'
import type { CenterForms } from '../../src/sandbox/channel/center-forms.ts'
import { startSandboxCenter, type SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import { openCenter } from '../center/real-center.ts'
import { appId, appSecret, makePlacing, makeQuery, makeRefund, makeUpload, post } from './agent-client.ts'

const privateKey = generatePrivateKey(randomBytes)
const userId = Buffer.from('1234567812345678')

let center: SandboxCenter
before(async () => {
  const agentPublicKey = Buffer.from(derivePublicKey(privateKey)).toString('base64')
  center = await startSandboxCenter({ appId, appSecret, agentPublicKey })
})
after(() => center.close())

const control = async (path: string, body: object): Promise<void> => {
  const { status, text } = await post(`${center.url}/_sandbox/${path}`, JSON.stringify(body))
  assert.equal(status, 200, text)
}

type Settings = Parameters<typeof openCenter>[2]

const openClient = (t: TestContext, { gatewayPath = '' }: CenterForms, settings: Settings = {}) =>
  openCenter(t, `${center.url}${gatewayPath}`, {
    keys: {
      ...{ appId, appSecret, sm4Key: deriveSm4Key(appId, appSecret) },
      sign: createSigner({ privateKey, userId, randomBytes }),
      verifier: createVerifier({ publicKey: Buffer.from(center.publicKey, 'base64'), userId }),
    },
    ...settings,
  })

/** Uploads, places, queries and refunds an order; every answer must be accepted. Gives what the client learned of the form. */
const payAndRefund = async (
  t: TestContext,
  forms: CenterForms,
  settings?: Settings,
): Promise<readonly SignatureForm[]> => {
  await control('forms', forms)
  const client = openClient(t, forms, settings)
  const input = makeUpload()
  await control('scripts', { medOrgOrd: input['medOrgOrd'], split: 'insurance' })
  const uploaded = await client.send('6201', input as InputOf<'6201'>)
  assert.ok(uploaded.kind === 'accepted', JSON.stringify(uploaded))
  const { payOrdId = '', payToken = '' } = uploaded.output
  const order = { payOrdId, payToken, medOrgOrd: String(input['medOrgOrd']) }
  const placed = await client.send('6202', makePlacing(order) as InputOf<'6202'>)
  assert.ok(placed.kind === 'accepted', JSON.stringify(placed))
  const asked = await client.send('6301', makeQuery(order) as InputOf<'6301'>)
  assert.ok(asked.kind === 'accepted', JSON.stringify(asked))
  assert.deepEqual([asked.output.ordStas, asked.output.feeSumamt, asked.output.orgName], ['6', '100.00', '沙箱医院'])
  const { psnAcctPay, fundPay } = asked.output
  const amounts = { psnAcctRefdAmt: psnAcctPay, fundRefdAmt: fundPay, cashRefdAmt: '0.00' }
  const refunded = await client.send('6203', makeRefund(order, amounts) as InputOf<'6203'>)
  assert.ok(refunded.kind === 'accepted', JSON.stringify(refunded))
  const refused = await client.send('6202', makePlacing(order) as InputOf<'6202'>)
  assert.ok(refused.kind === 'declined' && refused.refusal.signed, JSON.stringify(refused))
  return client.fittingForms()
}

describe('an order is paid and refunded at a center that', () => {
  for (const scalars of ['text', 'strings'] as const) {
    for (const empties of ['listsDropped', 'dropped', 'kept'] as const) {
      it(`signs scalars as ${scalars}, what is empty ${empties}: and that form is found`, async (t) => {
        const forms = await payAndRefund(t, { scalars, empties, values: 'numbers', withEmpties: true })
        assert.deepEqual(forms, [`${scalars}-${empties}`])
      })
    }
  }
  for (const timestamp of ['digits17', 'digits14', 'milliseconds', 'seconds', 'dashes'] as const) {
    it(`writes its time as ${timestamp}`, async (t) => {
      await payAndRefund(t, { timestamp })
    })
  }
  for (const signature of ['der', 'stripped', 'padded', 'hex', 'hexStripped'] as const) {
    it(`writes its signature ${signature}`, async (t) => {
      await payAndRefund(t, { signature })
    })
  }
  for (const data of ['encryptedText', 'plain'] as const) {
    it(`sends data ${data}`, async (t) => {
      await payAndRefund(t, { data, values: 'numbers', scalars: 'strings' })
    })
  }
  for (const signedCharset of ['utf-8', 'gbk'] as const) {
    it(`writes GBK and signs ${signedCharset}`, async (t) => {
      await payAndRefund(t, { charset: 'gbk', signedCharset })
    })
  }
  for (const compression of ['gzip', 'deflate'] as const) {
    it(`compresses with ${compression}`, async (t) => {
      await payAndRefund(t, { compression })
    })
  }
  it('says success with 200, as a number', async (t) => {
    const successCodes = new Set(['0', '200'])
    await payAndRefund(t, { successCode: '200', numericCodes: true }, { successCodes })
  })
  it('is behind a gateway with a path', async (t) => {
    await payAndRefund(t, { gatewayPath: '/gateway/mip' })
  })
  it('has all of it at once', async (t) => {
    await payAndRefund(t, {
      ...{ values: 'numbers', withEmpties: true, scalars: 'strings', empties: 'kept', data: 'encryptedText' },
      ...{ timestamp: 'dashes', signature: 'stripped', charset: 'gbk', signedCharset: 'gbk', compression: 'gzip' },
      ...{ numericCodes: true, gatewayPath: '/gw' },
    })
  })
})

it('forms that are none are refused, and the usual ones come back with an empty object', async () => {
  const { status, text } = await post(`${center.url}/_sandbox/forms`, JSON.stringify({ scalars: 'roman' }))
  assert.equal(status, 422)
  assert.match(text, /scalars/)
  await control('forms', { timestamp: 'seconds' })
  assert.deepEqual(await (await fetch(`${center.url}/_sandbox/forms`)).json(), { timestamp: 'seconds' })
  await control('forms', {})
  assert.deepEqual(await (await fetch(`${center.url}/_sandbox/forms`)).json(), {})
})
