// Headers of libraries and programs, made byte by byte.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseArchitecture, readArchitecture } from '../../src/main/voucher/library/library-architecture.ts'
import { makeElf, makePe } from './library-headers.ts'

test('a PE header says machine, width and whether it is a DLL, wherever the header lies', () => {
  for (const at of [0x40, 0x78, 0x80, 0x140]) {
    assert.deepEqual(parseArchitecture(makePe('ia32', at)), { format: 'pe', bits: 32, machine: 'ia32', shared: true })
    assert.deepEqual(parseArchitecture(makePe('x64', at)), { format: 'pe', bits: 64, machine: 'x64', shared: true })
  }
})

test('an ELF header says machine, width and whether it is a shared object', () => {
  assert.deepEqual(parseArchitecture(makeElf('ia32')), { format: 'elf', bits: 32, machine: 'ia32', shared: true })
  assert.deepEqual(parseArchitecture(makeElf('loong64')), { format: 'elf', bits: 64, machine: 'loong64', shared: true })
})

test('the running Node is recognised', () => {
  const found = readArchitecture(process.execPath)
  assert.equal(found?.machine, process.arch)
  assert.equal(found.format, process.platform === 'win32' ? 'pe' : 'elf')
})

test('any other bytes are neither, and nothing throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void parseArchitecture(bytes)))
  const start = fc.constantFrom(Buffer.from('MZ'), Buffer.from('\x7fELF'))
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 120 }), (head, rest) => {
      parseArchitecture(Buffer.concat([head, rest]))
    }),
  )
  assert.equal(parseArchitecture(Buffer.from('#!/bin/sh\n')), undefined)
  assert.equal(parseArchitecture(Buffer.alloc(0)), undefined)
})
