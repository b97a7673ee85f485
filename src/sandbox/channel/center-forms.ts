// Owns the forms in which centers differ where the standard leaves room or is not kept: what the simulated center does in place
// of its usual form. Applying them is seal.ts; what an order may do is not touched.
import Type, { type Static } from 'typebox'
import { createCheck } from '../../contract/check/check.ts'
import { Strict } from '../../contract/check/fields.ts'

const optional = Type.Optional

export const CenterForms = Strict({
  /** How `data` writes ordStas and amounts: as texts (usual) or as numbers. */
  values: optional(Type.Enum(['texts', 'numbers'])),
  /** True: `data` also has an empty list, an empty object, a null and a boolean. */
  withEmpties: optional(Type.Boolean()),
  /** How numbers and booleans stand in what is signed: in their own text (usual) or as strings. */
  scalars: optional(Type.Enum(['text', 'strings'])),
  /** What is left out of what is signed, beside null and "": empty lists (usual), empty objects too, or nothing. */
  empties: optional(Type.Enum(['kept', 'listsDropped', 'dropped'])),
  /** Before encryption: JSON (usual), that JSON as a JSON text once more, or not encrypted at all. */
  data: optional(Type.Enum(['encrypted', 'encryptedText', 'plain'])),
  timestamp: optional(Type.Enum(['digits17', 'digits14', 'milliseconds', 'seconds', 'dashes'])),
  /** Seconds that the center's clock is ahead of this machine's; negative: behind. */
  clockAheadS: optional(Type.Integer({ minimum: -86_400, maximum: 86_400 })),
  /**
   * In base64: r||s (usual), DER, or r||s of big integers: with their leading zeros stripped (always one), or one too many. In
   * hexadecimal digits: r||s, or both as numbers are printed, without their leading zeros (always one).
   */
  signature: optional(Type.Enum(['raw', 'der', 'stripped', 'padded', 'hex', 'hexStripped'])),
  /** What the body and `data` are written in, and what of them is signed. */
  charset: optional(Type.Enum(['utf-8', 'gbk'])),
  signedCharset: optional(Type.Enum(['utf-8', 'gbk'])),
  compression: optional(Type.Enum(['gzip', 'deflate'])),
  /** The protocol code of success, and whether codes are written as numbers. Usual: "0". */
  successCode: optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
  numericCodes: optional(Type.Boolean()),
  /** The interfaces are below this path too, as behind a gateway. */
  gatewayPath: optional(Type.String({ pattern: '^(/[a-z0-9-]{1,40}){1,5}$' })),
})
export type CenterForms = Static<typeof CenterForms>

export const checkForms = createCheck<CenterForms>(CenterForms)
