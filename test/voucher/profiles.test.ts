// The profiles of vendor libraries, each over its simulated library: what they pass, what success is, how errors read.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { readVoucherAnswer } from '../../src/core/domain/decoding/voucher-answer.ts'
import type { LibraryAnswer } from '../../src/main/usecases/base/ports.ts'
import { completeProfile, profileNameOf, profileNames } from '../../src/main/voucher/library/library-profile.ts'
import { inventPatient } from '../../src/main/voucher/hosts/simulated-patient.ts'
import {
  openTestLibrary,
  skipOf,
  type HostKind,
  type TestLibraryOptions,
} from '../support/devices/simulated-library.ts'

const code = '2801000000000000000000000011'
const patient = inventPatient(code)
const url = 'http://127.0.0.1:9/'

/** HeaSecReadInfo's whole JSON; every value is invented. */
const initialization = {
  IP: '10.0.0.9',
  PORT: 8080,
  TIMEOUT: 60,
  LOG_PATH: 'C:\\mip\\log',
  EC_URL: 'http://10.0.0.9/ec',
  CARD_PASSTYPE: '1',
  API_NAME: 'test',
  API_VERSION: '1.0',
  ACCESS_KEY: 'access-of-test',
  SECRETKEY: 'secret-of-test',
  ORG_ID: 'H51010000001',
  AREA_CODE: '510100',
}

/** A library that scans by itself reads these codes, one a call. */
const scanning = (context: TestContext): { options: TestLibraryOptions; scan: (text: string) => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-script-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const script = join(folder, 'scan.txt')
  const scan = (text: string): void => writeFileSync(script, `${text}\n`)
  scan(code)
  return { options: { environment: { MIP_SIM_SCRIPT: script, MIP_SIM_SCAN_MS: '1' } }, scan }
}

const read = ({ status, output }: LibraryAnswer) => readVoucherAnswer(status, output)

const isDecoded = (answer: LibraryAnswer): void => {
  const found = read(answer)
  assert.equal(found.kind, 'decoded', JSON.stringify(answer))
  assert.deepEqual(found.raw, patient)
}

const isInvalid = (words: RegExp) => (error: unknown) =>
  error instanceof AgentError && error.code === 'INVALID_FIELDS' && words.test(error.message)

const faultsOf = (settings: object): readonly string[] => {
  try {
    completeProfile({ url, ...settings })
    return []
  } catch (error) {
    assert.ok(error instanceof AgentError && error.code === 'CONFIG_INVALID')
    return error.detail?.['faults'] as string[]
  }
}

test('an unknown profile is refused with the known ones named', () => {
  assert.deepEqual(profileNames.map(profileNameOf), profileNames)
  assert.throws(() => profileNameOf('national'), new RegExp(`取值应为 ${profileNames.join('、')}`))
})

test('a host runs where its profile says, unless the site says otherwise', () => {
  assert.equal(completeProfile({ url, path: '/vendor/libNationEC.so' }).folder, '/vendor')
  assert.equal(completeProfile({ url, path: '/vendor/libNationEC.so', folder: '/elsewhere' }).folder, '/elsewhere')
})

