// Owns the national voucher library (国家医保电子凭证动态库, NationECCode): one function, JSON in and out.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { LibraryInput, ProfileKind } from '../library/profile-kind.ts'

const maxOutBizNoLength = 64

/** A field that a transaction needs in `data`: any text, or one of these. */
type Needs = Readonly<Record<string, true | readonly string[]>>

const transactions: Readonly<Record<string, Needs>> = {
  /** 扫码解码 (6101) */
  'ec.query': {},
  /** 终端取码 */
  'cn.nhsa.qrcode.get': {},
  /** 刷脸授权; outBizNo must be new each time */
  'cn.nhsa.ec.auth': { outBizNo: true },
  /** 按 authNo 取认证结果 */
  'cn.nhsa.auth.check': { authNo: true },
  /** 读身份证 */
  'cn.nhsa.cert.get': {},
  /** IoT 设备取码 */
  'iot.gain.ec.qrcode': { gainWay: ['MOBILE', 'FACE', 'ALL'], outBizNo: true },
  /** 把结算结果告诉设备 */
  'iot.medical.settle.notify': {
    bizType: true,
    medicalSettleState: ['SUCCESS', 'FAIL'],
    totalFee: true,
    selfFee: true,
    medicalFee: true,
    outBizNo: true,
  },
}

const findInputFaults = ({ transType, data }: LibraryInput): string[] => {
  const needs = transactions[transType]
  if (needs === undefined) return [`transType: 动态库没有交易 ${transType}`]
  return Object.entries(needs).flatMap(([name, values]) => {
    const value = data[name]
    if (typeof value !== 'string' || value === '') return [`data.${name}: 必填`]
    if (values !== true && !values.includes(value)) return [`data.${name}: 取值应为 ${values.join('、')}`]
    if (name === 'outBizNo' && value.length > maxOutBizNoLength)
      return [`data.${name}: 不超过 ${maxOutBizNoLength} 个字符`]
    return []
  })
}

/** @throws AgentError INVALID_FIELDS */
export const assertTransaction = (input: LibraryInput): void => {
  const faults = findInputFaults(input)
  if (faults.length > 0) throw new AgentError('INVALID_FIELDS', { addition: faults.join('; '), detail: { faults } })
}

export const nationEc: ProfileKind = {
  title: '国家医保电子凭证动态库 NationECCode',
  symbol: 'NationEcTrans',
  signature: 'pointer',
  scannerOwners: ['library', 'agent'],
  outputCharset: 'auto',
  outputCapBytes: 64 * 1024,
  workingFolder: 'library',
  hostBesideLibrary: false,
  deadlineMs: 60_000,
  functions: ({ symbol, signature }) => [{ name: symbol, parameters: ['text', 'text', 'buffer'], returns: signature }],
  plan: (input, { symbol, url, outputCapBytes }) => {
    assertTransaction(input)
    return { function: symbol, arguments: [url, JSON.stringify(input), outputCapBytes] }
  },
  // "0000" or 0 and an envelope; any other status is the error itself, in the library's own Chinese.
  read: ({ status, outputs }) => ({ status, output: outputs[0] ?? '' }),
}
