// What every decoder host must do, run over each of them through the supervisor.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { ErrorCode } from '../../../src/core/domain/errors/error-table.ts'
import { AgentError } from '../../../src/core/domain/errors/errors.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import { childrenOf, isGone } from '../../support/agents/processes.ts'
import {
  folderOf,
  hostFor,
  libraryFor,
  openTestLibrary,
  skipOf,
  type HostKind,
} from '../../support/devices/simulated-library.ts'

const code = '2801000000000000000000000011'
const patient = inventPatient(code)

const hasCode =
  (expected: ErrorCode, facts: object = {}) =>
  (error: unknown) => {
    assert.ok(error instanceof AgentError)
    assert.equal(error.code, expected)
    assert.partialDeepStrictEqual(error.detail?.['library'] ?? {}, facts)
    return true
  }

/** How the process ends, as the agent sees it: a signal on Linux, on Windows the exception's code (its last byte under wine). */
const linuxEndings = {
  'segv:': { signal: 'SIGSEGV' },
  'abort:': { signal: 'SIGABRT' },
  'exit:7:': { exitCode: 7 },
  'exit:0:': { exitCode: 0 },
}
const windowsEndings = { ...linuxEndings, 'segv:': { exitCode: 0xc0000005 & 0xff }, 'abort:': { exitCode: 3 } }

const notLinux = process.platform !== 'linux'
const kinds: readonly HostKind[] = ['node', 'c', 'wine', 'wine32', 'simulated']

