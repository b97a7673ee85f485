// Owns what the fuzzing sends: right requests of every endpoint, made wrong in one place or in many, and bytes that are no
// request at all. Everything follows from the seeded random numbers.
import { routes } from '../../src/main/api/endpoints.ts'
import { callCodes } from '../../src/main/api/old-clients/calls.ts'
import { encodeGb18030 } from '../../src/contract/check/gb18030.ts'
import { decodeFields, inventBill, inventedPatient } from '../../test/fixtures/invented-bill.ts'
import type { SeededRandom } from '../seeded-random.ts'

export type FuzzRequest = {
  /** What it was before it was made wrong, e.g. `POST /v1/orders`; 'bytes' for what never was a request. */
  readonly of: string
  readonly bytes: Buffer
  /** The agent would wait for more. */
  readonly lacksEnd: boolean
}

type Choices<Value> = readonly [Value, ...Value[]]

const nasty: Choices<string> = [
  '""', 'null', 'true', '0', '-0', '1e999', '9007199254740993', '123456789012345678901234567890', '0.10', '[]', '{}',
  '"\\ud800"', '"\\u0000"', '"测试甲"', '"𠮷"', `"${'A'.repeat(300)}"`, `"${'汉'.repeat(5_000)}"`, '[[[[[[[[[[]]]]]]]]]]',
  '{"__proto__":{"paid":true}}', '"../../etc/passwd"', '"\\r\\nX-Injected: 1"', '"2026-02-30 25:61:00"', '"1.005"',
  '"-1.00"', '"9999999.99"', '"' + 'x'.repeat(70_000) + '"',
] // prettier-ignore

const names: Choices<string> = ['medOrgOrd', 'payOrdId', 'operator', 'token', 'code', 'data', 'queue', 'wait', '', '__proto__', 'constructor', '费用', 'a'.repeat(500)] // prettier-ignore

const types: Choices<string> = ['application/json', 'application/json; charset=gbk', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=unknown', '', 'multipart/form-data; boundary=x', 'a'.repeat(2_000)] // prettier-ignore

const paths: Choices<string> = ['/', '//', '/v1', '/v1/orders/../../etc', '/v1/orders/%2e%2e', '/v1/orders/%zz', '/%00', '/v1/orders?paid=true&paid=false', '/docs', `/v1/orders/${'9'.repeat(300)}`] // prettier-ignore

/** A right body of an endpoint, as JSON text; for those that take none, an empty object. */
const bodyOf = (name: string, number: string): Record<string, unknown> => {
  const bill = { ...inventedPatient, ...inventBill({ medOrgOrd: number, lines: 2, lineFen: 100 }) }
  const refund = { appRefdSn: `R${number}`, refdType: 'ALL', totlRefdAmt: '2.00', fundRefdAmt: '1.00', cashRefdAmt: '1.00', psnAcctRefdAmt: '0.00' } // prettier-ignore
  switch (name) {
    case 'decode':
      return { ...decodeFields, code: 'EC0000000000000000000000000001' }
    case 'upload':
      return bill
    case 'refunds':
      return refund
    case 'rebill':
      return { refund, upload: { ...bill, medOrgOrd: `${number}N` } }
    case 'placement':
      return { payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' }
    case 'resolve':
      return { decision: 'handled', operator: 'OP01', remark: '测试' }
    case 'booking':
      return { success: true }
    default:
      return {}
  }
}

/** Makes a JSON text wrong: a value, a name, a piece of it, or its bytes. */
const spoil = (text: string, random: SeededRandom): Buffer => {
  const bytes = random.chance(0.15) ? Buffer.from(encodeGb18030(text)) : Buffer.from(text)
  switch (random.integer(0, 7)) {
    case 0:
      return bytes
    case 1: {
      // One value becomes another.
      const values = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|[\d.]+|true|false)/g)]
      const found = values[random.integer(0, Math.max(0, values.length - 1))]
      if (found === undefined) return bytes
      const at = found.index + 1
      return Buffer.from(text.slice(0, at) + random.pick(nasty) + text.slice(at + (found[1]?.length ?? 0)))
    }
    case 2: {
      const name = JSON.stringify(random.pick(names))
      return Buffer.from(`{${name}:${random.pick(nasty)}${text === '{}' ? '' : ','}${text.slice(1)}`)
    }
    case 3:
      return bytes.subarray(0, random.integer(0, bytes.length))
    case 4: {
      const changed = Buffer.from(bytes)
      for (let count = random.integer(1, 8); count > 0 && changed.length > 0; count--) {
        changed[random.integer(0, changed.length - 1)] = random.integer(0, 255)
      }
      return changed
    }
    case 5:
      return Buffer.concat([Buffer.from('\u{feff}'), bytes])
    case 6:
      return Buffer.from(random.pick(nasty))
    default:
      return Buffer.concat([bytes, bytes.subarray(0, random.integer(0, 50))])
  }
}

