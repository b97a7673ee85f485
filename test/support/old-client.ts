// An old program for tests: any bytes to /call and /fsi, the answer read in the charset it names.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { encodeGb18030 } from '../../src/contract/check/gb18030.ts'
import { sendRaw } from './raw-http.ts'

export type OldAnswer = {
  readonly status: number
  readonly type: string
  readonly bytes: Buffer
  readonly code: string
  readonly message: string
  readonly data: Record<string, unknown>
  readonly json: Record<string, unknown>
}

export const gbk = (text: string): Buffer => Buffer.from(encodeGb18030(text))

/** A form with every byte escaped that is not plain, in the charset of `encode`. */
export const form = (
  fields: Readonly<Record<string, string>>,
  encode: (text: string) => Buffer = (text) => Buffer.from(text),
): string =>
  Object.entries(fields)
    .map(
      ([name, value]) =>
        `${name}=${[...encode(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
    )
    .join('&')

/** Posts and reads the answer; `as` names a test token for the header, null sends none. An undefined header is left out. */
export const postOld = async (
  port: number,
  path: string,
  body: Buffer | string,
  headers: OutgoingHttpHeaders = {},
  as: string | null = 'his',
): Promise<OldAnswer> => {
  const reply = await sendRaw({
    port,
    method: 'POST',
    path,
    headers: Object.fromEntries(
      Object.entries({
        ...(as === null ? {} : { authorization: `Bearer token-of-${as}` }),
        'content-length': Buffer.byteLength(body),
        ...headers,
      }).filter(([, value]) => value !== undefined),
    ),
    body,
  })
  const type = String(reply.headers['content-type'])
  const charset = /charset=([\w-]+)/.exec(type)?.[1] ?? 'utf-8'
  const text = new TextDecoder(charset, { fatal: true }).decode(reply.bytes)
  const json = JSON.parse(text) as Record<string, unknown>
  const { code, message, data } = json as { code: string; message: string; data: Record<string, unknown> }
  return { status: reply.status, type, bytes: reply.bytes, code, message, data, json }
}

export const json = { 'content-type': 'application/json' }
export const jsonGbk = { 'content-type': 'application/json; charset=GBK' }
export const plain = { 'content-type': 'text/plain' }
export const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }

type Post = (path: string, body: Buffer | string, headers?: OutgoingHttpHeaders, as?: string) => Promise<OldAnswer>

export type OldClient = {
  readonly post: Post
  /** Without a token in the header. */
  readonly postBare: Post
  readonly call: (code: string, body: object, as?: string) => Promise<OldAnswer>
}

export const oldClientOf = (port: number): OldClient => ({
  post: (path, body, headers = json, as = 'his') => postOld(port, path, body, headers, as),
  postBare: (path, body, headers = json) => postOld(port, path, body, headers, null),
  call: (code, body, as = 'his') => postOld(port, `/call/${code}`, JSON.stringify(body), json, as),
})

export const assertGood = (answer: OldAnswer): OldAnswer => {
  assert.equal(answer.status, 200)
  assert.equal(answer.code, '0', `${answer.code} ${answer.message}`)
  return answer
}

export const assertRefused = (answer: OldAnswer, code: string, message: RegExp): void => {
  assert.equal(answer.status, 200)
  assert.equal(answer.code, code, answer.message)
  assert.match(answer.message, message)
  assert.deepEqual(Object.keys(answer.json), ['code', 'message', 'data'])
}
