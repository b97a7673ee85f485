// Owns what the sandbox tests need of an agent: a key pair, sealed calls over real sockets, valid requests.
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { type InterfaceCode, interfaces } from '../../src/contract/interfaces.ts'
import { canonicalJsonTexts, parseJsonText } from '../../src/contract/check/json-text.ts'
import { deriveSm4Key, type OpenedEnvelope, openEnvelope, sealEnvelope } from '../../src/main/center/envelope.ts'
import { createSigner, createVerifier, derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'
import type { LedgerPicture, OrderPicture } from '../../src/sandbox/ledger/ledger.ts'
import { defaultUserId, type SandboxOptions } from '../../src/sandbox/options.ts'
import { startSandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import { formatStamp } from '../../src/sandbox/shanghai-time.ts'

export const appId = 'SANDBOXTEST0000000000000000000A1'
export const appSecret = '0123456789ABCDEF0123456789ABCDEF'
const privateKey = generatePrivateKey(randomBytes)
export const agentPublicKey = Buffer.from(derivePublicKey(privateKey)).toString('base64')
const userId = Buffer.from(defaultUserId)

export const patient = { idNo: '110101199003070000', userName: '测试患者', idType: '01' }
export const orgCodg = 'H00000000001'
export const ecToken = 'EC0000000000000000000000000000000001'

export type Fields = Record<string, unknown>

/** A reply as it came, and what it opens to. */
export type Reply = {
  readonly status: number
  readonly text: string
  readonly envelope: Fields
  readonly opened: OpenedEnvelope | undefined
  /** Verified data; empty for a refusal. */
  readonly data: Fields
}

export const post = (
  url: string,
  body: Buffer | string,
  agent: Agent | false = false,
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const outgoing = request(url, { method: 'POST', agent, headers }, (incoming) => {
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(parts).toString() }))
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })

const parseObject = (text: string): Fields | undefined => {
  try {
    return parseJsonText(text) as Fields
  } catch {
    return undefined
  }
}

/** One agent's side of the channel to the center at `url`. */
export const createClient = ({ url, publicKey }: { readonly url: string; readonly publicKey: string }) => {
  const keys = {
    appId,
    appSecret,
    sm4Key: deriveSm4Key(appId, appSecret),
    sign: createSigner({ privateKey, userId, randomBytes }),
    verifier: createVerifier({ publicKey: Buffer.from(publicKey, 'base64'), userId }),
  }
  const envelopeFields = (): Fields => ({ appId, version: '2.0.1', timestamp: formatStamp(Date.now()) })
  const seal = (data: object, change: Fields = {}): Buffer => {
    const { sent, signed } = canonicalJsonTexts(data)
    return sealEnvelope(keys, { ...envelopeFields(), ...change }, signed, sent)
  }

  const sendBody = async (code: InterfaceCode, body: Buffer | string, agent: Agent | false = false): Promise<Reply> => {
    const { status, text } = await post(`${url}${interfaces[code].path}`, body, agent)
    const envelope = parseObject(text) ?? {}
    const opened = Object.keys(envelope).length === 0 ? undefined : openEnvelope(keys, envelope)
    return { status, text, envelope, opened, data: opened?.kind === 'signed' ? ((opened.data ?? {}) as Fields) : {} }
  }
  const control = async (path: string, body: object): Promise<Fields> => {
    const { status, text } = await post(`${url}/_sandbox/${path}`, JSON.stringify(body))
    return { httpStatus: status, ...(JSON.parse(text) as Fields) }
  }
  const call = (code: InterfaceCode, data: object, agent: Agent | false = false): Promise<Reply> =>
    sendBody(code, seal(data), agent)

  return {
    url,
    keys,
    seal,
    sendBody,
    call,
    control,
    script: (script: object): Promise<Fields> => control('scripts', script),
    payer: (payOrdId: string, act: object): Promise<Fields> => control(`orders/${payOrdId}/payer`, act),
    authorize: async (who: object = patient): Promise<string> =>
      String((await control('authorizations', who))['payAuthNo']),
    ledger: async (): Promise<LedgerPicture> => (await (await fetch(`${url}/_sandbox/ledger`)).json()) as LedgerPicture,
    find: async (payOrdId: string): Promise<OrderPicture> => {
      const { orders } = (await (await fetch(`${url}/_sandbox/ledger`)).json()) as LedgerPicture
      const order = orders.find((one) => one.payOrdId === payOrdId)
      if (order === undefined) throw new Error('no such order in the ledger')
      return order
    },
  }
}
export type Client = ReturnType<typeof createClient>

let serial = 0
const nextSerial = (prefix: string): string => `${prefix}${String((serial += 1)).padStart(8, '0')}`

/** Yuan text of two lines that add up to the total. */
const lineAmounts = (totalFen: number): readonly [string, string] => {
  const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
  const firstFen = Math.floor(totalFen / 3)
  return [yuan(firstFen), yuan(totalFen - firstFen)]
}

