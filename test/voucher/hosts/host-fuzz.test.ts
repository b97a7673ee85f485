// Frames that nobody should send, from both ends: the C host gets broken requests, the agent gets a host that lies.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { runDriver } from '../../../scripts/fuzz-host.ts'
import { isHostFrame } from '../../../src/contract/host/host-protocol.ts'
import { AgentError } from '../../../src/core/domain/errors/errors.ts'
import { createFrameDecoder, encodeFrame } from '../../../src/main/voucher/hosts/framing.ts'
import { libraryFor, openTestLibrary, skipOf } from '../../support/devices/simulated-library.ts'

const skip = skipOf('c')
const warnings = ['-std=c11', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']

const base64 = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64'))
const id = fc.integer({ min: 1, max: 0xffff_ffff })

/** Right frames, then a few of their bytes made wrong, or the end cut off. */
const spoil = (frames: fc.Arbitrary<readonly object[]>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      frames.map((all) => Buffer.concat(all.map(encodeFrame))),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(50)),
    )
    .map(([bytes, changes, cut]) => {
      for (const [place, value] of changes) if (bytes.length > 0) bytes[place % bytes.length] = value
      return bytes.subarray(0, Math.max(0, bytes.length - cut))
    })

test('the C reader stays within any bytes and understands what it takes to the last one', { skip }, () => {
  assert.match(runDriver(100_000, 20_260_101), /100000 inputs/)
})

test(
  'the C host answers what it understands and ends at anything else, without a wrong access',
  { skip },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'mip-fuzz-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const program = join(folder, 'host')
    const sources = ['host.c', 'protocol.c', 'platform-linux.c'].map((name) => `native/host/${name}`)
    execFileSync(process.env['CC'] ?? 'cc', [...warnings, '-o', program, ...sources, '-ldl', '-lpthread'], {
      cwd: join(import.meta.dirname, '../../..'),
    })
    const args = [libraryFor('c') ?? '', 'NationEcTrans:ttb:pointer']

    const request = fc.oneof(
      fc.record({ type: fc.constant('ping'), id }),
      fc.record({
        type: fc.constant('call'),
        id,
        function: fc.constantFrom('NationEcTrans', 'EcQuery'),
        arguments: fc.tuple(base64, base64, fc.integer({ min: 8192, max: 70_000 })),
        deadlineMs: fc.integer({ min: 1_000, max: 60_000 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(spoil(fc.array(request, { maxLength: 3 })), async (bytes) => {
        const host = spawn(program, args, {
          stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
          env: { ...process.env, MIP_SIM_SCAN_MS: '0' },
        })
        let report = ''
        const decoder = createFrameDecoder()
        const frames: unknown[] = []
        host.stderr?.on('data', (chunk: Buffer) => (report += chunk.toString()))
        ;(host.stdio[3] as Readable).on('data', (chunk: Buffer) => frames.push(...decoder.push(chunk)))
        host.stdin?.on('error', () => undefined)
        host.stdin?.end(bytes)
        const [code] = (await once(host, 'close')) as [number | null]
        assert.equal(report, '')
        assert.ok(code === 0 || code === 2, `ended with ${code}`)
        assert.ok(frames.every(isHostFrame))
      }),
      { numRuns: 60 },
    )
  },
)

test('a host that lies harms nobody: every call is answered, by an error of ours', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-fuzz-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const said = join(folder, 'frames')
  const liar = {
    program: '/bin/sh',
    arguments: ['-c', 'cat "$0" >&3; read -r _', said],
    format: 'elf',
    machine: 'x64',
  } as const
  const frame = fc.oneof(
    fc.constant({ type: 'ready', bits: 64, symbols: ['NationEcTrans'], pid: 1 }),
    fc.record({ type: fc.constant('pong'), id: fc.constantFrom(1, 2) }),
    fc.record({ type: fc.constant('fatal'), stage: fc.constant('load'), code: fc.nat(200), message: base64 }),
    fc.record({
      type: fc.constant('reply'),
      id: fc.constant(1),
      ok: fc.constant(false),
      error: fc.constant('overrun'),
    }),
    fc.record({
      type: fc.constant('reply'),
      id: fc.constantFrom(1, 2),
      ok: fc.constant(true),
      status: base64,
      elapsedUs: fc.nat(),
      memoryKb: fc.nat(),
      outputs: fc.array(base64, { maxLength: 4 }),
      unterminated: fc.boolean(),
    }),
  )
  await fc.assert(
    fc.asyncProperty(spoil(fc.array(frame, { maxLength: 4 })), async (bytes) => {
      writeFileSync(said, bytes)
      const { decode, close } = openTestLibrary(t, 'c', {
        hosts: [liar],
        settings: { deadlineMs: 50 },
        limits: { startMs: 50, graceMs: 10 },
      })
      await decode('1').catch((error: unknown) => {
        assert.ok(error instanceof AgentError, String(error))
      })
      await close()
    }),
    { numRuns: 100 },
  )
})