const randomBytes = (length: number, random: SeededRandom): Buffer =>
  Buffer.from(Array.from({ length }, () => random.integer(0, 255)))

type Target = { readonly method: string; readonly path: string; readonly name: string }

const targets: readonly Target[] = [
  ...routes.map(({ method, path, name }) => ({ method, path, name })),
  ...callCodes.map((code) => ({ method: 'POST', path: `/call/${code}`, name: code === '6201' ? 'upload' : 'call' })),
  { method: 'POST', path: '/call', name: 'call' },
  { method: 'POST', path: '/fsi', name: 'call' },
  { method: 'POST', path: '/call/ticket', name: 'call' },
  { method: 'GET', path: '/call/order', name: 'call' },
]

const addressOf = (target: Target, numbers: Choices<string>, random: SeededRandom): string => {
  if (random.chance(0.03)) return random.pick(paths)
  const path = target.path.replace(/:\w+/g, () => encodeURIComponent(random.chance(0.8) ? random.pick(numbers) : 'x'))
  if (!random.chance(0.2)) return path
  return `${path}?${random.pick(['refresh=true', 'wait=0', 'dryRun=true', 'format=csv&date=2026-11-21', 'x=%00', 'wait=99'])}`
}

/** The next request. `numbers`: order numbers that may exist already. */
export const makeRequest = (
  token: string,
  host: string,
  numbers: Choices<string>,
  random: SeededRandom,
): FuzzRequest => {
  if (random.chance(0.05)) return { of: 'bytes', bytes: randomBytes(random.integer(1, 400), random), lacksEnd: true }
  const target = targets[random.integer(0, targets.length - 1)] as Target
  const body =
    target.method === 'GET' ? Buffer.alloc(0) : spoil(JSON.stringify(bodyOf(target.name, random.pick(numbers))), random)
  const length = random.chance(0.97) ? body.length : random.integer(0, 10_000_000)
  const headers = [
    `${random.chance(0.02) ? 'TRACE' : target.method} ${addressOf(target, numbers, random)} HTTP/1.1`,
    `Host: ${random.chance(0.02) ? 'evil.example' : host}`,
    ...(random.chance(0.97) ? [`Authorization: Bearer ${token}`] : []),
    ...(target.method === 'GET' ? [] : [`Content-Type: ${random.chance(0.8) ? types[0] : random.pick(types)}`]),
    `Content-Length: ${length}`,
    ...(random.chance(0.03) ? [`Origin: ${random.pick(['null', 'http://evil.example', `http://${host}`])}`] : []),
    ...(random.chance(0.02) ? ['Transfer-Encoding: chunked'] : []),
    ...(random.chance(0.02) ? [`X-${'h'.repeat(random.integer(1, 20_000))}: 1`] : []),
    'Connection: close',
  ]
  const whole = Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), body])
  const of = `${target.method} ${target.path}`
  if (!random.chance(0.05)) return { of, bytes: whole, lacksEnd: length > body.length }
  if (random.chance(0.5)) return { of, bytes: whole.subarray(0, random.integer(1, whole.length)), lacksEnd: true }
  return { of, bytes: Buffer.concat([whole, whole]), lacksEnd: length > body.length }
}
