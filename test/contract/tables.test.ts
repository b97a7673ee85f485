// The schemas against the standard's tables, field by field; what differs is exactly what standardExceptions lists.
import assert from 'node:assert/strict'
import test from 'node:test'
import { CashierUrlParameters, EnvelopeReply, EnvelopeRequest, ExpContent } from '../../src/contract/envelope-fields.ts'
import { interfaces, standardExceptions, tables } from '../../src/contract/interfaces.ts'
import { type Field, type SchemaNode, schemaFields, standardFields, standardTableNames } from './standard-fields.ts'

const rowsOf = (list: string): object => {
  const input: SchemaNode = tables['6201'].input
  const rows = input.properties?.[list]?.items
  assert.ok(rows, `6201 has no list ${list}`)
  return rows
}

/** Our schema for each table of the standard; undefined where the table is empty. */
const schemas: Readonly<Record<string, object | undefined>> = {
  ...Object.fromEntries(
    Object.entries(tables).flatMap(([code, { input, output }]): [string, object | undefined][] => [
      [`${code}.input`, input],
      [`${code}.output`, output],
    ]),
  ),
  '6201.diseinfoList': rowsOf('diseinfoList'),
  '6201.feedetailList': rowsOf('feedetailList'),
  '6201.cashierUrlParams': CashierUrlParameters,
  'expContent.input': ExpContent,
  'envelope.request': EnvelopeRequest,
  'envelope.response': EnvelopeReply,
}

const splitName = (table: string): readonly [string, string] => {
  const [part = '', name = ''] = table.split('.')
  return [part, name]
}

/** The envelope's `int`: nine digits always fit one. */
const asInt = (field: Field): Field => (field.length === '9' ? { ...field, length: 'int' } : field)

const differing = (): string[] => {
  const found: string[] = []
  for (const table of standardTableNames) {
    const schema = schemas[table]
    const theirs = standardFields(...splitName(table))
    const ours = schema === undefined ? {} : schemaFields(schema)
    for (const code of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      const [their, our] = [theirs[code], ours[code]]
      const same = their?.length === 'int' && our !== undefined ? asInt(our) : our
      if (JSON.stringify(same) !== JSON.stringify(their)) found.push(`${table}.${code}`)
    }
  }
  return found
}

test('every table of the standard has a schema, and every schema a table', () => {
  assert.deepEqual(Object.keys(schemas).toSorted(), standardTableNames.toSorted())
})

test('name, type, length, decimals and required equal the standard but for the listed exceptions (RULES 9.1, 9.2)', () => {
  assert.deepEqual(differing().toSorted(), Object.keys(standardExceptions).toSorted())
})

test('an exception for a length names the interface whose table has it, and keeps all else of its own (RULES 9.2)', () => {
  const tighter = Object.entries(standardExceptions).filter(([, reason]) => reason.includes('9.2'))
  assert.ok(tighter.length > 5)
  for (const [path, reason] of tighter) {
    const [code = '', part = '', field = ''] = path.split('.')
    const [, length, other = ''] = /\((\d+), (\d{4})\)$/.exec(reason) ?? []
    const elsewhere = standardFields(other, 'input')[field] ?? standardFields(other, 'output')[field]
    assert.equal(elsewhere?.length, length, `${path}: ${reason}`)
    const theirs = standardFields(code, part)[field]
    assert.ok(Number(length) < Number(theirs?.length), `${path} is not tighter`)
    assert.deepEqual(schemaFields(tables[code as '6201'].input)[field], { ...theirs, length })
  }
})

/** Real tokens are longer than 6101's table says, and each table's own feeType is what its center checks. */
const ownLengths = ['ecToken', 'feeType']

test('a field has one length in all requests, never above what any table or 6101 allows, but two by each table (RULES 9.2)', () => {
  const decoded = standardFields('6101', 'output')
  const lengths = new Map<string, Set<string>>()
  for (const { code, input } of Object.values(interfaces)) {
    for (const [name, field] of Object.entries(schemaFields(input))) {
      const seen = lengths.get(name) ?? new Set()
      lengths.set(name, seen.add(field.length))
      const tighter = ownLengths.includes(name) ? undefined : decoded[name]
      const allowed = [standardFields(code, 'input')[name], tighter].flatMap((one) => (one ? [one.length] : []))
      for (const one of allowed.filter((text) => /^\d+$/.test(text))) {
        assert.ok(Number(field.length) <= Number(one), `${code}.${name} ${field.length} > ${one}`)
      }
    }
  }
  const several = [...lengths].filter(([, seen]) => seen.size > 1).map(([name]) => name)
  assert.deepEqual(several, ['feeType'])
})

test('what RULES 9.1 says of its exceptions holds: fetts and matnType by context, diseCodg present but maybe empty', () => {
  const ours = schemaFields(tables['6201'].input)
  assert.equal(ours['fetts']?.presence, 'optional')
  assert.equal(ours['matnType']?.presence, 'optional')
  assert.equal(ours['diseCodg']?.presence, 'emptyable')
})

test('each interface has the code, name and path of the standard', () => {
  const rows = Object.entries(interfaces).map(([key, { code, name, path }]) => [key, code, name, path])
  assert.deepEqual(rows, [
    ['6201', '6201', '费用明细上传', '/org/local/api/hos/uldFeeInfo'],
    ['6202', '6202', '支付下单', '/org/local/api/hos/pay_order'],
    ['6203', '6203', '医保退费', '/org/local/api/hos/refund_Order'],
    ['6205', '6205', '银行卡支付下单', '/org/local/api/hos/medBankPay'],
    ['6301', '6301', '医保订单结算结果查询', '/org/local/api/hos/query_order_info'],
    ['6401', '6401', '费用明细上传撤销', '/org/local/api/hos/revoke_order'],
  ])
})

test('the fields of identity and outcome are those of RULES 3.3, each in its own reply', () => {
  const decisive = Object.fromEntries(Object.values(interfaces).map(({ code, decisive }) => [code, decisive]))
  assert.deepEqual(decisive, {
    '6201': ['payOrdId', 'payToken'],
    '6202': ['payOrdId', 'ordStas'],
    '6203': ['refStatus'],
    '6205': ['medBankPayUrl'],
    '6301': ['payOrdId', 'ordStas'],
    '6401': ['success'],
  })
  for (const { output, decisive } of Object.values(interfaces)) {
    for (const name of decisive) assert.equal(schemaFields(output)[name]?.presence, 'required')
  }
})
