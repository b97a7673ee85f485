// The cashier URL: chnlAppId and chnlEncData appended to whatever address the center gave (002, 3.1.2.1.5.1).
import assert from 'node:assert/strict'
import test from 'node:test'
import { decryptText } from '../../src/main/center/envelope.ts'
import { agentKeys, appId } from './messages.ts'
import { openCenter } from './real-center.ts'

const partsOf = (url: string): { readonly before: string; readonly parameters: URLSearchParams } => {
  const at = url.indexOf('chnlAppId=')
  assert.ok(at > 0)
  return { before: url.slice(0, at), parameters: new URLSearchParams(url.slice(at)) }
}
const decrypted = (url: string): string => {
  const encrypted = partsOf(url).parameters.get('chnlEncData') ?? ''
  assert.match(encrypted, /^[0-9A-F]+$/)
  return decryptText(agentKeys.sm4Key, encrypted)
}

test("chnlEncData decrypts to payAuthNo and deposit, the number's text kept", (t) => {
  const { buildCashierUrl } = openCenter(t, 'http://127.0.0.1:1')
  const cashierUrl = 'https://cashier.invalid/pay'
  const cases = [
    [{ payAuthNo: 'AUTH01' }, '{"payAuthNo":"AUTH01"}'],
    [{ payAuthNo: 'AUTH01', deposit: '500.00' }, '{"payAuthNo":"AUTH01","deposit":500.00}'],
    [{ payAuthNo: 'AUTH01', deposit: '0' }, '{"payAuthNo":"AUTH01","deposit":0}'],
    [{ payAuthNo: 'AUTH01', deposit: '' }, '{"payAuthNo":"AUTH01"}'],
    [{ payAuthNo: '授权"1"' }, '{"payAuthNo":"授权\\"1\\""}'],
  ] as const
  for (const [parameters, text] of cases) {
    const url = buildCashierUrl(cashierUrl, parameters)
    assert.equal(decrypted(url), text)
    assert.equal(partsOf(url).parameters.get('chnlAppId'), appId)
  }
})

test('the parameters are appended with ? or &, to a hash route as well, and the address stays as it was', (t) => {
  const { buildCashierUrl } = openCenter(t, 'http://127.0.0.1:1')
  const cases = [
    ['https://cashier.invalid/pay', '?'],
    ['https://cashier.invalid/pay?token=a%2Bb', '&'],
    ['https://cashier.invalid/h5/#/pay', '?'],
    ['https://cashier.invalid/h5/#/pay?token=a%2Bb', '&'],
  ] as const
  for (const [cashierUrl, join] of cases) {
    const url = buildCashierUrl(cashierUrl, { payAuthNo: 'AUTH01' })
    assert.equal(partsOf(url).before, `${cashierUrl}${join}`)
    assert.equal(decrypted(url), '{"payAuthNo":"AUTH01"}')
  }
})

test('an appId that is no plain word is escaped', (t) => {
  const keys = { ...agentKeys, appId: 'A&B=C D' }
  const { buildCashierUrl } = openCenter(t, 'http://127.0.0.1:1', { keys })
  const url = buildCashierUrl('https://cashier.invalid/', { payAuthNo: 'AUTH01' })
  assert.equal(partsOf(url).parameters.get('chnlAppId'), 'A&B=C D')
})
