// Owns how an answer is written for an old program: in the charset it spoke.
import type { FastifyReply } from 'fastify'
import { encodeGb18030 } from '../../../contract/check/gb18030.ts'
import type { Charset } from '../requests/read-text.ts'

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON that any charset reads alike. */
export const asciiJson = (json: string): string => json.replaceAll(/[\u0080-\uffff]/g, escapeUnit)

/** Always HTTP 200. `charset` undefined: the caller's is not known, so that only ASCII goes out. */
export const writeAnswer = (reply: FastifyReply, value: object, charset: Charset | undefined): FastifyReply => {
  const json = JSON.stringify(value)
  const isGbk = charset === 'gbk'
  return reply
    .code(200)
    .header('content-type', `application/json; charset=${isGbk ? 'GB18030' : 'utf-8'}`)
    .header('cache-control', 'no-store')
    .send(isGbk ? Buffer.from(encodeGb18030(json)) : charset === undefined ? asciiJson(json) : json)
}
