// Doctor on the way to the center: each stage that can fail, with real sockets and certificates.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { probeStages } from '../../src/main/center/probe-stages.ts'
import { judgeCenter } from '../../src/main/doctor/look-at-center.ts'
import { createAuthority, opensslLacks } from '../center/certificates.ts'
import { answer, listen, startServer, type Respond } from '../center/real-center.ts'

const replyWindowMs = 600_000
const noOpenssl = { skip: opensslLacks ?? false }

/** Check -> result. */
const look = async (url: string, ca?: string, withinMs = 3_000): Promise<Readonly<Record<string, string>>> => {
  const findings = judgeCenter(new URL(url), await probeStages(new URL(url), ca, withinMs), replyWindowMs)
  return Object.fromEntries(findings.map(({ id, result }) => [id, result]))
}

const answerAt = (offsetMs: number): Respond => {
  return (response) => {
    response.sendDate = false
    response.writeHead(404, { date: new Date(Date.now() + offsetMs).toUTCString() })
    response.end()
  }
}

const allWell = {
  centerName: 'ok',
  centerConnection: 'ok',
  centerTls: 'ok',
  centerCertificate: 'ok',
  centerClock: 'ok',
}

describe('the way to the center', () => {
  it('a name that no DNS knows ends there', async () => {
    assert.deepEqual(await look('https://center.invalid:8082', undefined, 5_000), { centerName: 'unresolved' })
  })

  it('a closed port is refused; plain HTTP that answers is well', async (t) => {
    const port = await listen(t, createServer())
    const { url } = await startServer(t, answer('', 404))
    assert.deepEqual(await look('http://127.0.0.1:1'), { centerName: 'ok', centerConnection: 'refused' })
    assert.deepEqual(await look(url), { ...allWell, centerTls: 'plain', centerCertificate: 'skipped' })
    // It takes the connection, for which there is as much time, and says nothing: neither TLS nor an answer comes.
    const silent = `127.0.0.1:${port}`
    const [secure, plain] = await Promise.all([look(`https://${silent}`), look(`http://${silent}`)])
    assert.deepEqual(secure, { centerName: 'ok', centerConnection: 'ok', centerTls: 'failed' })
    assert.equal(plain['centerClock'], 'noAnswer')
  })

  it('HTTPS where there is only HTTP is told apart from a bad certificate', async (t) => {
    const { url } = await startServer(t, answer(''))
    assert.equal((await look(url.replace('http:', 'https:')))['centerTls'], 'failed')
  })

  it('a center without an own authority configured is untrusted, with it trusted', noOpenssl, async (t) => {
    const authority = createAuthority()
    t.after(authority.remove)
    const { url, seen } = await startServer(t, answer('', 404), authority.issue('localhost', 60))
    assert.equal((await look(url))['centerTls'], 'untrusted')
    assert.equal(seen.length, 0)
    assert.deepEqual(await look(url, authority.ca), allWell)
    assert.deepEqual(
      seen.map(({ path, body }) => [path, body.length]),
      [['/', 0]],
    )
  })

  it('a certificate for another name, one that has ended, one that ends soon', noOpenssl, async (t) => {
    const authority = createAuthority()
    t.after(authority.remove)
    const other = await startServer(t, answer(''), authority.issue('center.example', 60))
    assert.equal((await look(other.url, authority.ca))['centerTls'], 'otherName')
    const soon = await startServer(t, answer(''), authority.issue('localhost', 29))
    assert.equal((await look(soon.url, authority.ca))['centerCertificate'], 'endsSoon')
    // Openssl makes none that ended in the past; this one ends within the second it was made in.
    const brief = authority.issue('localhost', 0)
    const ended = await startServer(t, answer(''), brief)
    await wait(Date.parse(new X509Certificate(brief.cert).validTo) + 1_001 - Date.now())
    assert.equal((await look(ended.url, authority.ca))['centerTls'], 'expired')
  })

  it('a clock that differs by a minute is a warning, by half the reply window a fault', async (t) => {
    for (const [offsetMs, result] of [
      [0, 'ok'],
      [90_000, 'differs'],
      [-90_000, 'differs'],
      [400_000, 'far'],
      [-400_000, 'far'],
    ] as const) {
      const { url } = await startServer(t, answerAt(offsetMs))
      assert.equal((await look(url))['centerClock'], result, String(offsetMs))
    }
  })
})
