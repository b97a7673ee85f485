// Owns the right calls on every address that can move money or decide about it, and how each is written down: JSON at its own
// address, or JSON, GBK and forms as old programs send them. How they are made wrong is spoil-call.ts.
import { encodeGb18030 } from '../../src/contract/check/gb18030.ts'
import { inventBill, inventedPatient } from '../../test/fixtures/invented-bill.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The state of the order that a call is about. */
export type Stage = 'uploaded' | 'paid'

export type MoneyCall = {
  /** The code of the old programs' addresses. */
  readonly code: string
  readonly stage: Stage
  /** Its own address, the order's number as text of an address. */
  readonly path: (number: string) => string
  readonly body: (number: string, serial: number) => Fields
}

export const bill = (medOrgOrd: string): Fields => ({
  ...inventedPatient,
  ...inventBill({ medOrgOrd, lines: 2, lineFen: 5_000 }),
})

/** 100.00 yuan of which the patient paid 20.00; this much of it goes back. */
export const refund = (appRefdSn: string, cashRefdAmt: string): Fields => ({
  appRefdSn,
  refdType: 'CASH',
  totlRefdAmt: '100.00',
  operator: 'OP01',
  cashRefdAmt,
})

const of = (number: string, what: string): string => `/v1/orders/${number}/${what}`

export const moneyCalls: readonly MoneyCall[] = [
  { code: '6201', stage: 'uploaded', path: () => '/v1/orders', body: bill },
  {
    code: '6202',
    stage: 'uploaded',
    path: (number) => of(number, 'placement'),
    body: () => ({ payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' }),
  },
  {
    code: '6205',
    stage: 'uploaded',
    path: (number) => of(number, 'bank-placement'),
    body: () => ({ payAuthNo: 'AUTH0001' }),
  },
  {
    code: 'cashierUrl',
    stage: 'uploaded',
    path: (number) => of(number, 'cashier-url'),
    body: () => ({ payAuthNo: 'AUTH0001' }),
  },
  {
    code: 'authorization',
    stage: 'uploaded',
    path: (number) => of(number, 'authorization'),
    body: () => ({ payAuthNo: 'AUTH0001' }),
  },
  {
    code: '6401',
    stage: 'uploaded',
    path: (number) => of(number, 'revocation'),
    body: () => ({ userName: inventedPatient.userName, idNo: inventedPatient.idNo }),
  },
  {
    code: '6203',
    stage: 'paid',
    path: (number) => of(number, 'refunds'),
    body: (number, serial) => refund(`R${serial}${number}`, '10.00'),
  },
  {
    code: 'booking',
    stage: 'paid',
    path: (number) => of(number, 'booking'),
    body: () => ({ success: false, remark: '测试' }),
  },
  {
    code: 'resolve',
    stage: 'paid',
    path: (number) => `/v1/attention/${number}/resolve`,
    body: () => ({ decision: 'handled', operator: 'OP01', remark: '测试' }),
  },
  {
    code: 'rebill',
    stage: 'paid',
    path: (number) => of(number, 'rebill'),
    body: (number, serial) => {
      const { operator: _operator, ...all } = refund(`A${serial}${number}`, '20.00')
      const { idNo: _idNo, userName: _userName, idType: _idType, ecToken: _ecToken, ...upload } = bill(`${number}N`)
      return { refund: { ...all, refdType: 'ALL', fundRefdAmt: '60.00', psnAcctRefdAmt: '20.00' }, upload }
    },
  },
]

export type Way = 'own' | 'json' | 'gbk' | 'form' | 'formGbk' | 'fsi'
export const ways: readonly Way[] = ['own', 'json', 'gbk', 'form', 'formGbk', 'fsi']

export type Written = { readonly path: string; readonly contentType: string; readonly body: Buffer }

const inCharset = (text: string, way: Way): Buffer =>
  way === 'gbk' || way === 'formGbk' ? Buffer.from(encodeGb18030(text)) : Buffer.from(text)

/** What a form cannot say by itself, and so brings as JSON text. */
const isNested = (body: Fields): boolean => Object.values(body).some((value) => typeof value === 'object')

// Unescaped, as programs that put a form together by hand write it; only what would end a field is escaped.
const formValue = (value: unknown): string =>
  String(value).replace(/[%&=+ \t\r\n]/g, (character) => encodeURIComponent(character))

/** `number`: the order's, as the caller writes it; `body` without it. */
export const writeCall = ({ code, path }: MoneyCall, number: string, body: Fields, way: Way): Written => {
  if (way === 'own') {
    return {
      path: path(encodeURIComponent(number)),
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(body)),
    }
  }
  const named = code === '6201' ? body : { medOrgOrd: number, ...body }
  if (way === 'fsi') {
    const text = JSON.stringify({ infno: code, input: { data: named } })
    return { path: '/fsi', contentType: 'application/json', body: Buffer.from(text) }
  }
  const charset = way === 'gbk' || way === 'formGbk' ? 'gbk' : 'utf-8'
  if (way === 'json' || way === 'gbk') {
    const contentType = `application/json; charset=${charset}`
    return { path: `/call/${code}`, contentType, body: inCharset(JSON.stringify(named), way) }
  }
  const flat = isNested(named) ? { data: JSON.stringify(named) } : named
  const text = Object.entries(flat).map(([name, value]) => `${name}=${formValue(value)}`)
  const contentType = `application/x-www-form-urlencoded; charset=${charset}`
  return { path: `/call/${code}`, contentType, body: inCharset(text.join('&'), way) }
}
