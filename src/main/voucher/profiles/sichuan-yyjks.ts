// Owns Sichuan's wrapper of the national library (yyjks.dll): transaction code and address in, result and message out.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { ProfileKind } from '../library/profile-kind.ts'

const messageCapBytes = 4096

/**
 * The function takes the transaction and the address, nothing else: who asks for which business is the front end's own setting
 * there. These fields are every decode's; whatever else a caller gives would be lost without a word, so it is refused.
 */
const knownFields: ReadonlySet<string> = new Set([
  'orgId',
  'businessType',
  'operatorId',
  'operatorName',
  'officeId',
  'officeName',
  'deviceType',
])

export const sichuanYyjks: ProfileKind = {
  title: '四川医院接口动态库 yyjks',
  symbol: 'NationEcTrans_call',
  signature: 'int',
  // It takes no code: it always drives the scanner itself.
  scannerOwners: ['library'],
  outputCharset: 'gb18030',
  outputCapBytes: 64 * 1024,
  workingFolder: 'library',
  hostBesideLibrary: false,
  deadlineMs: 60_000,
  functions: ({ symbol, signature }) => [
    { name: symbol, parameters: ['text', 'text', 'buffer', 'buffer'], returns: signature },
  ],
  plan: ({ transType, data, ecQrCode }, { symbol, url, outputCapBytes }) => {
    const lost = Object.keys(data).filter((name) => !knownFields.has(name))
    if (lost.length > 0) {
      throw new AgentError('INVALID_FIELDS', { addition: `${lost.join('、')}: 四川动态库没有接收它的参数` })
    }
    if (ecQrCode !== undefined && ecQrCode !== '') {
      throw new AgentError('INVALID_FIELDS', { addition: 'code: 四川动态库自行扫码, 不能传入医保码' })
    }
    return { function: symbol, arguments: [transType, url, outputCapBytes, messageCapBytes] }
  },
  read: ({ status, outputs: [result = '', message = ''] }) => {
    if (status === '0' || status === '0000') return { status, output: result }
    return { status, output: JSON.stringify({ code: status, message: message || `动态库返回 ${status}` }) }
  },
}
