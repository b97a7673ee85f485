// The diagnostic archive holds what an engineer needs, and none of the canaries that are planted all around it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { beginUpload, journalIn, orderKey } from '../support/agents/open-journal.ts'
import { makeSite, runDoctor, skipWithoutLibrary } from './doctor-site.ts'

/** Invented; the id number fails its check digit. */
const canaries = {
  name: '测试甲金丝雀',
  idNo: '11010119900307000X',
  ecToken: `EC${randomBytes(16).toString('hex')}`,
  payAuthNo: `AUTH${randomBytes(12).toString('hex')}`,
  appSecret: `SECRET${randomBytes(13).toString('hex')}`,
  token: randomBytes(32).toString('base64url'),
  tokenHash: randomBytes(32).toString('hex'),
  environment: `env${randomBytes(12).toString('hex')}`,
  password: `pw-${randomBytes(8).toString('hex')}`,
  insideUrl: `user${randomBytes(8).toString('hex')}`,
}

it('--bundle holds the report and the settings, and no canary', skipWithoutLibrary, async (t) => {
  const { folder, config, dataDir, libraryFolder } = makeSite(t, (draft) => {
    draft.api.tokens = [{ name: canaries.name, hash: canaries.tokenHash, scopes: ['read'] }]
    draft.center['appSecret'] = { file: 'secret' }
    // Written where they do not belong, as people do.
    draft['remark'] = canaries.password
    draft['ecOrgId'] = canaries.idNo
    draft.voucher['url'] =
      `http://${canaries.insideUrl}:${canaries.password}@front.invalid/decode?key=${canaries.token}`
    draft['scanners'] = [{ name: canaries.name, kind: 'serial', path: '/dev/tty-not-there' }]
  })
  writeFileSync(join(folder, 'secret'), canaries.appSecret)
  const journal = journalIn(t, dataDir)
  const { name: userName, idNo, ecToken, payAuthNo } = canaries
  const intent = beginUpload(journal, orderKey('A1'), { body: { userName, idNo, ecToken, payAuthNo } })
  assert.equal(intent.seq, 1)
  await journal.durable()
  mkdirSync(join(dataDir, 'log'), { mode: 0o700 })
  const at = '2026-01-01T00:00:00.000+08:00'
  const logged = [
    { level: 'warn', at, what: 'center.sent', ms: 1200, note: canaries.name, reason: canaries.name },
    { level: 'error', at, what: 'api.failed', token: canaries.token, idNo: canaries.idNo, caller: canaries.token },
  ]
  writeFileSync(join(dataDir, 'log', 'agent.1.log'), `${JSON.stringify({ level: 'info', at, what: 'sweep.done' })}\n`)
  writeFileSync(
    join(dataDir, 'log', 'agent.log'),
    `${logged.map((line) => JSON.stringify(line)).join('\n')}\n患者 ${canaries.name} ${canaries.payAuthNo}\n`,
  )
  // A vendor's own log and ini beside the library.
  writeFileSync(join(libraryFolder, 'vendor.log'), `${canaries.name} ${canaries.idNo}`)

  const file = join(folder, 'bundle.tar.gz')
  const environment = { MIP_CANARY: canaries.environment, MIP_APP_SECRET: canaries.appSecret }
  const flags = ['--config', config, '--accept-library', '--operator', canaries.name, '--bundle', file]
  const ran = await runDoctor(flags, { environment })
  assert.match(ran.err, /诊断包/)
  assert.equal(statSync(file).mode & 0o777, 0o600)

  const out = join(folder, 'unpacked')
  mkdirSync(out)
  // The system's own tar: what we write is an archive for everybody.
  execFileSync('tar', ['-xzf', file, '-C', out])
  const unpacked = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name !== 'log')
  const texts = Object.fromEntries(unpacked.map((name) => [name, readFileSync(join(out, name), 'utf8')]))
  assert.deepEqual(Object.keys(texts).toSorted(), [
    'README.txt',
    'configuration.json',
    'doctor.json',
    'doctor.txt',
    'library-accepted.jsonl',
    'library-manifest.json',
    'log/agent.1.log',
    'log/agent.log',
    'versions.json',
  ])
  assert.deepEqual(JSON.parse(texts['doctor.json'] ?? ''), ran.report)
  assert.match(texts['configuration.json'] ?? '', /front\.invalid\/decode/)
  assert.match(texts['library-manifest.json'] ?? '', /"libNationECCode\.so": "[0-9a-f]{64}"/)
  assert.match(texts['log/agent.log'] ?? '', /"what":"center\.sent","ms":1200/)
  const everything = Object.entries(texts)
    .flatMap(([name, text]) => [name, text])
    .join('\n')
  const privateKey = readFileSync(join(folder, 'key'), 'utf8').trim()
  const forbidden = { ...canaries, privateKey, privateKeyHex: Buffer.from(privateKey, 'base64').toString('hex') }
  for (const [what, text] of Object.entries(forbidden))
    assert.ok(!everything.includes(text), `${what} is in the archive`)
})
