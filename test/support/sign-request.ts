// A client that signs its requests, for tests: written from docs/security.md. Clients with another SM3 are in the document.
import { randomBytes } from 'node:crypto'
import { createSm3Mac, sm3 as sm3Of } from '../../src/core/gm/sm3.ts'

const sm3 = (bytes: Buffer | string): Buffer => Buffer.from(sm3Of(Buffer.from(bytes)))
const keyOf = (token: string): Buffer => sm3(token)
const macOf = (token: string, text: string): string =>
  Buffer.from(createSm3Mac(keyOf(token))(Buffer.from(text))).toString('hex')

export const keyIdOfToken = (token: string): string => sm3(keyOf(token)).toString('hex').slice(0, 32)

export const proofOf = (token: string, port: number, challenge: string): string =>
  macOf(token, `mip-agent proof\n${port}\n${challenge}`)

export type ToSign = {
  readonly token: string
  readonly method?: string
  readonly host: string
  readonly target: string
  readonly body?: Buffer | string
  readonly timeS?: number
  readonly nonce?: string
}

/** The Authorization header of a request. */
export const signRequest = ({
  token,
  method = 'GET',
  host,
  target,
  body = '',
  timeS = Math.floor(Date.now() / 1_000),
  nonce = randomBytes(16).toString('hex'),
}: ToSign): string => {
  const text = ['mip-agent request', method, host, target, timeS, nonce, sm3(body).toString('hex')].join('\n')
  return `HMAC-SM3 ${keyIdOfToken(token)} ${timeS} ${nonce} ${macOf(token, text)}`
}
