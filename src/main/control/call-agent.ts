// Owns speaking to a running agent as the owner of its machine: finding the channel through the data folder, and one call. What
// is said to people is ../agent-commands.ts.
import { lstatSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { placeFile, type ControlPlace } from './control-place.ts'

const answerWithinMs = 10_000
const atMostAnswerBytes = 4 * 1024 * 1024

export type AgentAnswer = {
  readonly code: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

const errnoOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''
const refused = new Set(['EACCES', 'EPERM'])

const asAgentError = (error: unknown, dataDir: string): AgentError => {
  if (error instanceof AgentError) return error
  const code = refused.has(errnoOf(error)) ? 'CONTROL_REFUSED' : 'AGENT_NOT_RUNNING'
  return new AgentError(code, { addition: `数据目录 ${dataDir}`, cause: error })
}

const readPlace = (dataDir: string): ControlPlace => {
  const place = JSON.parse(readFileSync(join(dataDir, placeFile), 'utf8')) as Partial<ControlPlace>
  if (typeof place.path !== 'string' || typeof place.url !== 'string') throw new Error('no place')
  return { path: place.path, url: place.url }
}

/** Only the socket of whoever owns the data folder is spoken to, and its folder is his too: nobody else put it there. */
const assertOwned = (dataDir: string, path: string): void => {
  if (process.platform === 'win32') return
  const { uid } = lstatSync(dataDir)
  const own = process.getuid?.()
  const socket = lstatSync(path)
  const isOwned = socket.isSocket() && socket.uid === uid && lstatSync(dirname(path)).uid === uid
  if (!isOwned || (own !== uid && own !== 0)) throw new AgentError('CONTROL_REFUSED', { addition: dataDir })
}

const call = (socketPath: string, method: string, path: string, body: object | undefined): Promise<AgentAnswer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers = text === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ socketPath, method, path, headers, timeout: answerWithinMs }, (reply) => {
      const parts: Buffer[] = []
      let length = 0
      reply.on('data', (part: Buffer) => {
        length += part.length
        parts.push(part)
        if (length > atMostAnswerBytes) sent.destroy(new Error('the answer is too long'))
      })
      reply.on('error', reject)
      reply.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as AgentAnswer)
        } catch (error) {
          reject(new Error('the answer is no JSON', { cause: error }))
        }
      })
    })
    sent.on('timeout', () => {
      sent.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))
    })
    sent.on('error', reject)
    sent.end(text)
  })

/** Throws AGENT_NOT_RUNNING, and CONTROL_REFUSED when the folder is not this user's. An answer with an error code is an answer. */
export const callAgent = async (
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<AgentAnswer> => {
  try {
    const place = readPlace(dataDir)
    assertOwned(dataDir, place.path)
    return await call(place.path, method, path, body)
  } catch (error) {
    throw asAgentError(error, dataDir)
  }
}
