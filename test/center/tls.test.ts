// HTTPS with the center's own authority, and the warning before its certificate ends.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createAuthority, opensslLacks } from './certificates.ts'
import { holdDeadlines } from './deadlines.ts'
import { codes, outputs, sealReply } from './messages.ts'
import { answer, openCenter, startServer } from './real-center.ts'

const dayMs = 24 * 3_600_000
const noOpenssl = { skip: opensslLacks ?? false }

test('with its own authority configured the center is reached over HTTPS', noOpenssl, async (t) => {
  const authority = createAuthority()
  t.after(authority.remove)
  for (const code of codes) {
    const { url } = await startServer(t, answer(sealReply(outputs[code])), authority.issue('localhost', 60))
    const center = openCenter(t, url, { ca: authority.ca })
    assert.equal((await center.ask(code)).kind, 'accepted', code)
  }
})

test('a certificate that ends within 30 days is warned of once, however many calls', noOpenssl, async (t) => {
  const authority = createAuthority()
  t.after(authority.remove)
  const { url, sockets } = await startServer(t, answer(sealReply(outputs['6202'])), authority.issue('localhost', 29))
  const center = openCenter(t, url, { ca: authority.ca })
  for (const code of ['6202', '6301', '6202', '6202'] as const) await center.ask(code)
  assert.ok(sockets.length >= 3)
  const warnings = center.lines.filter(({ what }) => what === 'center.certificate-expires')
  assert.equal(warnings.length, 1)
  assert.equal(warnings[0]?.level, 'warn')
  const endsMs = center.certificateEndsMs() ?? assert.fail('no certificate was seen')
  assert.equal(warnings[0].fields['endsAt'], new Date(endsMs).toISOString())
  assert.ok(Math.abs(endsMs - Date.now() - 29 * dayMs) < dayMs)
})

test('a certificate that lasts longer than 30 days is no warning, and its end is known', noOpenssl, async (t) => {
  const authority = createAuthority()
  t.after(authority.remove)
  const { url } = await startServer(t, answer(sealReply(outputs['6202'])), authority.issue('localhost', 32))
  const center = openCenter(t, url, { ca: authority.ca })
  // The third call resumes the TLS session of the second: the end must still be known.
  for (let call = 0; call < 3; call++) await center.ask('6202')
  assert.deepEqual(
    center.lines.filter(({ what }) => what === 'center.certificate-expires'),
    [],
  )
  assert.ok(Math.abs((center.certificateEndsMs() ?? 0) - Date.now() - 32 * dayMs) < dayMs)
})

test('a call that breaks off after the handshake is unknown over HTTPS as well (RULES 3.1)', noOpenssl, async (t) => {
  const authority = createAuthority()
  t.after(authority.remove)
  const { url } = await startServer(t, (response) => void response.socket?.destroy(), authority.issue('localhost', 60))
  const arrived = Promise.withResolvers<undefined>()
  const slow = await startServer(
    t,
    () => {
      arrived.resolve(undefined)
    },
    authority.issue('localhost', 60),
  )
  for (const code of codes) {
    assert.equal((await openCenter(t, url, { ca: authority.ca }).ask(code)).kind, 'unknown', code)
  }
  const deadlines = holdDeadlines(t)
  const asked = openCenter(t, slow.url, { ca: authority.ca }).ask('6202')
  await arrived.promise
  await deadlines.pass()
  assert.equal((await asked).kind, 'unknown')
  assert.equal(slow.seen.length, 1)
})
