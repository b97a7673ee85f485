// Owns a 6201 body that has no fault, to be spoilt by the tests; nothing else.
import { inventBill, inventedPatient } from '../fixtures/invented-bill.ts'
import { faultText } from '../../src/contract/check/check.ts'
import { interfaces } from '../../src/contract/interfaces.ts'
import { parseJsonText } from '../../src/contract/check/json-text.ts'

export type Body = Record<string, unknown>
export type ListedBody = Body & { readonly feedetailList: Body[]; readonly diseinfoList: Body[] }

export const validUpload = ({ lines = 1, full = false } = {}): ListedBody =>
  ({
    ...inventBill({ medOrgOrd: 'MO00000001', lines, lineFen: 1_000, full }),
    ...inventedPatient,
    orgCodg: 'H00000000001',
  }) as unknown as ListedBody

/** As it comes over the wire: JSON text, numbers with the text they were written with. */
export const checkUpload = (body: object, lengthUnit?: 'gbkBytes') =>
  interfaces['6201'].checkInput(parseJsonText(JSON.stringify(body)), lengthUnit)

export const faultsOf = (body: object, lengthUnit?: 'gbkBytes'): string[] =>
  checkUpload(body, lengthUnit).faults.map(faultText)

/** The first line of a valid upload, changed. */
export const faultsOfLine = (change: Body): string[] => {
  const body = validUpload()
  return faultsOf({ ...body, feedetailList: [{ ...body.feedetailList[0], ...change }] })
}
