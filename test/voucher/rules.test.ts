// The pure rules beside the supervisor: what a profile may say, and when a failed host is started again.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { completeProfile } from '../../src/main/voucher/library/library-profile.ts'
import { freshStart, isBreakerOpen, recordFailure, type RestartState } from '../../src/main/voucher/restart-policy.ts'

const settings = { url: 'http://10.0.0.1:8080/localcfc/api/hsecfc/localQrCodeQuery', scannerOwner: 'library' } as const

test('a profile needs little: the rest is as most libraries want it', () => {
  const { kind, ...profile } = completeProfile({ ...settings, path: '/opt/医保/NationECCode.DLL' })
  assert.match(kind.title, /国家医保电子凭证动态库/)
  assert.deepEqual(profile, {
    ...settings,
    path: '/opt/医保/NationECCode.DLL',
    symbol: 'NationEcTrans',
    signature: 'pointer',
    inputCharset: 'gbk',
    outputCharset: 'auto',
    outputCapBytes: 65_536,
    deadlineMs: 60_000,
    folder: '/opt/医保',
    hostBesideLibrary: false,
  })
  assert.equal(completeProfile({ ...settings, path: '/opt/libNationECCode.so' }).inputCharset, 'utf-8')
})

test('a profile that cannot work is refused with every fault named', () => {
  const wrong = {
    path: 'lib.so',
    folder: 'vendor',
    symbol: 'a b',
    url: 'http://"',
    outputCapBytes: 4096,
    deadlineMs: 0.5,
  }
  assert.throws(
    () => completeProfile({ ...settings, ...wrong }),
    (error) => {
      assert.ok(error instanceof AgentError && error.code === 'CONFIG_INVALID')
      const faults = (error.detail?.['faults'] as string[]).map((fault) => fault.split(':')[0])
      assert.deepEqual(faults, ['path', 'folder', 'symbol', 'url', 'outputCapBytes', 'deadlineMs'])
      return true
    },
  )
})

test('the first failure restarts at once, later ones after twice the pause, the fifth opens the breaker', () => {
  const limits = { backOffMs: 500, breakerFailures: 5, breakerMs: 30_000 }
  const pauses: number[] = []
  let state: RestartState = freshStart
  for (let failure = 1; failure <= 6; failure++) {
    state = recordFailure(state, 1_000, limits)
    pauses.push(state.notBeforeMs - 1_000)
    assert.equal(isBreakerOpen(state, 1_000, limits), failure >= 5)
  }
  assert.deepEqual(pauses, [0, 500, 1_000, 2_000, 30_000, 30_000])
  assert.equal(isBreakerOpen(state, 31_000, limits), false)
})
