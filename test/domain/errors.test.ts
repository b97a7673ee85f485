// The error table: every code has its Chinese and English text, its advice and its HTTP status, and nothing more.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { httpStatus } from '../../src/main/api/answers/http-status.ts'
import { errorTable, type ErrorCode } from '../../src/core/domain/errors/error-table.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'

const codes = Object.keys(errorTable) as ErrorCode[]

describe('the error table', () => {
  it('has a Chinese text and hint and an English text for every code', () => {
    for (const code of codes) {
      const { zh, en, hint, retry } = errorTable[code]
      assert.match(code, /^[A-Z]+(_[A-Z]+)*$/)
      assert.match(zh, /\p{Script=Han}/u, code)
      assert.match(hint, /\p{Script=Han}/u, code)
      assert.match(en, /^[\x20-\x7e]+$/, code)
      assert.ok(['never', 'fix', 'later', 'ask'].includes(retry), code)
    }
  })

  it('no two codes say the same', () => {
    assert.equal(new Set(codes.map((code) => errorTable[code].zh)).size, codes.length)
  })

  it('has an HTTP status for every code, and none for a code that is not there', () => {
    assert.deepEqual(Object.keys(httpStatus).toSorted(), codes.toSorted())
    for (const code of codes) assert.ok(httpStatus[code] >= 200 && httpStatus[code] < 600, code)
  })

  it('an unknown outcome is 202 and advises to ask, never to repeat (docs/api.md)', () => {
    assert.equal(httpStatus.OUTCOME_UNKNOWN, 202)
    assert.equal(errorTable.OUTCOME_UNKNOWN.retry, 'ask')
    assert.equal(httpStatus.CENTER_DECLINED, 502)
    assert.equal(httpStatus.CENTER_UNREACHABLE, 503)
  })

  it('names no code that the sources never use', () => {
    const folder = join(import.meta.dirname, '../../src/main')
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('errors.ts') && !path.endsWith('http-status.ts'))
      .map((path) => readFileSync(join(folder, path), 'utf8'))
      .join('\n')
    const unused = codes.filter((code) => !new RegExp(`['.[]${code}\\b`).test(sources))
    assert.deepEqual(unused, [])
  })
})

describe('an error', () => {
  it('says its Chinese text, with an addition after a colon', () => {
    assert.equal(new AgentError('PORT_IN_USE').message, '端口已被占用')
    assert.equal(new AgentError('PORT_IN_USE', { addition: '17600' }).message, '端口已被占用: 17600')
  })

  it('keeps what caused it and what the caller may know', () => {
    const cause = new Error('foreign')
    const error = new AgentError('WRONG_STATE', { detail: { state: 'paid' }, cause })
    assert.equal(error.code, 'WRONG_STATE')
    assert.equal(error.cause, cause)
    assert.deepEqual(error.detail, { state: 'paid' })
  })
})
