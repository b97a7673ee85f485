// The envelope as the center reads and writes it: what is signed, and what it refuses before it looks at the data.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { interfaces } from '../../src/contract/interfaces.ts'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import { type Client, createClient, type Fields, makeUpload, post, startPair } from './agent-client.ts'
import { assertRefused } from './assert-refused.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

describe('envelope', () => {
  it('a signed reply has the fields of the standard and a Shanghai timestamp of 17 digits', async () => {
    const { envelope, opened } = await client.call('6201', makeUpload())
    assert.equal(opened?.kind, 'signed')
    assert.equal(envelope['code'], '0')
    assert.equal(envelope['success'], true)
    assert.equal(envelope['version'], '2.0.1')
    assert.equal(envelope['encType'], 'SM4')
    assert.equal(envelope['signType'], 'SM2')
    assert.match(String(envelope['timestamp']), /^20\d{15}$/)
    assert.match(String(envelope['encData']), /^[0-9A-F]+$/)
  })

  it('a request that is not JSON is refused', async () => {
    assertRefused(await client.sendBody('6301', 'not json'), /JSON/)
  })

  it('an envelope without a signature is refused', async () => {
    const body = JSON.parse(client.seal(makeUpload()).toString()) as Fields
    delete body['signData']
    assertRefused(await client.sendBody('6201', JSON.stringify(body)), /signData/)
  })

  it('another appId, version or algorithm is refused', async () => {
    assertRefused(await client.sendBody('6201', client.seal(makeUpload(), { appId: 'OTHER00000000000' })), /appId/)
    assertRefused(await client.sendBody('6201', client.seal(makeUpload(), { version: '1.0.0' })), /版本号/)
    const body = JSON.parse(client.seal(makeUpload()).toString()) as Fields
    assertRefused(await client.sendBody('6201', JSON.stringify({ ...body, encType: 'AES' })), /SM4/)
  })

  it('data that was changed after signing is refused and counted', async () => {
    const before = (await client.ledger()).refusedSignatures
    const [one, other] = [client.seal(makeUpload()), client.seal(makeUpload())].map(
      (body) => JSON.parse(body.toString()) as Fields,
    )
    assertRefused(await client.sendBody('6201', JSON.stringify({ ...one, encData: other?.['encData'] })), /验签失败/)
    assert.equal((await client.ledger()).refusedSignatures, before + 1)
  })

  it('encData that is no ciphertext is refused', async () => {
    const body = JSON.parse(client.seal(makeUpload()).toString()) as Fields
    assertRefused(await client.sendBody('6201', JSON.stringify({ ...body, encData: 'ABCD' })), /解密失败/)
  })

  it('another institution is refused', async () => {
    assertRefused(await client.call('6201', makeUpload({ orgCodg: 'H99999999999' })), /定点机构编码/)
  })

  it('a body over 8 MiB gets 413 and is not acted on', async () => {
    const { status, text } = await post(
      `${client.url}${interfaces['6201'].path}`,
      Buffer.alloc(8 * 1024 * 1024 + 1, 32),
    )
    assert.equal(status, 413)
    assert.match(text, /8 MiB/)
  })

  it('a path that is none gets 404, a GET of an interface 405', async () => {
    assert.equal((await fetch(`${client.url}/org/local/api/hos/none`)).status, 404)
    assert.equal((await fetch(`${client.url}${interfaces['6301'].path}`)).status, 405)
  })
})

it('two centers have keys of their own: the reply of one does not verify under the key of the other', async () => {
  const { center: second } = await startPair()
  const mistaken = createClient({ url: second.url, publicKey: center.publicKey })
  const { opened } = await mistaken.call('6201', makeUpload())
  assert.equal(opened?.kind, 'bad')
  await second.close()
})
