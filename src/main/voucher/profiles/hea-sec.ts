// Owns the card and voucher reader library HeaSecReadInfo: opened once by Init, then one function for each medium.
// Every function returns a 32-bit number, 0 for success; C# samples that declare 64 bits work by luck.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Initialization, LibraryCall, LibraryReturn, PlainAnswer, ProfileKind } from '../library/profile-kind.ts'

const messageCapBytes = 8192
const cardCapBytes = 2048

/** transType -> the function that does it. `ec.query` is the one that 6101 asks for. */
const transactions: Readonly<Record<string, (input: object, capBytes: number) => LibraryCall>> = {
  'ec.query': (input, capBytes) => ({ function: 'EcQuery', arguments: [JSON.stringify(input), capBytes] }),
  'card.read': () => ({ function: 'ReadCardBas', arguments: [cardCapBytes, messageCapBytes] }),
  'idcard.read': () => ({ function: 'ReadSFZ', arguments: [cardCapBytes, messageCapBytes] }),
  'card.verifyPin': () => ({ function: 'VerifyPIN', arguments: [messageCapBytes] }),
}

/** What ReadCardBas gives, separated by bars. */
const cardFields = [
  'insuOrg',
  'idNo',
  'cardNo',
  'cardCode',
  'userName',
  'resetHistory',
  'version',
  'issuedOn',
  'expiresOn',
  'terminalNo',
  'deviceNo',
]

const requiredKeys = [
  'IP',
  'PORT',
  'TIMEOUT',
  'LOG_PATH',
  'EC_URL',
  'CARD_PASSTYPE',
  'API_NAME',
  'API_VERSION',
  'ACCESS_KEY',
  'SECRETKEY',
  'ORG_ID',
  'AREA_CODE',
]

const findInitFaults = (initialization: Initialization = {}): string[] => {
  const missing = requiredKeys.filter((key) => initialization[key] === undefined || initialization[key] === '')
  const faults = missing.map((key) => `initialization.${key}: 必填`)
  const logPath = String(initialization['LOG_PATH'] ?? '')
  const levels = logPath.split(/[/\\]/).filter((part) => part !== '' && !part.endsWith(':'))
  if (!/^[!-~]*$/.test(logPath) || levels.length > 3) {
    faults.push('initialization.LOG_PATH: 不超过三级, 只用 ASCII 字符, 不含空格')
  }
  return faults
}

const refuse = (status: string, message: string): PlainAnswer => ({
  status,
  output: JSON.stringify({ code: status, message: message || `动态库返回 ${status}` }),
})

const succeed = (data: object): PlainAnswer => ({ status: '0', output: JSON.stringify({ code: 0, message: '', data }) })

/** The function's own JSON: an envelope like the national library's, or the bare data of one. */
const readVoucher = (text: string): PlainAnswer => {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null && !('code' in answer)) return succeed(answer)
  } catch {
    // Not JSON: the domain says so.
  }
  return { status: '0', output: text }
}

const readCard = (text: string): PlainAnswer => {
  const values = text.split('|')
  // Some versions end with a bar.
  if (values.length < cardFields.length) return { status: '0', output: text }
  return succeed(Object.fromEntries(cardFields.map((name, index) => [name, values[index] ?? ''])))
}

const readAnswer = ({ status, outputs }: LibraryReturn, { function: name }: LibraryCall): PlainAnswer => {
  if (status !== '0') return refuse(status, outputs.findLast((text) => text !== '') ?? '')
  const [text = ''] = outputs
  if (name === 'EcQuery') return readVoucher(text)
  if (name === 'ReadCardBas') return readCard(text)
  return succeed({ text })
}

export const heaSec: ProfileKind = {
  title: '医保读卡动态库 HeaSecReadInfo',
  symbol: 'EcQuery',
  signature: 'int',
  scannerOwners: ['library', 'agent'],
  outputCharset: 'auto',
  outputCapBytes: 64 * 1024,
  workingFolder: 'library',
  hostBesideLibrary: false,
  deadlineMs: 120_000,
  functions: () => [
    { name: 'Init', parameters: ['text', 'buffer'], returns: 'int' },
    { name: 'EcQuery', parameters: ['text', 'buffer'], returns: 'int' },
    { name: 'ReadCardBas', parameters: ['buffer', 'buffer'], returns: 'int' },
    { name: 'ReadSFZ', parameters: ['buffer', 'buffer'], returns: 'int' },
    { name: 'VerifyPIN', parameters: ['buffer'], returns: 'int' },
  ],
  findFaults: ({ initialization }) => findInitFaults(initialization),
  open: ({ initialization }) => ({
    function: 'Init',
    arguments: [JSON.stringify(initialization), messageCapBytes],
  }),
  plan: (input, { outputCapBytes }) => {
    const call = transactions[input.transType]
    if (call !== undefined) return call(input, outputCapBytes)
    throw new AgentError('INVALID_FIELDS', { addition: `transType: 动态库没有交易 ${input.transType}` })
  },
  read: readAnswer,
}