for (const kind of kinds) {
  const skip = skipOf(kind)
  if (skip !== false) console.error(`跳过 (skipped) ${kind}: ${skip}`)
  suite(`${kind} host`, { skip }, () => {
    test('a code decodes to its patient, with status 0000 and the time it took', async (t) => {
      const { status, output, elapsedUs } = await openTestLibrary(t, kind).decode(code)
      assert.equal(status, '0000')
      assert.deepEqual(JSON.parse(output), { code: 0, message: '成功', orgId: 'H51010000001', data: patient })
      assert.ok(elapsedUs > 0 && elapsedUs < 10_000_000)
    })

    test('the invented patient fits the field lengths, and no valid id number comes out', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode(code)
      const { idNo, ecToken, insuOrg, userName } = JSON.parse(output).data
      assert.match(idNo, /^\d{17}[\dX]$/)
      assert.notEqual(idNo[17], rightCheckDigit(idNo))
      assert.equal(ecToken.length, 38)
      assert.match(insuOrg, /^\d{6}$/)
      assert.match(userName, /^测试[甲乙丙丁戊己庚辛壬癸]$/)
    })

    test('a cancelled window and a refusal are answers, not faults', async (t) => {
      const { decode } = openTestLibrary(t, kind)
      const cancelled = await decode('SIM:cancel:')
      assert.equal(cancelled.status, '0000')
      assert.equal(JSON.parse(cancelled.output).code, -2)
      const refused = await decode('SIM:refuse:')
      assert.equal(refused.status, '0000')
      assert.deepEqual(
        [JSON.parse(refused.output).code, JSON.parse(refused.output).message],
        [10001, '二维码已过期, 请刷新后重试'],
      )
    })

    test('a status other than 0000 is handed on in words, with an empty output', async (t) => {
      assert.partialDeepStrictEqual(await openTestLibrary(t, kind).decode('SIM:fail:'), {
        status: '连接前置机失败',
        output: '',
      })
    })

    test('output that is not JSON is handed on: judging it is the domain’s business', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode('SIM:garbage:')
      assert.equal(output, '<html>502 Bad Gateway</html>')
    })

    test('GBK output is read as what it says', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode(`SIM:gbk:${code}`)
      assert.deepEqual(JSON.parse(output).data, patient)
    })

    test('a request in GBK is understood', async (t) => {
      const { output } = await openTestLibrary(t, kind, { settings: { inputCharset: 'gbk' } }).decode(code)
      assert.deepEqual(JSON.parse(output).data, patient)
    })

    test('data may be a JSON string', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode(`SIM:string:${code}`)
      assert.deepEqual(JSON.parse(JSON.parse(output).data), patient)
    })

    test('what the library prints does not reach the frames', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode(`SIM:noise:SIM:noise:${code}`)
      assert.deepEqual(JSON.parse(output).data, patient)
    })

    test('a library that uses 7 MiB of stack works', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode(`SIM:stack:7000:${code}`)
      assert.deepEqual(JSON.parse(output).data, patient)
    })

    test('the working directory is the library’s folder', async (t) => {
      const { output } = await openTestLibrary(t, kind).decode(`SIM:where:${code}`)
      assert.equal(JSON.parse(output).message, folderOf(kind))
    })

    test('the int profile gives its number as text', async (t) => {
      const { decode } = openTestLibrary(t, kind, { settings: { signature: 'int', symbol: 'NationEcTransInt' } })
      const answer = await decode(code)
      assert.equal(answer.status, '0')
      assert.deepEqual(JSON.parse(answer.output).data, patient)
      assert.equal((await decode('SIM:fail:')).status, '-9')
    })

    for (const [ending, facts] of Object.entries(kind.startsWith('wine') ? windowsEndings : linuxEndings)) {
      test(`the end of the host by ${ending} is a failure, and the next call works`, async (t) => {
        const { decode } = openTestLibrary(t, kind)
        await assert.rejects(decode(`SIM:${ending}`), hasCode('DECODER_CRASHED', facts))
        assert.deepEqual(JSON.parse((await decode(code)).output).data, patient)
      })
    }

    test('a library that hangs is ended at its deadline, and the next call works', async (t) => {
      const deadlineMs = 1_000
      const { decode } = openTestLibrary(t, kind, { settings: { deadlineMs } })
      await decode(code)
      const startedAt = performance.now()
      await assert.rejects(decode('SIM:hang:'), hasCode('DECODE_TIMEOUT', { deadlineMs }))
      const tookMs = performance.now() - startedAt
      // A timer may be a little early, and a busy machine some seconds late.
      assert.ok(tookMs >= deadlineMs - 10 && tookMs < 10 * deadlineMs, `${tookMs}`)
      assert.deepEqual(JSON.parse((await decode(code)).output).data, patient)
    })

    test('a library at full load is ended as well', async (t) => {
      const { decode } = openTestLibrary(t, kind, { settings: { deadlineMs: 1_000 } })
      await assert.rejects(decode('SIM:spin:'), hasCode('DECODE_TIMEOUT'))
      assert.deepEqual(JSON.parse((await decode(code)).output).data, patient)
    })

    test('an output that fills the buffer to its last byte is whole', async (t) => {
      assert.equal((await openTestLibrary(t, kind).decode('SIM:fill:65535:')).output, 'A'.repeat(65_535))
    })

    test('one byte too many is found, and the host is not used again', async (t) => {
      const { decode } = openTestLibrary(t, kind)
      await assert.rejects(decode('SIM:fill:65536:'), hasCode('DECODER_OUTPUT_INVALID', { overrun: true }))
      await assert.rejects(decode('SIM:fill:200000:'), hasCode('DECODER_OUTPUT_INVALID', { overrun: true }))
      assert.deepEqual(JSON.parse((await decode(code)).output).data, patient)
    })

    test('an output without its NUL is refused', async (t) => {
      const { decode } = openTestLibrary(t, kind)
      await assert.rejects(decode('SIM:open:65536:'), hasCode('DECODER_OUTPUT_INVALID', { unterminated: true }))
      assert.deepEqual(JSON.parse((await decode(code)).output).data, patient)
    })

    test('a larger buffer, when configured, holds a larger output', async (t) => {
      const { decode } = openTestLibrary(t, kind, { settings: { outputCapBytes: 4 * 1024 * 1024 } })
      assert.equal((await decode('SIM:fill:4000000:')).output.length, 4_000_000)
    })

    test('a library that drives the scanner itself reads the script’s first line', async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'mip-script-'))
      t.after(() => rmSync(folder, { recursive: true }))
      const script = join(folder, 'scan.txt')
      const { decode, scannerOwner } = openTestLibrary(t, kind, {
        settings: { scannerOwner: 'library' },
        environment: { MIP_SIM_SCRIPT: script, MIP_SIM_SCAN_MS: '20' },
      })
      assert.equal(scannerOwner, 'library')
      assert.equal(JSON.parse((await decode('')).output).data.ecQrCode, '2800000000000001')
      writeFileSync(script, `${code}\r\nnever read\n`)
      const answer = await decode('')
      assert.deepEqual(JSON.parse(answer.output).data, patient)
      // A timer of Node may be a little early.
      assert.ok(answer.elapsedUs >= 19_000)
      writeFileSync(script, 'SIM:cancel:\n')
      assert.equal(JSON.parse((await decode('')).output).code, -2)
    })

    test('an agent that is killed while the library hangs leaves no host behind', { skip: notLinux }, async (t) => {
      const program = join(import.meta.dirname, 'held-call.ts')
      const given = JSON.stringify({ path: libraryFor(kind), host: hostFor(kind) })
      const agent = spawn(process.execPath, [program, given], { stdio: ['ignore', 'pipe', 'inherit'] })
      t.after(() => agent.kill('SIGKILL'))
      await once(agent.stdout, 'data')
      const [host] = childrenOf(agent.pid ?? 0)
      assert.ok(host !== undefined)
      agent.kill('SIGKILL')
      await once(agent, 'exit')
      assert.ok(await isGone(host))
    })
  })
}

/** GB 11643. */
const rightCheckDigit = (idNo: string): string => {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  return '10X98765432'.charAt(weights.reduce((sum, weight, index) => sum + weight * Number(idNo[index]), 0) % 11)
}
