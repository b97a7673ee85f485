// An old program for tests: any bytes to /call and /fsi, the answer read in the charset it names.
import type { OutgoingHttpHeaders } from 'node:http'
import { encodeGb18030 } from '../../src/contract/gb18030.ts'
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