const diagnosis = {
  diagType: '1',
  diagSrtNo: '1',
  diagCode: 'J00.x00',
  diagName: '急性鼻咽炎',
  diagDept: '内科',
  diseDorNo: 'D001',
  diseDorName: '李医生',
  diagTime: '2024-05-01 09:00:00',
  valiFlag: '1',
}

const line = (feedetlSn: string, detItemFeeSumamt: string): Fields => ({
  feedetlSn,
  mdtrtId: 'M0001',
  psnNo: 'P0001',
  chrgBchno: 'B0001',
  diseCodg: '',
  rxCircFlag: '0',
  feeOcurTime: '2024-05-01 09:05:00',
  medListCodg: 'XA01',
  medinsListCodg: 'HOSP-1',
  detItemFeeSumamt,
  cnt: '1',
  pric: detItemFeeSumamt,
  bilgDeptCodg: '01',
  bilgDeptName: '内科',
  bilgDrCodg: 'D001',
  bilgDrName: '李医生',
  hospApprFlag: '1',
  medType: '11',
  medListName: '药品',
  medListSpc: '0.5g',
})

/** A 6201 that the center takes. */
export const makeUpload = ({ totalFen = 10_000, ...change }: { readonly totalFen?: number } & Fields = {}): Fields => {
  const [first, second] = lineAmounts(totalFen)
  return {
    orgCodg,
    psnNo: 'P0001',
    insutype: '310',
    medOrgOrd: nextSerial('MO'),
    begntime: '2024-05-01 08:55:00',
    ...patient,
    ecToken,
    iptOtpNo: 'OP0001',
    deptName: '内科',
    caty: 'A03',
    mdtrtId: 'M0001',
    medType: '11',
    feeType: '01',
    medfeeSumamt: `${Math.floor(totalFen / 100)}.${String(totalFen % 100).padStart(2, '0')}`,
    acctUsedFlag: '1',
    diseCodg: '',
    psnSetlway: '01',
    chrgBchno: 'B0001',
    pubHospRfomFlag: '0',
    diseinfoList: [diagnosis],
    feedetailList: [line('L1', first), line('L2', second)],
    ...change,
  }
}

export type Uploaded = { readonly payOrdId: string; readonly payToken: string; readonly medOrgOrd: string }

/** Uploads; `script` is given before, for this medOrgOrd. */
export const upload = async (
  client: Client,
  change: { readonly totalFen?: number } & Fields = {},
  script?: object,
): Promise<Uploaded> => {
  const input = makeUpload(change)
  const medOrgOrd = String(input['medOrgOrd'])
  if (script !== undefined) await client.script({ medOrgOrd, ...script })
  const { data, envelope } = await client.call('6201', input)
  const { payOrdId } = data
  if (typeof payOrdId !== 'string') throw new Error(`6201 refused: ${String(envelope['message'])}`)
  return { payOrdId, payToken: String(data['payToken']), medOrgOrd }
}

export const makePlacing = ({ payOrdId, payToken }: Uploaded, change: Fields = {}): Fields => ({
  payAuthNo: 'AUTH0001',
  payOrdId,
  payToken,
  orgCodg,
  orgBizSer: nextSerial('BS'),
  chrgBchno: 'B0001',
  feeType: '01',
  mdtrtId: 'M0001',
  ...change,
})

export const makeBankPlacing = ({ payOrdId, payToken }: Uploaded, change: Fields = {}): Fields => ({
  payAuthNo: 'AUTH0001',
  payOrdId,
  payToken,
  orgCodg,
  orgBizSer: nextSerial('BS'),
  ...change,
})

/** For 6301 and 6401, whose inputs are alike. */
export const makeQuery = ({ payOrdId, payToken }: Uploaded, change: Fields = {}): Fields => ({
  payOrdId,
  orgCodg,
  payToken,
  ...patient,
  ...change,
})

export const makeRefund = ({ payOrdId }: Uploaded, change: Fields = {}): Fields => ({
  payOrdId,
  appRefdSn: nextSerial('RS'),
  appRefdTime: '20240501100000',
  totlRefdAmt: '100.00',
  psnAcctRefdAmt: '20.00',
  fundRefdAmt: '60.00',
  cashRefdAmt: '20.00',
  ecToken,
  refdType: 'ALL',
  ...change,
})

/** Uploads, places, and pays what cash there is: an order of 100.00 (60 fund, 20 account, 20 cash) unless scripted. */
export const settle = async (
  client: Client,
  script?: object,
  change: { readonly totalFen?: number } & Fields = {},
  placing: Fields = {},
): Promise<Uploaded> => {
  const order = await upload(client, change, script)
  const { data } = await client.call('6202', makePlacing(order, placing))
  if (data['ordStas'] === '2') await client.payer(order.payOrdId, { action: 'pay' })
  return order
}

/** A center in this process with a client of it. */
export const startPair = async (change: Partial<SandboxOptions> = {}) => {
  const center = await startSandboxCenter({ appId, appSecret, agentPublicKey, ...change })
  return { center, client: createClient(center) }
}