for (const kind of ['node', 'c'] satisfies HostKind[]) {
  suite(`profiles over the ${kind} host`, { skip: skipOf(kind) }, () => {
    test('nation-ec: every transaction of the library is passed on, and what it needs is asked for', async (t) => {
      const { transact } = openTestLibrary(t, kind, { settings: { profile: 'nation-ec' }, ...scanning(t).options })
      isDecoded(await transact('ec.query'))
      const outBizNo = 'B'.repeat(64)
      const settled = { medicalSettleState: 'SUCCESS', bizType: '1', totalFee: '1', selfFee: '1', medicalFee: '0' }
      for (const [transType, data] of [
        ['cn.nhsa.qrcode.get', {}],
        ['cn.nhsa.ec.auth', { outBizNo }],
        ['cn.nhsa.auth.check', { authNo: 'A1' }],
        ['cn.nhsa.cert.get', {}],
        ['iot.gain.ec.qrcode', { gainWay: 'FACE', outBizNo }],
        ['iot.medical.settle.notify', { ...settled, outBizNo }],
      ] as const) {
        isDecoded(await transact(transType, data))
      }
      await assert.rejects(transact('ec.guess'), isInvalid(/动态库没有交易 ec.guess/))
      await assert.rejects(transact('cn.nhsa.ec.auth'), isInvalid(/data.outBizNo: 必填/))
      await assert.rejects(transact('cn.nhsa.ec.auth', { outBizNo: `${outBizNo}B` }), isInvalid(/不超过 64 个字符/))
      await assert.rejects(transact('iot.gain.ec.qrcode', { gainWay: 'X', outBizNo }), isInvalid(/MOBILE、FACE、ALL/))
    })

    test('nation-ec: data as a JSON string, and the text "null", read as what they mean', async (t) => {
      const { decode } = openTestLibrary(t, kind, { settings: { profile: 'nation-ec', scannerOwner: 'agent' } })
      const found = read(await decode(`SIM:string:${code}`))
      assert.ok(found.kind === 'decoded')
      assert.deepEqual(
        Object.keys(found.output).filter((name) => ['email', 'nationality'].includes(name)),
        [],
      )
    })

    test('shanghai-se: the code goes in with its channel, and is never asked of the library', async (t) => {
      const { decode, scannerOwner } = openTestLibrary(t, kind, {
        settings: { profile: 'shanghai-se', ecQrChannel: '3' },
      })
      assert.equal(scannerOwner, 'agent')
      isDecoded(await decode(code))
      await assert.rejects(decode(''), isInvalid(/须传入医保码/))
    })

    test('sichuan-yyjks: it scans by itself, answers in GBK, and its message is the refusal', async (t) => {
      const { options, scan } = scanning(t)
      const { decode, transact, scannerOwner } = openTestLibrary(t, kind, {
        settings: { profile: 'sichuan-yyjks' },
        ...options,
      })
      assert.equal(scannerOwner, 'library')
      isDecoded(await decode(''))
      scan('SIM:fail:')
      assert.deepEqual(read(await decode('')), { kind: 'refused', code: '-9', message: '连接前置机失败' })
      scan('SIM:cancel:')
      assert.deepEqual(read(await decode('')), { kind: 'cancelled' })
      assert.deepEqual(read(await transact('ec.other')), { kind: 'refused', code: '-3', message: '不支持的交易' })
      await assert.rejects(decode(code), isInvalid(/自行扫码/))
    })

    test('hea-sec: opened once with its whole JSON, then each medium by its own function', async (t) => {
      const { options, scan } = scanning(t)
      const { decode, transact, status } = openTestLibrary(t, kind, {
        settings: { profile: 'hea-sec', initialization },
        ...options,
      })
      isDecoded(await decode(''))
      isDecoded(await decode(code))
      assert.equal(status().state, 'ready')
      const card = read(await transact('card.read'))
      assert.ok(card.kind === 'decoded')
      assert.partialDeepStrictEqual(card.output, { idNo: patient['idNo'], userName: patient['userName'] })
      assert.deepEqual(read(await transact('idcard.read')), {
        kind: 'decoded',
        output: { text: '测试甲|1|汉' },
        raw: { text: '测试甲|1|汉' },
      })
      assert.equal(read(await transact('card.verifyPin')).kind, 'decoded')
      await assert.rejects(transact('card.changePin'), isInvalid(/没有交易 card.changePin/))
      scan('SIM:fail:')
      assert.deepEqual(read(await decode('')), { kind: 'refused', code: '-9', message: '连接前置机失败' })
    })

    test('hea-sec: after a crash the next host is opened again', async (t) => {
      const { decode } = openTestLibrary(t, kind, { settings: { profile: 'hea-sec', initialization } })
      isDecoded(await decode(code))
      await assert.rejects(decode('SIM:segv:'), (error) => (error as AgentError).code === 'DECODER_CRASHED')
      isDecoded(await decode(code))
    })

    test('hea-sec: an Init that refuses is told in the library’s own words', async (t) => {
      const opened = openTestLibrary(t, kind, {
        settings: { profile: 'hea-sec', initialization: { ...initialization, PORT: '8080' } },
      })
      await assert.rejects(opened.decode(code), /动态库无法加载: 初始化失败, 返回 -1 .*PORT 应为数字/)
    })
  })
}

test('a profile that lacks what its library needs is a fault of the configuration', () => {
  assert.deepEqual(faultsOf({ profile: 'shanghai-se' }), ['ecQrChannel: 上海动态库必填, 1 支付宝、2 微信、3 随申办'])
  assert.deepEqual(faultsOf({ profile: 'shanghai-se', ecQrChannel: '1', scannerOwner: 'library' }), [
    'scannerOwner: 上海医保电子凭证动态库 SE01 不支持 library',
  ])
  assert.equal(faultsOf({ profile: 'hea-sec' }).length, 12)
  for (const LOG_PATH of ['C:\\a\\b\\c\\d', '/var/医保', 'C:\\my log']) {
    assert.deepEqual(faultsOf({ profile: 'hea-sec', initialization: { ...initialization, LOG_PATH } }), [
      'initialization.LOG_PATH: 不超过三级, 只用 ASCII 字符, 不含空格',
    ])
  }
  assert.deepEqual(faultsOf({ profile: 'hea-sec', initialization }), [])
})
